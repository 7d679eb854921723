import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { RunRecord } from "@ai-workflow/profiler";
import type { Measurement, Pair, StepTimes } from "@ai-workflow/regression";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { EngineError } from "../errors.ts";
import { readStateFile } from "../state/read-state-file.ts";
import type { BenchmarkDocument, DecidingMeasure } from "./benchmark-document.ts";
import { describeLoad } from "./describe-load.ts";
import { readRunRecord } from "../records/read-run-record.ts";
import { parseMeasurements, type HyperfineResult, type Measurements } from "./parse-measurements.ts";
import { reportComparison, type ComparisonReport } from "./report-comparison.ts";
import { stepsOfRun } from "./steps-of-run.ts";

/** Options of {@link compareMeasurements}. */
export interface CompareMeasurementsOptions {
  /** A file, the id of a run or its beginning, `latest`, or `latest~1` for the run before, and so on. */
  readonly baseline: string;
  /** The same; without it `baseline` names a file that holds both sides. */
  readonly compare?: string | undefined;
  /** Absolute path of the folder that files are relative to. */
  readonly directory: string;
  /** Absolute path of the directory whose runs are meant. */
  readonly target: string;
  /** @defaultValue as it was measured, or 10 */
  readonly thresholdPercent?: number | undefined;
  /** @defaultValue as it was measured, or wall time */
  readonly measure?: DecidingMeasure | undefined;
}

/** What {@link compareMeasurements} gives. */
export interface MeasurementsComparison extends ComparisonReport {
  readonly steps: readonly StepTimes[];
}

const ONE_RUN_NOTE =
  "One run of each cannot tell a change from noise: `ai-workflow bench run` measures both in turns, several times.";
const APART_NOTE =
  "The sides were not measured in turns: what else the machine did in between counts as a difference between them.";

/**
 * Compares two runs, two files of measurements, or the two sides in one file.
 *
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – there is no such file, or it holds nothing that can be compared
 * @throws {EngineError} ENGINE_RUN_MISSING, ENGINE_RUN_UNREADABLE – there is no such run, or its record cannot be used
 */
export async function compareMeasurements(options: CompareMeasurementsOptions): Promise<MeasurementsComparison> {
  const { baseline, compare } = options;
  const before = readMeasurements(baseline, options);
  const prepared =
    compare === undefined
      ? twoSidesOf(before, baseline)
      : await pairUp(before, readMeasurements(compare, options), [baseline, compare]);
  const { pairs, names, steps = [], notes, measured } = prepared;
  const report = await reportComparison({
    pairs,
    thresholdPercent: options.thresholdPercent ?? measured?.thresholdPercent ?? 10,
    measure: options.measure ?? measured?.measure ?? "wall",
    title: "Comparison",
    baseline: names[0],
    compare: names[1],
    steps,
    notes,
  });
  return { ...report, steps };
}

interface Prepared {
  readonly pairs: readonly Pair[];
  readonly names: readonly [string, string];
  readonly steps?: readonly StepTimes[] | undefined;
  readonly notes: readonly string[];
  readonly measured?: { readonly thresholdPercent: number; readonly measure: DecidingMeasure } | undefined;
}

function twoSidesOf(value: Measurements, name: string): Prepared {
  if (value.kind === "benchmark") {
    const { document } = value;
    return { ...sidesOfBenchmark(document), measured: document };
  }
  if (value.kind === "hyperfine") {
    const [first, second] = value.results;
    if (second !== undefined) {
      return {
        pairs: zip(first.measurements, second.measurements),
        names: [first.command, second.command],
        notes: [APART_NOTE],
      };
    }
  }
  throw new EngineError("ENGINE_DATA_UNREADABLE", `${name} holds one side only`, {
    hint: "Name another to compare it with",
  });
}

/** The pairs of a benchmark, their names, and what to say beside them. */
function sidesOfBenchmark(document: BenchmarkDocument): Omit<Prepared, "measured"> {
  const { pairs, steps, baseline, compare, environment } = document;
  const load = describeLoad(pairs, environment.cpuCount);
  const notes = [`Baseline: ${code(baseline.command)}. Compared: ${code(compare.command)}.`];
  return { pairs, names: [baseline.name, compare.name], steps, notes: load === undefined ? notes : [...notes, load] };
}

/** The report of a benchmark that was measured now. */
export function reportBenchmark(document: BenchmarkDocument): Promise<ComparisonReport> {
  const { names, ...sides } = sidesOfBenchmark(document);
  const { thresholdPercent, measure } = document;
  return reportComparison({
    ...sides,
    thresholdPercent,
    measure,
    title: "Benchmark",
    baseline: names[0],
    compare: names[1],
  });
}

