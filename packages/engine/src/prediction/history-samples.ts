import type { Query, Sample } from "@ai-workflow/ml-predictor";
import type { ChangeSetRecord, HistoryEntry } from "@ai-workflow/profiler";

type Features = Readonly<Record<string, number | string | boolean>>;

/** Numbers of changed files by category, as features of every step of a run. */
function changeFeatures(changes: HistoryEntry["changes"]): Features {
  if (changes === undefined) return {};
  const byCategory = Object.entries(changes.categories).map(([category, count]) => [`changed_${category}`, count]);
  return { changed_total: changes.total, ...(Object.fromEntries(byCategory) as Features) };
}

/**
 * The steps of finished runs as rows to learn from, oldest first. Whether a row can be learned from is decided by the predictor, which
 * counts what it sets aside.
 */
export function toSamples(entries: readonly HistoryEntry[]): Sample[] {
  return entries.flatMap((entry) => {
    const time = Date.parse(entry.start_time) / 1_000;
    const ofRun = changeFeatures(entry.changes);
    return entry.steps.map(({ id, outcome, seconds, stage, features, peak_memory_mb: peakMb }) => ({
      run: entry.run_id,
      time: Number.isFinite(time) ? time : 0,
      step: id,
      ...(stage === undefined ? {} : { kind: stage }),
      machine: entry.machine,
      features: { ...ofRun, ...features },
      seconds,
      outcome,
      ...(peakMb === undefined ? {} : { peakMemoryBytes: peakMb * 2 ** 20 }),
    }));
  });
}

/** What is known of the run that is about to begin. */
export interface RunFacts {
  readonly machine: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly changeSet: ChangeSetRecord;
}

/** The question for one step, in the words of {@link toSamples}. */
export function toQuery(step: string, stage: string | undefined, features: Features | undefined, run: RunFacts): Query {
  const { machine, time, changeSet } = run;
  const changes = changeSet.known ? { total: changeSet.total, categories: changeSet.categories } : undefined;
  return {
    step,
    ...(stage === undefined ? {} : { kind: stage }),
    machine,
    time,
    features: { ...changeFeatures(changes), ...features },
  };
}
