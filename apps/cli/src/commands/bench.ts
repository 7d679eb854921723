import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  benchmarkCommands,
  benchmarkWorkflow,
  checkOutput,
  compareMeasurements,
  EngineError,
  gateRevisions,
  reportBenchmark,
  trackPerformance,
  writeOutput,
  type DecidingMeasure,
  type MeasuredPair,
  type WorkflowProgram,
} from "@ai-workflow/engine";
import { EXIT, exitCodeOfSignal } from "../exit-code.ts";
import { printable } from "../render/printable.ts";
import { failureAsData, renderBenchFailure, renderGateState, renderPair } from "../render/bench.ts";
import { countOf } from "../render/count-of.ts";
import { renderJson, type PrintedJson } from "../render/json.ts";
import { cancelOnSignal } from "../process/cancel-on-signal.ts";
import { readTarget } from "../target/read-target.ts";

/** Options that several commands of `bench` have, as commander hands them over. */
interface CommonFlags {
  readonly target?: string;
  readonly json?: boolean;
}

interface MeasuringFlags extends CommonFlags {
  readonly threshold: number;
  readonly measure?: DecidingMeasure;
  readonly warmup: number;
  /** In seconds. */
  readonly timeout?: number;
  readonly steps?: readonly string[];
  readonly report?: string;
}

interface RunFlags extends MeasuringFlags {
  readonly baseline?: string;
  readonly compare?: string;
  readonly cold?: boolean;
  readonly pairs: number;
  readonly output?: string;
}

interface CompareFlags extends CommonFlags {
  readonly threshold?: number;
  readonly measure?: DecidingMeasure;
  readonly report?: string;
}

interface GateFlags extends MeasuringFlags {
  readonly baseline: string;
  readonly compare: string;
  readonly command?: string;
  readonly prepare: readonly string[];
  readonly maxPairs: number;
}

interface TrackFlags extends CommonFlags {
  readonly data?: string;
  readonly output?: string;
}

const ON_SIGNAL = "ending what is measured and removing its copies";
const MS_PER_SECOND = 1_000;
/** What a gate that was not stopped exits with. */
const GATE_EXIT = { ok: EXIT.ok, regression: EXIT.failed, inconclusive: EXIT.inconclusive } as const;

/** `ai-workflow bench run`: two commands, or two ways to run this workflow, in turns. */
export async function benchRunCommand(given: object, options: { readonly workflow: boolean }): Promise<void> {
  const flags = given as RunFlags;
  const files = resolveFiles(flags.output, flags.report);
  const measure = flags.measure ?? (options.workflow ? "wall" : "cpu");
  const { signal, stop } = cancelOnSignal(ON_SIGNAL);
  const measuring = {
    pairs: flags.pairs,
    warmUps: flags.warmup,
    thresholdPercent: flags.threshold,
    measure,
    timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * MS_PER_SECOND,
    signal,
    onPair: (pair: MeasuredPair, number: number) =>
      process.stderr.write(renderPair(pair, measure, `pair ${number} of ${flags.pairs}`)),
  };
  const steps = flags.steps === undefined ? [] : [`--steps=${flags.steps.join(",")}`];
  const outcome = options.workflow
    ? await benchmarkWorkflow({
        ...measuring,
        loaded: await readTarget(flags.target),
        program: ownProgram(),
        baseline: [...(flags.baseline === undefined ? ["--baseline"] : split(flags.baseline)), ...steps],
        compare: [...split(flags.compare ?? ""), ...steps],
        cold: flags.cold,
        onCopy: (root) => process.stderr.write(`copying ${root} twice, so that it stays as it is\n`),
      })
    : await benchmarkCommands({
        ...measuring,
        baseline: flags.baseline ?? "",
        compare: flags.compare ?? "",
        directory: process.cwd(),
      });
  if (outcome.status !== "measured") {
    printJson(flags, { status: outcome.status, failure: failureAsData(outcome.failure) });
    endWithout(outcome, stop());
    return;
  }
  const { document } = outcome;
  const { comparison, markdown } = await reportBenchmark(document);
  if (!printJson(flags, { status: outcome.status, benchmark: document, comparison })) process.stdout.write(markdown);
  if (files.output !== undefined) writeOutput(files.output, `${JSON.stringify(document)}\n`);
  if (files.report !== undefined) writeOutput(files.report, markdown);
}

/** `ai-workflow bench compare <baseline> [compare]`. */
export async function benchCompareCommand(baseline: string, compare: string | undefined, given: object): Promise<void> {
  const flags = given as CompareFlags;
  const { report } = resolveFiles(undefined, flags.report);
  const { comparison, steps, markdown } = await compareMeasurements({
    baseline,
    compare,
    directory: process.cwd(),
    target: await locateState(flags),
    thresholdPercent: flags.threshold,
    measure: flags.measure,
  });
  if (!printJson(flags, { comparison, steps })) process.stdout.write(markdown);
  if (report !== undefined) writeOutput(report, markdown);
}

