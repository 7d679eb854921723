import { analyse } from "../src/bottlenecks/analyse.ts";
import type { AnalyseOptions, Bottleneck, BottleneckKind } from "../src/bottlenecks/bottleneck.ts";
import { parseHistoryLine, type HistoryEntry } from "../src/history-entry.ts";
import type { RunRecord, StepRecord } from "../src/run-record.ts";
import { toHistoryLine } from "../src/to-history-line.ts";
import { exampleRunRecord } from "./example-run-record.ts";

/** A step that passed, from a second of the run on, for so many seconds. */
export const ran = (id: string, fromSeconds: number, seconds: number, more: Partial<StepRecord> = {}): StepRecord => ({
  id,
  kind: "shell",
  decision: { action: "run", reason: "relevant-change", explanation: "src/a.ts changed" },
  outcome: "passed",
  startedMs: Math.round(fromSeconds * 1000),
  finishedMs: Math.round((fromSeconds + seconds) * 1000),
  durationMs: Math.round(seconds * 1000),
  attempts: 1,
  exitCode: 0,
  waits: [],
  findings: [],
  ...more,
});

/** What a step waited for, from and to a second of the run. */
export const waited = (
  cause: StepRecord["waits"][number]["cause"],
  on: string,
  fromSeconds: number,
  toSeconds: number,
): StepRecord["waits"][number] => ({ cause, on, fromMs: fromSeconds * 1000, toMs: toSeconds * 1000 });

/** A run of these steps on four cores and up to four at a time, as long as its steps where nothing else is said. */
export const runOf = (
  steps: readonly StepRecord[],
  more: Partial<RunRecord> & { maxParallel?: number } = {},
): RunRecord => {
  const { maxParallel = 4, ...rest } = more;
  const endMs = Math.max(0, ...steps.map(({ finishedMs = 0 }) => finishedMs));
  return {
    ...exampleRunRecord,
    durationMs: endMs,
    steps,
    spans: [],
    schedule: {
      strategy: "critical-path",
      maxParallel,
      capacity: {},
      planned: [],
      plannedMakespanMs: endMs,
      lowerBoundMs: endMs,
      criticalPath: [],
      actualMakespanMs: endMs,
    },
    ...rest,
  };
};

/** The history that earlier runs left, each under an id of its own. */
export const historyOf = (runs: readonly RunRecord[]): readonly HistoryEntry[] =>
  runs.map((run, index) => {
    const parsed = parseHistoryLine(toHistoryLine({ ...run, runId: `earlier-${index}` }));
    if (parsed.kind !== "entry") throw new Error(`a history line is ${parsed.kind}`);
    return parsed.entry;
  });

/** What is told of one kind. */
export const told = (
  kind: BottleneckKind,
  record: RunRecord,
  history: readonly HistoryEntry[] = [],
  options: AnalyseOptions = {},
): readonly Bottleneck[] =>
  analyse(record, history, options).bottlenecks.filter((bottleneck) => bottleneck.kind === kind);

/** A figure of a bottleneck by its name. */
export const figure = (bottleneck: Bottleneck | undefined, name: string): number | undefined =>
  bottleneck?.evidence.find((evidence) => evidence.name === name)?.value;
