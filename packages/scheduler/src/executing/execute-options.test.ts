import { getEventListeners } from "node:events";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../test/virtual-clock.ts";
import { createGraph } from "../create-graph.ts";
import { createPlan } from "../create-plan.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import { execute } from "./execute.ts";

const graph = createGraph<string>([{ id: "a" }]);

describe("the options of execute()", () => {
  test.each<[string, object, string]>([
    ["no object", 3 as unknown as object, "`options` must be an object, got 3"],
    ["maxParallel", { maxParallel: 0 }, "`maxParallel` must be a positive integer or Infinity, got 0"],
    ["capacity", { capacity: { cpu: -1 } }, "`capacity.cpu` must be a number that is not negative, got -1"],
    ["capacity that is no object", { capacity: 8 }, "`capacity` must be an object of amounts by name, got 8"],
    ["capacity as a map", { capacity: new Map([["cpu", 8]]) }, "`capacity` must be an object of amounts by name"],
    ["plan", { plan: {} }, "`plan` must be what createPlan() gives, got an object"],
    ["strategy", { strategy: "fast" }, '`strategy` must be "critical-path" or "batches", got "fast"'],
    [
      "onFailure",
      { onFailure: "stop" },
      '`onFailure` must be "never", "dependencies-successful" or "always", got "stop"',
    ],
    ["signal", { signal: {} }, "`signal` must be an AbortSignal, got an object"],
    ["timeoutMs 0", { timeoutMs: 0 }, "`timeoutMs` must be more than 0, got 0"],
    ["timeoutMs text", { timeoutMs: "10" }, '`timeoutMs` must be a number, got "10"'],
    ["timeoutMs NaN", { timeoutMs: Number.NaN }, "`timeoutMs` must be more than 0, got NaN"],
    ["graceMs", { graceMs: -1 }, "`graceMs` must be at least 0, got -1"],
    ["retries", { retries: -1 }, "`retries` must be at least 0, got -1"],
    ["retryDelayMs", { retryDelayMs: Infinity }, "`retryDelayMs` must be finite, got Infinity"],
    ["retryDelayMs text", { retryDelayMs: "1" }, '`retryDelayMs` must be a number, got "1"'],
    ["replan", { replan: true }, "`replan` must be an object or false, got true"],
    ["replan.timeShare", { replan: { timeShare: 0 } }, "`replan.timeShare` must be more than 0, got 0"],
    [
      "replan.generations",
      { replan: { generations: 0.5 } },
      "`replan.generations` must be a positive whole number, got 0.5",
    ],
    ["now", { now: 5 }, "`now` must be a function, got 5"],
    ["a clock without a number", { now: () => Number.NaN }, "`now` must give a finite number of milliseconds, got NaN"],
    ["setTimer", { setTimer: 5 }, "`setTimer` must be a function, got 5"],
    ["onEvent", { onEvent: "log" }, '`onEvent` must be a function, got "log"'],
    ["onListenerError", { onListenerError: 1 }, "`onListenerError` must be a function, got 1"],
  ])("refuses %s before anything runs, and says what it must be", (_, options, message) => {
    let calls = 0;
    expect(() => execute(graph, () => (calls += 1), options as ExecuteOptions<string, number>)).toThrow(message);
    expect(calls).toBe(0);
  });

  test("timeoutMs and retries are numbers for all tasks, or functions of each", async () => {
    for (const options of [
      { timeoutMs: 10, retries: 1 },
      { timeoutMs: () => 10, retries: () => 1 },
    ]) {
      const clock = new VirtualClock();
      const execution = execute(graph, (_, { signal }) => clock.delay(99, signal), {
        now: clock.now,
        setTimer: clock.setTimer,
        retryDelayMs: 5,
        ...options,
      });
      const { outcomes } = await clock.until(execution.result);
      expect(outcomes.get("a")).toMatchObject({ status: "timed-out", timeoutMs: 10, attempts: 2, finishedMs: 25 });
    }
  });

  test("on a clock that goes back, gives NaN or throws, time stands still until it has caught up", async () => {
    const readings = [100, 100, 105, 90, Number.NaN, -Infinity, Infinity, 104];
    let calls = 0;
    const times: number[] = [];
    const now = (): number => {
      calls += 1;
      if (calls === 7) throw new Error("broken clock");
      return readings[calls - 1] ?? 110;
    };
    const tasks = createGraph<string>(Array.from({ length: 6 }, (_, i) => ({ id: `t${i}` })));
    const { makespanMs, ok } = await execute(tasks, () => 1, {
      maxParallel: 1,
      now,
      onEvent: ({ atMs }) => times.push(atMs),
    }).result;
    expect(ok).toBe(true);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((atMs) => Number.isFinite(atMs))).toBe(true);
    expect(makespanMs).toBe(10);
  });

  test("timers that cannot be set fail the task that needs them, or are done without, and break nothing", async () => {
    const errors: unknown[] = [];
    const setTimer = (): never => {
      throw new Error("no timers");
    };
    const failing = (): never => {
      throw new Error("bad");
    };
    const retried = await execute(graph, failing, { retries: 1, setTimer }).result;
    expect(retried.outcomes.get("a")).toMatchObject({ status: "failed", error: new Error("no timers"), attempts: 1 });
    const limited = await execute(graph, () => Promise.resolve(1), { timeoutMs: 5, setTimer }).result;
    expect(limited.outcomes.get("a")).toMatchObject({ status: "failed", error: new Error("no timers") });
    const tasks = [
      { id: "wide", durationMs: 9, demand: { cpu: 2 }, needs: ["key"] },
      { id: "key", durationMs: 4, demand: { cpu: 1 } },
      { id: "filler", durationMs: 9, demand: { cpu: 1 } },
      { id: "after", durationMs: 9, needs: ["wide"] },
    ];
    const plan = createPlan(createGraph<string>(tasks), { capacity: { cpu: 2 } });
    const planned = execute(createGraph<string>(tasks), () => Promise.resolve(1), {
      plan,
      setTimer,
      onListenerError: (error) => errors.push(error),
    });
    expect((await planned.result).ok).toBe(true);
    expect(errors).toContainEqual(new Error("no timers"));
  });

  test("its listener is removed from the signal when all has ended, and nothing is left unhandled", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): unknown => unhandled.push(error);
    process.on("unhandledRejection", note);
    const { signal } = new AbortController();
    const execution = execute(
      graph,
      async (_, context) => {
        expect(getEventListeners(signal, "abort")).toHaveLength(1);
        // Looked at and never listened to: aborting it rejects nothing.
        expect(context.signal.aborted).toBe(false);
        return Promise.reject(new Error("bad"));
      },
      { signal, timeoutMs: 1_000 },
    );
    expect((await execution.result).ok).toBe(false);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("listeners that are asynchronous and reject are reported like those that throw", async () => {
    const errors: unknown[] = [];
    const onEvent = async ({ type }: { readonly type: string }): Promise<void> => {
      await Promise.resolve();
      throw new Error(type);
    };
    // oxlint-disable-next-line typescript/no-misused-promises -- what users do
    const { result } = execute(graph, () => 1, { onEvent, onListenerError: (error) => errors.push(error) });
    expect((await result).ok).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toEqual([new Error("started"), new Error("settled"), new Error("finished")]);
  });

  test("with an endless grace a task that never settles is waited for", async () => {
    const clock = new VirtualClock();
    const execution = execute(graph, () => new Promise<void>(() => {}), {
      now: clock.now,
      setTimer: clock.setTimer,
      timeoutMs: 5,
      graceMs: Infinity,
    });
    await expect(clock.until(execution.result)).rejects.toThrow("Nothing is pending");
  });
});
