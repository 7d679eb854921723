import type { Arm, BenchmarkFailure, Command, MeasuredPair, Runner } from "@ai-workflow/regression";
import { readMachine } from "../machine/machine.ts";
import {
  BENCHMARK_VERSION,
  type BenchmarkArm,
  type BenchmarkDocument,
  type DecidingMeasure,
} from "./benchmark-document.ts";

/** How a benchmark is measured. */
export interface MeasuringOptions {
  /** Pairs, at least 1. */
  readonly pairs: number;
  /** Runs of each side before the first pair, not counted. */
  readonly warmUps: number;
  readonly thresholdPercent: number;
  readonly measure: DecidingMeasure;
  /** Longest time for one run, in milliseconds. @defaultValue none */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each pair. */
  readonly onPair?: ((pair: MeasuredPair, number: number) => void) | undefined;
  /** @defaultValue the environment of this process */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Options of {@link benchmarkCommands}. */
export interface BenchmarkCommandsOptions extends MeasuringOptions {
  /** Lines of shell. */
  readonly baseline: string;
  readonly compare: string;
  /** Absolute path of the folder they run in. */
  readonly directory: string;
}

/** What a benchmark gives. */
export type BenchmarkOutcome =
  | { readonly status: "measured"; readonly document: BenchmarkDocument }
  /** A run failed or took too long: what does not do its work is not comparable. */
  | { readonly status: "failed" | "aborted"; readonly failure: BenchmarkFailure };

/**
 * Measures two commands in turns, where they are.
 *
 * @throws {RangeError} when an option is out of range
 */
export async function benchmarkCommands(options: BenchmarkCommandsOptions): Promise<BenchmarkOutcome> {
  const { baseline, compare, directory } = options;
  const env = options.environment;
  const toCommand = (command: string): Command => ({ command: `${command}\n`, shell: true, cwd: directory, env });
  return measureArms(options, {
    kind: "commands",
    arms: { baseline: { name: "baseline", command: baseline }, compare: { name: "compare", command: compare } },
    commands: { baseline: toCommand(baseline), compare: toCommand(compare) },
  });
}

/** What {@link measureArms} measures. */
interface Arms {
  readonly kind: BenchmarkDocument["kind"];
  readonly arms: Readonly<Record<Arm, BenchmarkArm>>;
  readonly commands: Readonly<Record<Arm, Command>>;
  readonly run?: Runner | undefined;
}

/** Measures both arms in turns and makes the document. */
export async function measureArms(options: MeasuringOptions, measured: Arms): Promise<BenchmarkOutcome> {
  const { runBenchmark } = await import("@ai-workflow/regression");
  const { pairs, warmUps, thresholdPercent, measure, timeoutMs, signal, onPair } = options;
  const { kind, arms, commands, run } = measured;
  const environment = options.environment ?? process.env;
  const machine = readMachine(environment);
  let number = 0;
  const result = await runBenchmark({
    baseline: commands.baseline,
    compare: commands.compare,
    pairs,
    warmUps,
    timeoutMs,
    signal,
    run,
    onPair: (pair) => {
      number += 1;
      onPair?.(pair, number);
      return "continue";
    },
  });
  if (result.failure !== undefined) {
    return { status: result.status === "aborted" ? "aborted" : "failed", failure: result.failure };
  }
  const document: BenchmarkDocument = {
    schema: "ai-workflow/benchmark",
    version: BENCHMARK_VERSION,
    kind,
    finishedAt: new Date().toISOString(),
    measure,
    thresholdPercent,
    ...arms,
    environment: machine,
    pairs: result.pairs,
  };
  return { status: "measured", document };
}