/** `ai-workflow bench gate`: exits with 0 (ok), 1 (regression, or a command failed) or 3 (inconclusive). */
export async function benchGateCommand(given: object): Promise<void> {
  const flags = given as GateFlags;
  const { report } = resolveFiles(undefined, flags.report);
  const measure = flags.measure ?? "cpu";
  const { signal, stop } = cancelOnSignal(ON_SIGNAL);
  const steps = flags.steps === undefined ? [] : [`--steps=${flags.steps.join(",")}`];
  let number = 0;
  const loaded = flags.command === undefined ? await readTarget(flags.target) : undefined;
  const result = await gateRevisions({
    baseline: flags.baseline,
    compare: flags.compare,
    directory: loaded?.directory ?? path.resolve(flags.target ?? process.cwd()),
    keepRunning: loaded?.workflow.keepRunning,
    measured: flags.command ?? { program: ownProgram(), options: ["--baseline", ...steps] },
    prepare: flags.prepare,
    thresholdPercent: flags.threshold,
    measure,
    maxPairs: flags.maxPairs,
    warmUps: flags.warmup,
    timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * MS_PER_SECOND,
    signal,
    onPair: (pair, state) => {
      number += 1;
      process.stderr.write(renderPair(pair, measure, renderGateState(state, number)));
    },
  });
  const { status, gate, commits, comparison, pairs, failure, notRemoved, markdown } = result;
  const asData = {
    status,
    baseline: flags.baseline,
    compare: flags.compare,
    commits,
    measure,
    thresholdPercent: flags.threshold,
    gate,
    comparison,
    pairs,
    failure: failure === undefined ? undefined : failureAsData(failure),
    notRemoved: notRemoved.map(({ directory, cause }) => ({ directory, message: String(cause) })),
  };
  if (!printJson(flags, asData)) process.stdout.write(markdown);
  for (const { directory } of notRemoved) {
    process.stderr.write(`note: ${directory} could not be removed; the next gate tries again\n`);
  }
  if (failure !== undefined) endWithout({ status: status === "aborted" ? status : "failed", failure }, stop());
  else process.exitCode = { ...GATE_EXIT, failed: EXIT.failed, aborted: EXIT.failed }[status];
  if (report !== undefined && markdown !== "") writeOutput(report, markdown);
}

/** `ai-workflow bench track`: the page of the history, to a file or to standard output. */
export async function benchTrackCommand(given: object): Promise<void> {
  const flags = given as TrackFlags;
  const { output } = resolveFiles(flags.output, undefined);
  const { markdown, ...history } = await trackPerformance({
    target: await locateState(flags),
    data: flags.data === undefined ? undefined : path.resolve(flags.data),
  });
  if (output !== undefined) {
    writeOutput(output, markdown);
    process.stderr.write(`${printable(path.relative(process.cwd(), output))}: ${countOf(history.runs, "run")}\n`);
  }
  if (!printJson(flags, history) && output === undefined) process.stdout.write(markdown);
}

/** The directory whose runs are meant; files can be compared where there is no workflow, too. */
async function locateState(flags: CommonFlags): Promise<string> {
  try {
    return (await readTarget(flags.target)).directory;
  } catch (error) {
    const isMissing = error instanceof EngineError && error.code === "ENGINE_CONFIG_MISSING";
    if (!isMissing || flags.target !== undefined) throw error;
    return process.cwd();
  }
}

/** This program, as a child process is started from it. */
function ownProgram(): WorkflowProgram {
  return { command: process.execPath, args: [fileURLToPath(new URL("./bin.js", import.meta.url))] };
}

/** Options of `run` as they stand on a command line; none of them needs quotes. */
function split(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function resolveFiles(
  output: string | undefined,
  report: string | undefined,
): { readonly output: string | undefined; readonly report: string | undefined } {
  const resolve = (file: string | undefined): string | undefined => {
    if (file === undefined) return undefined;
    const absolute = path.resolve(file);
    checkOutput(absolute);
    return absolute;
  };
  return { output: resolve(output), report: resolve(report) };
}

function printJson({ json }: CommonFlags, value: PrintedJson): boolean {
  if (json === true) process.stdout.write(renderJson(value));
  return json === true;
}

/** Ends without a result: the exit code of the signal, or 1 with what failed. */
function endWithout(
  {
    status,
    failure,
  }: { readonly status: "failed" | "aborted"; readonly failure: Parameters<typeof renderBenchFailure>[0] },
  signal: NodeJS.Signals | undefined,
): void {
  if (status === "failed") {
    process.stderr.write(renderBenchFailure(failure));
    process.exitCode = EXIT.failed;
  } else {
    process.exitCode = exitCodeOfSignal(signal);
  }
}
