import { loadavg } from "node:os";
import type { Pair } from "../comparing/measurement.ts";
import type { Command, RunFailure, Runner } from "./command.ts";
import { runCommand } from "./run-command.ts";

/** One of the two sides of a comparison. */
export type Arm = "baseline" | "compare";

/** A pair as it was measured. */
export interface MeasuredPair extends Pair {
  /** Which arm ran first. */
  readonly first: Arm;
  /** Load average of the last minute just before the pair; above the number of cores the machine is busy with more than it can do. */
  readonly load: number;
}

/** What went wrong, and where. */
export interface BenchmarkFailure extends RunFailure {
  readonly arm: Arm;
  readonly phase: "warm-up" | "pair";
  /** Warm-up or pair, counted from 1. */
  readonly number: number;
}

/** What {@link runBenchmark} gives. */
export interface BenchmarkResult {
  readonly status:
    /** All pairs were measured. */
    | "completed"
    /** `onPair` ended it. */
    | "stopped"
    /** A run failed: what does not do its work is not comparable. */
    | "failed"
    | "aborted";
  /** Complete pairs, in the order they were measured. */
  readonly pairs: readonly MeasuredPair[];
  /** When `failed` or `aborted`. */
  readonly failure?: BenchmarkFailure | undefined;
}

/** Options of {@link runBenchmark}. */
export interface BenchmarkOptions {
  readonly baseline: Command;
  readonly compare: Command;
  /**
   * Highest number of pairs, at least 1.
   * @defaultValue 20
   */
  readonly pairs?: number | undefined;
  /**
   * Runs of each arm before the first pair, not counted: they fill caches.
   * @defaultValue 1
   */
  readonly warmUps?: number | undefined;
  /**
   * Longest time for one run, in milliseconds.
   * @defaultValue none
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the run that is going on, and the benchmark. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called after each pair; `"stop"` ends the benchmark, as when a gate has decided.
   */
  readonly onPair?: ((pair: MeasuredPair) => "stop" | "continue") | undefined;
  /**
   * Runs a command once and measures it.
   * @defaultValue {@link runCommand}
   */
  readonly run?: Runner | undefined;
}

/**
 * Measures two commands in turns, in the order ABBA BAAB…: of each two pairs one begins with the baseline and one with the other, so
 * that what drifts evenly, and what the first run leaves behind for the second, meets both alike. A run that fails ends the benchmark.
 * Never rejects for what a command does.
 *
 * @throws RangeError when an option is out of range.
 */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const { pairs: most = 20, warmUps = 1, timeoutMs, signal, onPair, run = runCommand } = options;
  if (!(Number.isInteger(most) && most >= 1)) {
    throw new RangeError(`Cannot run the benchmark: \`pairs\` must be a whole number of at least 1, got ${most}`);
  }
  if (!(Number.isInteger(warmUps) && warmUps >= 0)) {
    throw new RangeError(`Cannot run the benchmark: \`warmUps\` must be a whole number of at least 0, got ${warmUps}`);
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new RangeError(`Cannot run the benchmark: \`timeoutMs\` must be above 0, got ${timeoutMs}`);
  }
  const pairs: MeasuredPair[] = [];
  for (let number = 1 - warmUps; number <= most; number += 1) {
    const phase = number < 1 ? "warm-up" : "pair";
    const order = orderOf(number);
    const load = loadavg()[0]!;
    const measured: Partial<Record<Arm, Pair[Arm]>> = {};
    for (const arm of order) {
      const outcome = await run(options[arm], { timeoutMs, signal });
      if (outcome.status === "failed") {
        const { reason, exitCode, message, errorTail } = outcome;
        const count = number < 1 ? number + warmUps : number;
        const failure = { arm, phase, number: count, reason, exitCode, message, errorTail } as const;
        return { status: reason === "aborted" ? "aborted" : "failed", pairs, failure };
      }
      measured[arm] = outcome.measurement;
    }
    if (phase === "warm-up") continue;
    const pair = { baseline: measured.baseline!, compare: measured.compare!, first: order[0], load };
    pairs.push(pair);
    if (onPair?.(pair) === "stop") return { status: "stopped", pairs };
  }
  return { status: "completed", pairs };
}

/** AB BA BA AB: evenly for what drifts, and, over four pairs, for what drifts faster and faster. */
function orderOf(number: number): readonly [Arm, Arm] {
  const place = (((number - 1) % 4) + 4) % 4;
  return place === 0 || place === 3 ? ["baseline", "compare"] : ["compare", "baseline"];
}
