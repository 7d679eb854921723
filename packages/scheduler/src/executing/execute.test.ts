import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { violations, workloads, type Workload } from "../../test/arbitrary-tasks.ts";
import { VirtualClock } from "../../test/virtual-clock.ts";
import { createGraph } from "../create-graph.ts";
import { createPlan } from "../create-plan.ts";
import type { Strategy } from "../strategy.ts";
import { type ExecuteOptions, type OnFailure } from "./execute-options.ts";
import { execute, type Execution } from "./execute.ts";
import type { ExecutionEvent, TaskOutcome } from "./outcome.ts";
import type { Task } from "../task.ts";

const policies: fc.Arbitrary<OnFailure> = fc.constantFrom("never", "dependencies-successful", "always");
const strategies: fc.Arbitrary<Strategy> = fc.constantFrom("critical-path", "batches");

/** Status of each outcome, and for cancelled ones why. */
function summary(outcomes: ReadonlyMap<string, TaskOutcome<unknown>>): Record<string, string> {
  return Object.fromEntries(
    [...outcomes].map(([id, outcome]) => [
      id,
      outcome.status === "cancelled" ? [outcome.because, outcome.dependency].filter(Boolean).join(" ") : outcome.status,
    ]),
  );
}

function spansOf(
  outcomes: ReadonlyMap<string, TaskOutcome<unknown>>,
): Map<string, { startMs: number; finishMs: number }> {
  const spans = new Map<string, { startMs: number; finishMs: number }>();
  for (const [id, { startedMs, finishedMs }] of outcomes) {
    if (startedMs !== undefined) spans.set(id, { startMs: startedMs, finishMs: finishedMs });
  }
  return spans;
}

/** Executes on a virtual clock, where each task takes its duration or fails at the end of it. */
function start(
  tasks: readonly Task[],
  options: ExecuteOptions<string, string> & { readonly failing?: ReadonlySet<string> } = {},
): { clock: VirtualClock; execution: Execution<string, string>; live: Set<string> } {
  const clock = new VirtualClock();
  const live = new Set<string>();
  const { failing, ...rest } = options;
  const execution = execute<string, string>(
    createGraph<string>(tasks),
    async (task, { signal }) => {
      live.add(task.id);
      try {
        await clock.delay(task.durationMs ?? 0, signal);
      } finally {
        live.delete(task.id);
      }
      if (failing?.has(task.id) === true) throw new Error(`${task.id} broke`);
      return `${task.id} done`;
    },
    { now: clock.now, setTimer: clock.setTimer, ...rest },
  );
  return { clock, execution, live };
}

const limitsOf = ({ capacity, maxParallel }: Workload): { capacity: Workload["capacity"]; maxParallel: number } => ({
  capacity,
  maxParallel,
});

