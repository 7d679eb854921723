import type { HistoryEntry } from "../../history-entry.ts";
import { machineClass } from "../../to-history-line.ts";
import { median } from "../median.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { splitTime } from "../split-time.ts";
import { toSeconds } from "../to-seconds.ts";

/** Earlier runs on such a machine from which on there is a usual time before the first step. */
const FEWEST_RUNS = 5;

const REMEDIES: Readonly<Record<string, string>> = {
  git_operations: "let git ignore what is made by builds, pack what lies loose (git gc), and work on a local disk",
  selection: "let git ignore what is made by builds, and narrow the inputs of steps, so that fewer files are read",
  predict: "switch predictions off (optimizations.ml_optimize) where steps are short",
  train_model: "switch predictions off (optimizations.ml_optimize) where steps are short",
};

/** Much time before the first step, or in a run that started none. The gain is that of half the time for its longest part. */
export function findSlowStart(run: RunView): readonly Candidate[] {
  const setupMs = run.steps[0]?.startedMs ?? run.record.durationMs;
  const own = run.record.spans.filter(({ step }) => step === undefined);
  const [longest] = splitTime(own, 0, setupMs);
  if (longest === undefined) return [];
  const name = longest.name ?? "no span";
  const usual = usualStart(run);
  const remedy = Object.hasOwn(REMEDIES, name) ? REMEDIES[name] : undefined;
  return [
    {
      kind: "slow-start",
      symptom: `${toSeconds(setupMs)} s passed before the first step started`,
      cause: `${name} took ${toSeconds(longest.ms)} s of it`,
      remedy: remedy ?? "profile the start (node --cpu-prof), and load what steps need in the steps",
      // Whatever comes after it comes as much earlier.
      gainMs: longest.ms / 2,
      gainIf: `${name} took half as long`,
      evidence: [
        { name: "before the first step", value: setupMs / 1000, unit: "s" },
        { name, value: longest.ms / 1000, unit: "s" },
        ...(usual === undefined ? [] : [{ name: "usually before the first step", value: usual, unit: "s" } as const]),
      ],
      steps: [],
    },
  ];
}

function usualStart({ history, record }: RunView): number | undefined {
  const machine = machineClass(record.environment);
  const starts = history.filter((entry) => entry.machine === machine).flatMap(firstStart);
  return starts.length < FEWEST_RUNS ? undefined : median(starts);
}

function firstStart({ steps }: HistoryEntry): readonly number[] {
  const starts = steps.flatMap(({ started }) => started ?? []);
  return starts.length === 0 ? [] : [starts.reduce((first, start) => Math.min(first, start))];
}
