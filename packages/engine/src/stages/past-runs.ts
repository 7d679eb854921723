import type { PastRun, PastStep, StepOutcome } from "@ai-workflow/pipeline-stages";
import { parseHistoryLine, type HistoryEntry, type HistoryStep } from "@ai-workflow/profiler";

/** What a history holds for accounting. */
export interface PastHistory {
  /** Oldest first. A run that was written twice is here once. */
  readonly runs: readonly PastRun[];
  /** Lines that are cut off, foreign or wrong. */
  readonly foreignLines: number;
  /** Lines in a format of a newer tool. */
  readonly newerLines: number;
}

/**
 * Reads the lines of a history as accounting for stages takes them. The steps that were done for each unit are one step, by the id that it
 * has in the configuration: it took what all of them took, and went as the worst of them. Pure; never throws.
 */
export function readPastRuns(lines: Iterable<string>): PastHistory {
  const entries = new Map<string, HistoryEntry>();
  let foreignLines = 0;
  let newerLines = 0;
  for (const line of lines) {
    if (line === "") continue;
    const parsed = parseHistoryLine(line);
    if (parsed.kind === "bad") foreignLines++;
    else if (parsed.kind === "newer") newerLines++;
    else if (!entries.has(parsed.entry.run_id)) entries.set(parsed.entry.run_id, parsed.entry);
  }
  return { runs: [...entries.values()].map(toPastRun), foreignLines, newerLines };
}

function toPastRun({ steps }: HistoryEntry): PastRun {
  const byId = new Map<string, PastStep>();
  for (const step of steps) {
    const past = toPastStep(step);
    const known = byId.get(past.id);
    byId.set(past.id, known === undefined ? past : join(known, past));
  }
  return { steps: [...byId.values()] };
}

function toPastStep({ id, unit, outcome, seconds, started, stage }: HistoryStep): PastStep {
  return {
    id: unit === undefined ? id : id.replace(/@.*/s, ""),
    outcome,
    seconds,
    ...(started === undefined ? {} : { started }),
    ...(stage === undefined ? {} : { stage }),
  };
}

/** The worst first. */
const OUTCOMES: readonly StepOutcome[] = [
  "failed",
  "timed-out",
  "inconclusive",
  "cancelled",
  "passed",
  "replayed",
  "skipped",
];

function join(one: PastStep, other: PastStep): PastStep {
  const worst = OUTCOMES.indexOf(other.outcome) < OUTCOMES.indexOf(one.outcome) ? other : one;
  const starts = [one, other].flatMap(({ started }) => started ?? []);
  return {
    ...worst,
    seconds: one.seconds + other.seconds,
    ...(starts.length === 0 ? {} : { started: Math.min(...starts) }),
  };
}