describe("execute()", () => {
  test("does what a plan of list scheduling says when the durations are true, and breaks no limit", async () => {
    await fc.assert(
      fc.asyncProperty(workloads({ withDemand: true }), strategies, async (drawn, strategy) => {
        // No two sums of these durations are equal: what ends at one moment is seen as one by a plan, one after the other by an execution.
        const tasks = drawn.tasks.map((task, i) => ({ ...task, durationMs: (task.durationMs ?? 0) + 2 ** -(i + 1) }));
        const workload = { ...drawn, tasks };
        const search = { generations: 1 };
        const plan = createPlan(createGraph<string>(tasks), { ...limitsOf(workload), strategy, search });
        const { clock, execution } = start(tasks, { ...limitsOf(workload), strategy });
        const { outcomes, ok, makespanMs } = await clock.until(execution.result);
        expect(ok).toBe(true);
        expect(makespanMs).toBe(plan.makespanMs);
        const spans = spansOf(outcomes);
        expect(violations(workload, spans)).toEqual([]);
        for (const task of plan.tasks) expect(spans.get(task.id)?.startMs).toBe(task.startMs);
      }),
      { numRuns: 60 },
    );
  });

  test("with failures every task has exactly one outcome, no limit is broken, and the policy decides who runs", async () => {
    await fc.assert(
      fc.asyncProperty(
        workloads({ withDemand: true }),
        fc.func(fc.nat({ max: 4 })),
        policies,
        strategies,
        async (workload, draw, onFailure, strategy) => {
          const failing = new Set(workload.tasks.filter((task) => draw(task.id) === 0).map((task) => task.id));
          const settled: string[] = [];
          const { clock, execution, live } = start(workload.tasks, {
            ...limitsOf(workload),
            failing,
            onFailure,
            strategy,
            onEvent: (event) => {
              if (event.type === "settled") settled.push(event.id);
            },
          });
          const { outcomes, ok } = await clock.until(execution.result);
          expect([...outcomes.keys()]).toEqual(workload.tasks.map((task) => task.id));
          expect(settled.toSorted()).toEqual(workload.tasks.map((task) => task.id).toSorted());
          expect(live.size).toBe(0);
          expect(clock.pending).toBe(0);
          expect(ok).toBe([...outcomes.values()].every((outcome) => outcome.status === "succeeded"));
          const spans = spansOf(outcomes);
          expect(violations(workload, spans)).toEqual([]);
          const firstFailureMs = Math.min(
            ...[...outcomes.values()].filter((o) => o.status === "failed").map((o) => o.finishedMs),
          );
          for (const task of workload.tasks) {
            const outcome = outcomes.get(task.id);
            const needsMet = (task.needs ?? []).every((need) => outcomes.get(need)?.status === "succeeded");
            if (onFailure === "always") expect(outcome?.status).toBe(failing.has(task.id) ? "failed" : "succeeded");
            if (onFailure === "dependencies-successful") expect(outcome?.status !== "cancelled").toBe(needsMet);
            if (onFailure === "never") expect(outcome?.startedMs ?? 0).toBeLessThanOrEqual(firstFailureMs);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("what is content with the end of its needs starts once all have ended, and nothing else changes", async () => {
    await fc.assert(
      fc.asyncProperty(
        workloads({ withDemand: true }),
        fc.func(fc.nat({ max: 4 })),
        fc.func(fc.nat({ max: 2 })),
        fc.constantFrom("dependencies-successful" as const, "always" as const),
        strategies,
        async (workload, draw, drawContent, onFailure, strategy) => {
          const tasks = workload.tasks.map((task) =>
            drawContent(task.id) === 0 ? { ...task, needsMust: "end" as const } : task,
          );
          const failing = new Set(tasks.filter((task) => draw(task.id) === 0).map((task) => task.id));
          const { clock, execution } = start(tasks, { ...limitsOf(workload), failing, onFailure, strategy });
          const { outcomes } = await clock.until(execution.result);
          for (const task of tasks) {
            const outcome = outcomes.get(task.id);
            const needs = (task.needs ?? []).map((need) => outcomes.get(need));
            const isContent = onFailure === "always" || "needsMust" in task;
            const mayRun = isContent || needs.every((need) => need?.status === "succeeded");
            expect(outcome?.status).toBe(!mayRun ? "cancelled" : failing.has(task.id) ? "failed" : "succeeded");
            for (const need of needs) {
              if (mayRun) expect(outcome?.startedMs).toBeGreaterThanOrEqual(need?.finishedMs ?? Infinity);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("what is content with the end of its needs is stopped like the rest where the first failure stops the execution", async () => {
    const { clock, execution } = start(
      [
        { id: "bad", durationMs: 1 },
        { id: "cleanup", needs: ["bad"], needsMust: "end", durationMs: 1 },
      ],
      { failing: new Set(["bad"]), onFailure: "never" },
    );
    const { outcomes } = await clock.until(execution.result);
    expect(outcomes.get("cleanup")).toMatchObject({ status: "cancelled", because: "failure", dependency: "bad" });
  });

  test("what is content with the end of its needs also starts after one that was cancelled, and when it is added late", async () => {
    const { clock, execution } = start(
      [
        { id: "slow", durationMs: 9 },
        { id: "after", needs: ["slow"], durationMs: 1 },
        { id: "gate", needs: ["slow", "after"], needsMust: "end", durationMs: 1 },
        { id: "other", durationMs: 20 },
      ],
      {
        onFailure: "dependencies-successful",
        onEvent: (event) => {
          if (event.type === "started" && event.id === "slow") execution.cancel("slow");
          if (event.type === "settled" && event.id === "gate") {
            execution.add({ id: "late", needs: ["after"], needsMust: "end", durationMs: 1 });
            execution.add({ id: "late and strict", needs: ["after"], durationMs: 1 });
          }
        },
      },
    );
    const { outcomes } = await clock.until(execution.result);
    expect(outcomes.get("after")).toMatchObject({ status: "cancelled" });
    expect(outcomes.get("gate")).toMatchObject({ status: "succeeded" });
    expect(outcomes.get("late")).toMatchObject({ status: "succeeded" });
    expect(outcomes.get("late and strict")).toMatchObject({ status: "cancelled", because: "dependency" });
  });

  test("abort at any moment leaves nothing running and every task with an outcome", async () => {
    await fc.assert(
      fc.asyncProperty(workloads({ withDemand: true }), fc.nat({ max: 60 }), async (workload, abortAtMs) => {
        const controller = new AbortController();
        const { clock, execution, live } = start(workload.tasks, { ...limitsOf(workload), signal: controller.signal });
        if (abortAtMs === 0) controller.abort();
        else clock.setTimer(() => controller.abort(), abortAtMs);
        const { outcomes } = await clock.until(execution.result);
        expect(live.size).toBe(0);
        expect(outcomes.size).toBe(workload.tasks.length);
        for (const outcome of outcomes.values()) {
          if (outcome.status === "succeeded") expect(outcome.finishedMs).toBeLessThanOrEqual(abortAtMs);
          else expect(outcome).toMatchObject({ status: "cancelled", because: "aborted", abandoned: false });
          expect(outcome.startedMs ?? 0).toBeLessThanOrEqual(abortAtMs);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("waits tell, piece by piece and without gaps, why a task did not start at 0", async () => {
    await fc.assert(
      fc.asyncProperty(workloads({ withDemand: true }), strategies, async (workload, strategy) => {
        const { clock, execution } = start(workload.tasks, { ...limitsOf(workload), strategy });
        const { outcomes, waits } = await clock.until(execution.result);
        for (const [id, { startedMs }] of outcomes) {
          let atMs = 0;
          for (const wait of waits.get(id) ?? []) {
            expect(wait.fromMs).toBe(atMs);
            expect(wait.toMs).toBeGreaterThan(atMs);
            atMs = wait.toMs;
          }
          expect(atMs).toBe(startedMs);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("names the need, the resource, the group and the slots that were waited for", async () => {
    const { clock, execution } = start(
      [
        { id: "build", durationMs: 5, demand: { cpu: 2 }, group: "disk", priority: 1 },
        { id: "test", durationMs: 1, needs: ["build"] },
        { id: "lint", durationMs: 9, demand: { cpu: 1 } },
        { id: "pack", durationMs: 1, group: "disk" },
        { id: "idle", durationMs: 1, priority: -1 },
      ],
      { capacity: { cpu: 2 }, maxParallel: 2 },
    );
    const { waits } = await clock.until(execution.result);
    expect(Object.fromEntries(waits)).toEqual({
      test: [{ cause: "need", on: "build", fromMs: 0, toMs: 5 }],
      lint: [{ cause: "resource", on: "cpu", fromMs: 0, toMs: 5 }],
      pack: [
        { cause: "group", on: "disk", fromMs: 0, toMs: 5 },
        { cause: "slot", on: "slot", fromMs: 5, toMs: 6 },
      ],
    });
  });

  test("follows the order of a plan, and takes its limits", async () => {
    const tasks: Task[] = [
      { id: "a", durationMs: 1 },
      { id: "b", durationMs: 5 },
    ];
    const plan = createPlan(createGraph(tasks), { maxParallel: 1 });
    const order: string[] = [];
    const reversed = { ...plan, tasks: plan.tasks.map((task) => ({ ...task, startMs: -task.startMs })) };
    for (const given of [plan, reversed]) {
      const { clock, execution } = start(tasks, {
        plan: given,
        onEvent: (event) => event.type === "started" && order.push(event.id),
      });
      expect((await clock.until(execution.result)).makespanMs).toBe(6);
    }
    expect(order).toEqual(["b", "a", "a", "b"]);
  });

  test("functions that throw, reject with anything, answer at once or with a foreign promise all end in an outcome", async () => {
    const graph = createGraph([
      { id: "throws" },
      { id: "rejects" },
      { id: "sync" },
      { id: "thenable" },
      { id: "evil" },
    ]);
    const execution = execute<(typeof graph.tasks)[number]["id"], unknown>(
      graph,
      (task): unknown => {
        if (task.id === "throws") throw new TypeError("at once");
        if (task.id === "rejects") return Promise.reject("just text");
        // oxlint-disable-next-line unicorn/no-thenable -- a foreign promise is what is tested
        const thenable = { then: (resolve: (value: number) => void): void => resolve(7) };
        if (task.id === "thenable") return thenable;
        if (task.id === "evil") {
          const get = (): never => {
            throw new Error("in the getter");
          };
          return new Proxy(thenable, { get });
        }
        return 5;
      },
      { onFailure: "always" },
    );
    const { outcomes } = await execution.result;
    expect(outcomes.get("throws")).toMatchObject({ status: "failed", error: new TypeError("at once"), attempts: 1 });
    expect(outcomes.get("rejects")).toMatchObject({ status: "failed", error: "just text" });
    expect(outcomes.get("thenable")).toMatchObject({ status: "succeeded", value: 7 });
    expect(outcomes.get("evil")).toMatchObject({ status: "failed", error: new Error("in the getter") });
    expect(outcomes.get("sync")).toMatchObject({ status: "succeeded", value: 5 });
  });

  test("after a failure 'never' lets the running finish and says why the rest did not start", async () => {
    const { clock, execution } = start(
      [
        { id: "bad", durationMs: 2 },
        { id: "running", durationMs: 9 },
        { id: "later", durationMs: 1 },
        { id: "child", needs: ["bad"] },
        { id: "grandchild", needs: ["child", "running"] },
      ],
      { failing: new Set(["bad"]), maxParallel: 2 },
    );
    const { outcomes, ok } = await clock.until(execution.result);
    expect(ok).toBe(false);
    expect(summary(outcomes)).toEqual({
      bad: "failed",
      running: "succeeded",
      later: "failure bad",
      child: "dependency bad",
      grandchild: "dependency bad",
    });
  });

  describe("timeouts", () => {
    test("abort the signal; a task that settles within the grace is timed out and not abandoned", async () => {
      const { clock, execution } = start([{ id: "slow", durationMs: 100 }], { timeoutMs: () => 10 });
      const { outcomes, makespanMs } = await clock.until(execution.result);
      expect(outcomes.get("slow")).toEqual({
        status: "timed-out",
        timeoutMs: 10,
        abandoned: false,
        startedMs: 0,
        finishedMs: 10,
        attempts: 1,
      });
      expect(makespanMs).toBe(10);
      expect(clock.pending).toBe(0);
    });

    test("a task that never settles keeps its slot for the grace, then is abandoned and what it does later is ignored", async () => {
      const clock = new VirtualClock();
      const events: string[] = [];
      let settleLate: ((value: string) => void) | undefined;
      clock.setTimer(() => settleLate?.("too late"), 20);
      const execution = execute<string, string>(
        createGraph<string>([{ id: "deaf", durationMs: 9 }, { id: "next" }]),
        async (task) => {
          if (task.id === "deaf") return new Promise<string>((resolve) => (settleLate = resolve));
          await clock.delay(9);
          return "fine";
        },
        {
          now: clock.now,
          setTimer: clock.setTimer,
          maxParallel: 1,
          onFailure: "always",
          timeoutMs: (task) => (task.id === "deaf" ? 10 : undefined),
          graceMs: 5,
          retries: () => 3,
          onEvent: (event) => events.push(`${event.atMs} ${event.type}`),
        },
      );
      const { outcomes } = await clock.until(execution.result);
      expect(outcomes.get("deaf")).toMatchObject({ status: "timed-out", abandoned: true, finishedMs: 15, attempts: 1 });
      expect(outcomes.get("next")).toMatchObject({ status: "succeeded", startedMs: 15 });
      expect(events).toEqual(["0 started", "10 stopping", "15 settled", "15 started", "24 settled", "24 finished"]);
    });

    test("a task that was cancelled while its time limit was asked for is not called", async () => {
      const clock = new VirtualClock();
      const called: string[] = [];
      const execution: Execution = execute(createGraph<string>([{ id: "a" }]), async (task) => called.push(task.id), {
        now: clock.now,
        setTimer: clock.setTimer,
        timeoutMs: () => {
          execution.cancel("a");
          return 9;
        },
      });
      const { outcomes, makespanMs } = await clock.until(execution.result);
      expect(outcomes.get("a")).toMatchObject({ status: "cancelled", because: "requested", abandoned: false });
      expect([called, makespanMs, clock.pending]).toEqual([[], 0, 0]);
    });

    test("a time limit that is not one fails the task, not the run", async () => {
      const { clock, execution } = start([{ id: "a" }], { timeoutMs: () => Number.NaN });
      const { outcomes } = await clock.until(execution.result);
      expect(outcomes.get("a")).toMatchObject({ status: "failed", error: expect.any(RangeError) as unknown });
    });
  });

  describe("retries", () => {
    test("double the delay, give the slot back in between, and count the attempts", async () => {
      const clock = new VirtualClock();
      const log: string[] = [];
      const execution = execute<string, string>(
        createGraph<string>([{ id: "flaky", priority: 1 }, { id: "other" }]),
        async (task, { attempt }) => {
          await clock.delay(task.id === "flaky" ? 1 : 15);
          if (task.id === "flaky" && attempt < 4) throw new Error(`attempt ${attempt}`);
          return `attempt ${attempt}`;
        },
        {
          now: clock.now,
          setTimer: clock.setTimer,
          maxParallel: 1,
          retries: () => 3,
          retryDelayMs: 10,
          onEvent: (event) => {
            if (event.type === "started") log.push(`${event.atMs} ${event.id}`);
            if (event.type === "retried") log.push(`${event.atMs} +${event.delayMs}`);
          },
        },
      );
      const { outcomes, waits } = await clock.until(execution.result);
      expect(log).toEqual(["0 flaky", "1 +10", "1 other", "16 flaky", "17 +20", "37 flaky", "38 +40", "78 flaky"]);
      expect(outcomes.get("flaky")).toMatchObject({
        status: "succeeded",
        value: "attempt 4",
        startedMs: 0,
        attempts: 4,
      });
      expect(waits.get("flaky")).toEqual([
        { cause: "retry", on: "1", fromMs: 1, toMs: 11 },
        { cause: "slot", on: "slot", fromMs: 11, toMs: 16 },
        { cause: "retry", on: "2", fromMs: 17, toMs: 37 },
        { cause: "retry", on: "3", fromMs: 38, toMs: 78 },
      ]);
    });

    test("end with the last error, and a function for the delay that throws ends in the outcome as well", async () => {
      const failing = new Set(["a"]);
      const plain = start([{ id: "a" }], { failing, retries: () => 2, retryDelayMs: 0 });
      expect((await plain.clock.until(plain.execution.result)).outcomes.get("a")).toMatchObject({
        status: "failed",
        error: new Error("a broke"),
        attempts: 3,
      });
      const broken = start([{ id: "a" }], {
        failing,
        retries: () => 2,
        retryDelayMs: () => {
          throw new Error("no delay");
        },
      });
      expect((await broken.clock.until(broken.execution.result)).outcomes.get("a")).toMatchObject({
        error: new Error("no delay"),
        attempts: 1,
      });
    });

    test("follow as well where timers call back at once", async () => {
      const atOnce = (callback: () => void): (() => void) => {
        callback();
        return () => {};
      };
      const { clock, execution } = start([{ id: "a" }], { failing: new Set(["a"]), retries: 2, setTimer: atOnce });
      expect((await clock.until(execution.result)).outcomes.get("a")).toMatchObject({ status: "failed", attempts: 3 });
    });

    test("none follows when the function that is asked for it has cancelled the task or aborted the run", async () => {
      for (const because of ["requested", "aborted"] as const) {
        const controller = new AbortController();
        const { clock, execution } = start([{ id: "a" }, { id: "b", needs: ["a"] }], {
          failing: new Set(["a"]),
          signal: controller.signal,
          retries: 3,
          retryDelayMs: () => {
            if (because === "aborted") controller.abort();
            else expect(execution.cancel("a")).toBe(true);
            return 10;
          },
        });
        const { outcomes, makespanMs } = await clock.until(execution.result);
        expect(outcomes.get("a")).toMatchObject({ status: "cancelled", because, attempts: 1 });
        expect(outcomes.get("b")).toMatchObject({ status: "cancelled", attempts: 0 });
        expect([makespanMs, clock.pending]).toEqual([0, 0]);
      }
    });

    test("a task that rests when another fails, or when the run is aborted, is cancelled and its timer cleared", async () => {
      for (const because of ["failure", "aborted"] as const) {
        const controller = new AbortController();
        const { clock, execution } = start(
          [
            { id: "resting", durationMs: 1 },
            { id: "bad", durationMs: 5 },
          ],
          {
            failing: new Set(["resting", "bad"]),
            signal: controller.signal,
            retries: (task) => (task.id === "resting" ? 1 : 0),
            retryDelayMs: 1_000,
          },
        );
        if (because === "aborted") clock.setTimer(() => controller.abort(), 3);
        const { outcomes, makespanMs } = await clock.until(execution.result);
        expect(outcomes.get("resting")).toMatchObject({ status: "cancelled", because, startedMs: 0, attempts: 1 });
        expect(makespanMs).toBeLessThanOrEqual(5);
        expect(clock.pending).toBe(0);
      }
    });
  });

  describe("cancel()", () => {
    test("withdraws a waiting task with its dependents, and stops a running one", async () => {
      const { clock, execution } = start([
        { id: "long", durationMs: 50 },
        { id: "first", durationMs: 5 },
        { id: "waiting", needs: ["first"] },
        { id: "child", needs: ["waiting"] },
      ]);
      const answers: boolean[] = [];
      clock.setTimer(
        () => answers.push(execution.cancel("waiting"), execution.cancel("long"), execution.cancel("long")),
        3,
      );
      const { outcomes } = await clock.until(execution.result);
      expect(summary(outcomes)).toEqual({
        long: "requested",
        first: "succeeded",
        waiting: "requested",
        child: "dependency waiting",
      });
      expect(outcomes.get("long")).toMatchObject({ startedMs: 0, finishedMs: 3 });
      expect(outcomes.get("waiting")).not.toHaveProperty("startedMs");
      expect(answers).toEqual([true, true, false]);
      expect(execution.cancel("first")).toBe(false);
      expect(() => execution.cancel("nobody")).toThrow(expect.objectContaining({ code: "SCHEDULER_UNKNOWN_ID" }));
    });

    test("works before the first task starts and from within a listener, and then the function is not called", async () => {
      const called: string[] = [];
      const execution: Execution<string, void> = execute<string, void>(
        createGraph<string>([{ id: "early" }, { id: "listened" }, { id: "rest" }]),
        (task) => void called.push(task.id),
        {
          onEvent: (event) => {
            if (event.type === "started" && event.id === "listened") execution.cancel("listened");
          },
        },
      );
      execution.cancel("early");
      const { outcomes } = await execution.result;
      expect(called).toEqual(["rest"]);
      expect(summary(outcomes)).toEqual({ early: "requested", listened: "requested", rest: "succeeded" });
    });
  });

  describe("add()", () => {
    test("runs what is added before, during and by tasks, in its rank, after its needs", async () => {
      const clock = new VirtualClock();
      const order: string[] = [];
      const execution: Execution<string, void> = execute<string, void>(
        createGraph<string>([{ id: "a", durationMs: 3 }]),
        async (task) => {
          order.push(task.id);
          if (task.id === "a") {
            execution.add({ id: "low" });
            execution.add({ id: "high", priority: 1 });
            execution.add({ id: "after", needs: ["low", "a"], priority: 9 });
          }
          await clock.delay(2);
        },
        { now: clock.now, setTimer: clock.setTimer, maxParallel: 1 },
      );
      execution.add({ id: "zero", priority: -1 });
      const { outcomes, waits } = await clock.until(execution.result);
      expect(order).toEqual(["a", "low", "after", "high", "zero"]);
      expect([...outcomes.keys()]).toEqual(["a", "zero", "low", "high", "after"]);
      expect(waits.get("after")).toEqual([{ cause: "need", on: "low", fromMs: 0, toMs: 4 }]);
      expect(() => execution.add({ id: "late" })).toThrow(expect.objectContaining({ code: "SCHEDULER_FINISHED" }));
    });

    test("refuses what createGraph() would refuse, and changes nothing then", async () => {
      const { clock, execution } = start([{ id: "a" }], { capacity: { cpu: 1 } });
      const refuses = (task: Task, code: string): void =>
        expect(() => execution.add(task)).toThrow(expect.objectContaining({ code }));
      refuses({ id: "a" }, "SCHEDULER_DUPLICATE_ID");
      refuses({ id: "b", needs: ["c"] }, "SCHEDULER_UNKNOWN_NEED");
      refuses({ id: "b", needs: ["b"] }, "SCHEDULER_UNKNOWN_NEED");
      refuses({ id: "b", demand: { cpu: 2 } }, "SCHEDULER_DEMAND_EXCEEDS_CAPACITY");
      expect(() => execution.add({ id: "b", durationMs: -1 })).toThrow(RangeError);
      expect([...(await clock.until(execution.result)).outcomes.keys()]).toEqual(["a"]);
    });

    test.each(["critical-path", "batches"] as const)(
      "from a listener at the moment a need ends, with another need still open (%s)",
      async (strategy) => {
        for (const onFailure of ["always", "dependencies-successful"] as const) {
          const { clock, execution } = start(
            [
              { id: "bad", durationMs: 2 },
              { id: "long", durationMs: 9 },
            ],
            {
              strategy,
              onFailure,
              failing: new Set(["bad"]),
              onEvent: (event) => {
                if (event.type !== "settled" || event.id !== "bad") return;
                execution.add({ id: "both", needs: ["bad", "long"], durationMs: 1 });
                execution.add({ id: "free", needs: ["long"], durationMs: 1 });
              },
            },
          );
          const { outcomes } = await clock.until(execution.result);
          expect(outcomes.get("free")).toMatchObject({ status: "succeeded", startedMs: 9 });
          if (onFailure === "always") expect(outcomes.get("both")).toMatchObject({ startedMs: 9 });
          else expect(outcomes.get("both")).toMatchObject({ because: "dependency", dependency: "bad" });
        }
      },
    );

    test("takes 10,000 tasks while it runs", async () => {
      const execution: Execution<string, number> = execute<string, number>(
        createGraph<string>([{ id: "t0" }]),
        (task) => {
          const i = Number(task.id.slice(1));
          if (i < 10_000) execution.add({ id: `t${i + 1}`, needs: [task.id] });
          return i;
        },
      );
      const { outcomes, ok } = await execution.result;
      expect(ok).toBe(true);
      expect(outcomes.size).toBe(10_001);
    });
  });

  describe("events", () => {
    test("iterating gives what onEvent gets, in the same order, and ends with the run", async () => {
      const heard: ExecutionEvent[] = [];
      const { clock, execution } = start(
        [
          { id: "a", durationMs: 1 },
          { id: "b", needs: ["a"] },
        ],
        { onEvent: (event) => heard.push(event) },
      );
      const iterated: ExecutionEvent[] = [];
      const reading = (async () => {
        for await (const event of execution) iterated.push(event);
      })();
      await clock.until(execution.result);
      await clock.until(reading);
      expect(iterated).toEqual(heard);
      expect(heard.map((event) => event.type)).toEqual(["started", "settled", "started", "settled", "finished"]);
      for await (const event of execution) throw new Error(`${event.type} after the end`);
    });

    test("one who stops iterating stops neither the run nor the other readers", async () => {
      const { clock, execution } = start([{ id: "a", durationMs: 1 }]);
      const types: string[] = [];
      const leaving = (async () => {
        for await (const event of execution) {
          types.push(event.type);
          break;
        }
      })();
      await clock.until(leaving);
      expect((await clock.until(execution.result)).ok).toBe(true);
      expect(types).toEqual(["started"]);
    });

    test("a listener that throws is reported and does not break the run, even when the report throws", async () => {
      const errors: unknown[] = [];
      const { clock, execution } = start([{ id: "a" }], {
        onEvent: (event) => {
          throw new Error(event.type);
        },
        onListenerError: (error) => {
          errors.push((error as Error).message);
          throw error;
        },
      });
      expect((await clock.until(execution.result)).ok).toBe(true);
      expect(errors).toEqual(["started", "settled", "finished"]);
    });

    test("an asynchronous report that rejects leaves no unhandled rejection behind", async () => {
      const unhandled: unknown[] = [];
      const note = (error: unknown): void => void unhandled.push(error);
      process.on("unhandledRejection", note);
      try {
        const { clock, execution } = start([{ id: "a" }], {
          onEvent: () => {
            throw new Error("listener");
          },
          // oxlint-disable-next-line typescript/no-misused-promises -- what callers do
          onListenerError: async () => Promise.reject(new Error("report")),
        });
        await clock.until(execution.result);
        await new Promise((resolve) => setImmediate(resolve));
        expect(unhandled).toEqual([]);
      } finally {
        process.off("unhandledRejection", note);
      }
    });
  });

  test("whatever is cancelled, added, retried, timed out, deaf to its signal or aborted: one outcome each, no limit broken, no timer left", async () => {
    const acts = fc.array(
      fc.record({ kind: fc.constantFrom("cancel", "add", "abort"), atMs: fc.nat({ max: 60 }), pick: fc.nat() }),
      { maxLength: 8 },
    );
    const natures = fc.array(fc.constantFrom("good", "bad", "slow", "deaf", "sync"), { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(
        workloads({ withDemand: true, maxTasks: 15 }),
        natures,
        acts,
        policies,
        strategies,
        async (workload, nature, script, onFailure, strategy) => {
          const clock = new VirtualClock();
          const controller = new AbortController();
          const tasks = [...workload.tasks];
          const settled: string[] = [];
          const holding: { task: Task; startMs: number; finishMs: number }[] = [];
          const open = new Map<string, (typeof holding)[number]>();
          const execution = execute<string, number>(
            createGraph<string>(workload.tasks),
            (task, { signal, attempt }) => {
              const kind = nature[(task.id.length * 7 + Number(task.id.slice(1))) % nature.length];
              if (kind === "sync") return 1;
              if (kind === "deaf") return new Promise<number>(() => {});
              return (async () => {
                await clock.delay(kind === "slow" ? 100 : (task.durationMs ?? 1), signal);
                if (kind === "bad" && attempt < 3) throw new Error("bad");
                return attempt;
              })();
            },
            {
              ...limitsOf(workload),
              now: clock.now,
              setTimer: clock.setTimer,
              signal: controller.signal,
              onFailure,
              strategy,
              graceMs: 7,
              timeoutMs: () => 30,
              retries: () => 1,
              retryDelayMs: 3,
              onEvent: (event) => {
                if (event.type === "settled") settled.push(event.id);
                if (event.type === "started") {
                  const task = tasks.find((task) => task.id === event.id) as Task;
                  const hold = { task, startMs: event.atMs, finishMs: Infinity };
                  open.set(event.id, hold);
                  holding.push(hold);
                } else if (event.type === "settled" || event.type === "retried") {
                  const hold = open.get(event.id);
                  if (hold !== undefined && hold.finishMs === Infinity) hold.finishMs = event.atMs;
                }
              },
            },
          );
          for (const [i, { kind, atMs, pick }] of script.entries()) {
            clock.setTimer(() => {
              const any = tasks.length === 0 ? undefined : tasks[pick % tasks.length];
              if (kind === "abort") controller.abort();
              if (kind === "cancel" && any !== undefined) execution.cancel(any.id);
              if (kind !== "add" || settled.length === tasks.length) return;
              const task: Task = {
                id: `n${i}`,
                needs: any === undefined ? [] : [any.id],
                group: "port",
                demand: { cpu: 2 },
              };
              tasks.push(task);
              execution.add(task);
            }, atMs);
          }
          const { outcomes } = await clock.until(execution.result);
          expect([...outcomes.keys()]).toEqual(tasks.map((task) => task.id));
          expect(settled.toSorted()).toEqual([...outcomes.keys()].toSorted());
          // Every attempt as a task of its own: needs were checked elsewhere, limits are what counts here.
          const attempts = holding.map((hold, i) => ({ ...hold, id: `${i}` }));
          expect(
            violations(
              { ...workload, tasks: attempts.map(({ task, id }) => ({ ...task, id, needs: [] })) },
              new Map(attempts.map((hold) => [hold.id, hold])),
            ),
          ).toEqual([]);
          const last = clock.now();
          expect(Math.max(0, ...[...outcomes.values()].map((outcome) => outcome.finishedMs))).toBe(last);
          expect([...open.values()].every((hold) => hold.finishMs <= last)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("aborting from the first start leaves the rest unstarted", async () => {
    const controller = new AbortController();
    const { clock, execution, live } = start([{ id: "a", durationMs: 5 }, { id: "b" }, { id: "c", needs: ["a"] }], {
      signal: controller.signal,
      onEvent: (event) => event.type === "started" && controller.abort(),
    });
    const { outcomes } = await clock.until(execution.result);
    expect(summary(outcomes)).toEqual({ a: "aborted", b: "aborted", c: "aborted" });
    expect(live.size).toBe(0);
  });

  test("uses the clock and timers of the platform by default", async () => {
    const graph = createGraph([{ id: "deaf" }]);
    const execution = execute(graph, () => new Promise<number>(() => {}), { timeoutMs: () => 1, graceMs: 1 });
    const { outcomes } = await execution.result;
    expect(outcomes.get("deaf")).toMatchObject({ status: "timed-out", abandoned: true });
    expectTypeOf(outcomes).toEqualTypeOf<ReadonlyMap<"deaf", TaskOutcome<number, "deaf">>>();
  });

  test("an empty graph ends at once, and bad options are refused before anything runs", async () => {
    const nothing = createGraph<string>([]);
    expect(await execute(nothing, () => 1).result).toMatchObject({ ok: true, makespanMs: 0, outcomes: new Map() });
    expect(() => execute(nothing, () => 1, { maxParallel: 1.5 })).toThrow(RangeError);
    expect(() => execute(nothing, () => 1, { graceMs: -1 })).toThrow("`graceMs` must be at least 0");
    expect(() => execute(nothing, () => 1, { retryDelayMs: Number.NaN })).toThrow(RangeError);
    expect(() => execute(nothing, () => 1, { onFailure: "stop" as OnFailure })).toThrow(TypeError);
    expect(() => execute(nothing, undefined as unknown as () => number)).toThrow("`run` must be a function");
    const greedy = createGraph([{ id: "a", demand: { cpu: 2 } }]);
    expect(() => execute(greedy, () => 1, { capacity: { cpu: 1 } })).toThrow(
      expect.objectContaining({ code: "SCHEDULER_DEMAND_EXCEEDS_CAPACITY" }),
    );
  });

  test("100,000 tasks run to their end, in a wide graph and in a chain", async () => {
    const size = 100_000;
    for (const needs of [
      (i: number) => (i < 1_000 ? [] : [`t${i - 1_000}`]),
      (i: number) => (i === 0 ? [] : [`t${i - 1}`]),
    ]) {
      const tasks = Array.from({ length: size }, (_, i): Task => ({ id: `t${i}`, needs: needs(i) }));
      const { ok, outcomes } = await execute(createGraph<string>(tasks), () => 1, { maxParallel: 16 }).result;
      expect(ok).toBe(true);
      expect(outcomes.size).toBe(size);
    }
  });
});