async function pairUp(before: Measurements, after: Measurements, given: readonly [string, string]): Promise<Prepared> {
  if (before.kind === "run" && after.kind === "run") {
    const { summariseSteps } = await import("@ai-workflow/regression");
    return {
      pairs: [{ baseline: measurementOf(before.record), compare: measurementOf(after.record) }],
      names: ["baseline", "optimised"],
      steps: summariseSteps([stepsOfRun(before.record)], [stepsOfRun(after.record)]),
      notes: [
        `Baseline: run ${code(before.record.runId)}, ${before.record.status}. Optimised: run ${code(after.record.runId)}, ${after.record.status}.`,
        ONE_RUN_NOTE,
      ],
    };
  }
  return {
    pairs: zip(sideOf(before), sideOf(after)),
    names: given,
    notes: [APART_NOTE],
    measured: before.kind === "benchmark" ? before.document : undefined,
  };
}

/** Of a benchmark, what was tried then: its baseline is what it was compared with at the time. */
function sideOf(value: Measurements): readonly Measurement[] {
  switch (value.kind) {
    case "benchmark":
      return value.document.pairs.map(({ compare }) => compare);
    case "hyperfine":
      return value.results[0].measurements satisfies HyperfineResult["measurements"];
    case "run":
      return [measurementOf(value.record)];
  }
}

function measurementOf({ durationMs, resources }: RunRecord): Measurement {
  return {
    wallMs: durationMs,
    ...(resources?.cpuMs === undefined ? {} : { cpuMs: resources.cpuMs + resources.toolCpuMs }),
    ...(resources?.peakMemoryBytes === undefined ? {} : { peakMemoryBytes: resources.peakMemoryBytes }),
  };
}

function zip(baseline: readonly Measurement[], compare: readonly Measurement[]): readonly Pair[] {
  return baseline
    .slice(0, compare.length)
    .map((measurement, place) => ({ baseline: measurement, compare: compare[place] ?? {} }));
}

function readMeasurements(given: string, { directory, target }: CompareMeasurementsOptions): Measurements {
  const file = path.resolve(directory, given);
  const isPath = /[/\\]|\.json$/.test(given);
  if (isPath || statSync(file, { throwIfNoEntry: false })?.isFile() === true) return readFile(file);
  const back = /^latest(?:~(\d+))?$/.exec(given);
  if (back === null) return { kind: "run", record: readRunRecord({ directory: target, run: given }) };
  const runs = listRuns(path.join(target, STATE_FOLDER_NAME, "runs"));
  const run = runs.at(-1 - Number(back[1] ?? 0));
  if (run !== undefined) return readFile(run.record);
  throw new EngineError("ENGINE_RUN_MISSING", `there is no run ${given}`, {
    hint: `${runs.length} runs of ${target} have left a record; \`ai-workflow run\` makes another`,
  });
}

function readFile(file: string): Measurements {
  let text: string;
  try {
    text = readStateFile(file).toString("utf8");
  } catch (error) {
    const { code: reason } = error as NodeJS.ErrnoException;
    throw new EngineError("ENGINE_DATA_UNREADABLE", `cannot read ${file} (${reason ?? String(error)})`, {
      hint: "Give a run.json, the id of a run, latest, latest~1, or a file of `bench run --output` or hyperfine",
      cause: error,
    });
  }
  const parsed = parseMeasurements(text);
  if (parsed.ok) return parsed.value;
  throw new EngineError("ENGINE_DATA_UNREADABLE", `cannot use ${file}: ${parsed.message}`, {
    hint: "Give a run.json, or a file of `bench run --output` or `hyperfine --export-json`",
  });
}

/** The runs that are kept, oldest first. */
function listRuns(folder: string): readonly { readonly id: string; readonly record: string }[] {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
  return names
    .flatMap((id) => {
      const record = path.join(folder, id, "run.json");
      const stat = statSync(record, { throwIfNoEntry: false });
      // Ids begin with the second in which a run began; of two in the same second the one that ended first is the older one.
      return stat?.isFile() === true ? [{ id, record, second: id.split("-", 1)[0] ?? "", endedMs: stat.mtimeMs }] : [];
    })
    .sort((left, right) =>
      left.second === right.second ? left.endedMs - right.endedMs : left.second < right.second ? -1 : 1,
    );
}

function code(text: string): string {
  return `\`${text.replaceAll(/[`\s]+/g, " ")}\``;
}
