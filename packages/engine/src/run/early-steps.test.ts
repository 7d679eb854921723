import { afterEach, expect, test, vi } from "vitest";
import { normalise } from "../config/normalise.ts";
import type { Step } from "../config/workflow.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import { createEarlySteps, type EarlySteps } from "./early-steps.ts";
import { StepFailure } from "./step-fates.ts";

afterEach(() => {
  vi.useRealTimers();
});

const PASSED: StepVerdict = { outcome: "passed", message: undefined, findings: [] };
const FAILED: StepVerdict = { outcome: "failed", message: "exit code 1", findings: [] };

interface Rig extends EarlySteps {
  readonly step: (id: string) => Step;
  readonly told: string[];
  readonly clock: { ms: number };
  /** Steps whose inputs have changed. */
  readonly changed: Set<string>;
}

function createRig(): Rig {
  const { workflow } = normalise(
    {
      stages: [{ id: "one" }, { id: "two" }, { id: "three" }],
      steps: {
        a: { run: "x", stage: "one" },
        b: { run: "x", stage: "two", timeout: "1s" },
        c: { run: "x", stage: "two", needs: ["b"] },
        d: { run: "x", stage: "three" },
      },
    },
    "name",
  );
  const told: string[] = [];
  const clock = { ms: 0 };
  const changed = new Set<string>();
  const early = createEarlySteps(new Set(["b", "c", "d"]), workflow.stages, {
    setTimer(callback, delayMs) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    elapsedMs: () => clock.ms,
    runsAgain: (id) => told.push(`${id} runs again`),
    changedInputs: async (ids) => ids.filter((id) => changed.has(id)),
    stageStarted: (id) => told.push(`${id} started`),
  });
  const step = (id: string): Step => {
    const found = workflow.steps.get(id);
    if (found === undefined) throw new Error(`no step ${id}`);
    return found;
  };
  return { ...early, step, told, clock, changed };
}

const never = new AbortController().signal;
const ends = (verdict: StepVerdict) => async (): Promise<StepVerdict> => {
  if (verdict.outcome !== "passed") throw new StepFailure(verdict);
  return verdict;
};
/** Goes on until it is told to end. */
const untilAborted = (signal: AbortSignal): Promise<StepVerdict> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")));
  });

test("what passed ahead is not run again behind the gate, and only there has passed", async () => {
  const { run, confirm, isAhead, gateEnded, cost, step, told, clock } = createRig();
  clock.ms = 100;
  await run(step("b"), never, ends(PASSED));
  expect(isAhead("b")).toBe(true);
  clock.ms = 250;
  gateEnded("one", true);
  const attempt = vi.fn<() => Promise<StepVerdict>>();
  expect(await confirm(step("b"), 1, attempt)).toBe(PASSED);
  expect(attempt).not.toHaveBeenCalled();
  expect(isAhead("b")).toBe(false);
  expect(told).toEqual([]);
  expect(cost()).toMatchObject({ started: 1, used: 1, wasted: 0, gainedMs: 0, wastedMs: 0 });
});

test("work that lay before the gate is gained, work behind a gate that closed is lost", async () => {
  const { run, confirm, gateEnded, cost, step, told, clock } = createRig();
  let end: (verdict: StepVerdict) => void = () => undefined;
  const b = run(step("b"), never, () => new Promise((resolve) => (end = resolve)));
  clock.ms = 40;
  gateEnded("one", true);
  expect(told).toEqual(["two started"]);
  const d = run(step("d"), never, async () => {
    clock.ms = 70;
    return PASSED;
  });
  await d;
  clock.ms = 90;
  end(PASSED);
  await b;
  await confirm(step("b"), 1, ends(FAILED));
  gateEnded("two", false);
  expect(cost()).toMatchObject({ started: 2, used: 1, wasted: 1, gainedMs: 40, wastedMs: 30 });
});

test("what did not pass ahead runs once more behind the gate, and what came of it ahead does not count", async () => {
  const { run, confirm, gateEnded, cost, step, told, clock } = createRig();
  await run(step("b"), never, async () => {
    clock.ms = 20;
    throw new StepFailure(FAILED);
  });
  expect(told).toEqual(["b runs again"]);
  // What needs it does not even begin ahead.
  const attempt = vi.fn<() => Promise<StepVerdict>>();
  await run(step("c"), never, attempt);
  expect(attempt).not.toHaveBeenCalled();
  gateEnded("one", true);
  expect(await confirm(step("b"), 1, ends(PASSED))).toBe(PASSED);
  expect(await confirm(step("c"), 1, ends(PASSED))).toBe(PASSED);
  expect(cost()).toMatchObject({ started: 1, used: 0, wasted: 1, wastedMs: 20 });
});

test("what passed ahead on inputs that changed before its gate runs once more, and what came of it ahead does not count", async () => {
  const { run, confirm, lookAgain, gateEnded, ranAhead, cost, step, told, clock, changed } = createRig();
  await run(step("b"), never, async () => {
    clock.ms = 20;
    return PASSED;
  });
  await run(step("d"), never, ends(PASSED));
  changed.add("b");
  await lookAgain();
  gateEnded("one", true);
  expect(told).toEqual(["b runs again"]);
  await expect(confirm(step("b"), 1, ends(FAILED))).rejects.toThrow("exit code 1");
  expect(ranAhead("b")).toBe(false);
  // What counts already is not looked at again.
  await lookAgain();
  gateEnded("two", true);
  expect(await confirm(step("d"), 1, ends(FAILED))).toBe(PASSED);
  expect(told).toEqual(["b runs again"]);
  expect(cost()).toMatchObject({ started: 2, used: 1, wasted: 1, wastedMs: 20 });
});

test("a step that found its gate open has failed when it fails, and is tried again as any other", async () => {
  const { run, confirm, gateEnded, cost, step } = createRig();
  gateEnded("one", true);
  await run(step("b"), never, ends(FAILED));
  await expect(confirm(step("b"), 1, ends(PASSED))).rejects.toThrow("exit code 1");
  expect(await confirm(step("b"), 2, ends(PASSED))).toBe(PASSED);
  expect(cost()).toBeUndefined();
});

test("a step that takes longer than it may is ended, ahead as well", async () => {
  vi.useFakeTimers();
  const { run, step, told } = createRig();
  const b = run(step("b"), never, untilAborted);
  await vi.advanceTimersByTimeAsync(999);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await b;
  expect(told).toEqual(["b runs again"]);
});

test("a step behind a gate that never ended was started for nothing", async () => {
  const { run, cost, step, clock } = createRig();
  const controller = new AbortController();
  const b = run(step("b"), controller.signal, untilAborted);
  clock.ms = 30;
  controller.abort();
  await b;
  expect(cost()).toMatchObject({ started: 1, used: 0, wasted: 1, wastedMs: 30 });
});
