import { expect, test } from "vitest";
import { comparePairs } from "../comparing/compare-pairs.ts";
import type { Command, RunOutcome } from "./command.ts";
import { runBenchmark } from "./run-benchmark.ts";

const BOTH = { baseline: { command: "a" }, compare: { command: "b" } };

/** A runner that keeps the order of its calls; `outcomes` are for the calls of these numbers, from 1. */
function recordingRunner(outcomes: Readonly<Record<number, RunOutcome>> = {}) {
  const calls: string[] = [];
  const run = async ({ command }: Command): Promise<RunOutcome> => {
    calls.push(command);
    return outcomes[calls.length] ?? { status: "passed", measurement: { cpuMs: command === "a" ? 100 : 200 } };
  };
  return { calls, run };
}

test("runBenchmark() measures in turns, the warm-ups apart", async () => {
  const { calls, run } = recordingRunner();
  const { status, pairs } = await runBenchmark({ ...BOTH, run, pairs: 4, warmUps: 2 });
  expect(calls.join("")).toBe("baababbabaab");
  expect(status).toBe("completed");
  expect(pairs.map(({ first }) => first)).toEqual(["baseline", "compare", "compare", "baseline"]);
  for (const { baseline, compare, load } of pairs) {
    expect([baseline, compare]).toEqual([{ cpuMs: 100 }, { cpuMs: 200 }]);
    expect(load).toBeGreaterThanOrEqual(0);
  }
});

test("runBenchmark() ends when it is told to", async () => {
  const { calls, run } = recordingRunner();
  let seen = 0;
  const result = await runBenchmark({
    ...BOTH,
    run,
    warmUps: 0,
    onPair: () => ((seen += 1) === 3 ? "stop" : "continue"),
  });
  expect([result.status, result.pairs.length, calls.length]).toEqual(["stopped", 3, 6]);
});

test("runBenchmark() ends at a failed run, and says which it was", async () => {
  const failed = {
    status: "failed",
    reason: "exit",
    exitCode: 3,
    message: "Ended with exit code 3",
    errorTail: "no",
  } as const;
  const { calls, run } = recordingRunner({ 6: failed });
  const result = await runBenchmark({ ...BOTH, run });
  expect(result).toMatchObject({
    status: "failed",
    failure: { arm: "baseline", phase: "pair", number: 2, exitCode: 3 },
  });
  expect([result.pairs.length, calls.length]).toEqual([1, 6]);
  const early = await runBenchmark({ ...BOTH, run: recordingRunner({ 1: failed }).run });
  expect(early.failure).toMatchObject({ arm: "baseline", phase: "warm-up", number: 1 });
});

test("runBenchmark() finds real work that is three times as much", async () => {
  const burn = (ms: number): Command => ({
    command: process.execPath,
    args: [
      "-e",
      `const used = () => process.cpuUsage().user + process.cpuUsage().system; const end = used() + ${ms} * 1000; while (used() < end);`,
    ],
  });
  const { pairs } = await runBenchmark({ baseline: burn(150), compare: burn(450), pairs: 5 });
  expect(comparePairs(pairs).verdict).toBe("slower");
  expect(pairs.every(({ baseline }) => baseline.wallMs! > 100)).toBe(true);
});

test("runBenchmark() is aborted in the middle of a run", async () => {
  const controller = new AbortController();
  const long = { command: "sleep", args: ["600"] };
  const options = { baseline: { command: "true" }, compare: long, signal: controller.signal, warmUps: 0 };
  const running = runBenchmark(options);
  setTimeout(() => controller.abort(), 50);
  expect(await running).toMatchObject({ status: "aborted", pairs: [], failure: { reason: "aborted" } });
});

test("runBenchmark() refuses options out of range", async () => {
  for (const options of [{ pairs: 0 }, { pairs: 1.5 }, { warmUps: -1 }, { timeoutMs: 0 }]) {
    await expect(runBenchmark({ ...BOTH, ...options })).rejects.toThrow(RangeError);
  }
});
