import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import type { ChangeSetRecord, RunRecord, StepRecord } from "@ai-workflow/profiler";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { RunEvent } from "../run/events.ts";
import type { Decision } from "../selection/reasons.ts";

/** Version of the journal that this engine writes and reads. */
export const JOURNAL_VERSION = 1;

/** Name of the journal in the folder of a run. */
const JOURNAL_FILE = "journal.jsonl";

/** What is known of a run when its first step starts. */
export interface JournalHead extends Pick<
  RunRecord,
  "runId" | "workflowId" | "toolVersion" | "startedAt" | "optimizations" | "environment"
> {
  readonly version: typeof JOURNAL_VERSION;
  readonly changeSet: ChangeSetRecord;
  /** All steps in order. */
  readonly decisions: readonly (Decision & Pick<StepRecord, "kind" | "stage" | "unit" | "fingerprint">)[];
  /** Records of the steps that do not run. */
  readonly decided: readonly StepRecord[];
  /** Successes that were taken over from a run killed before this one. */
  readonly resumed: readonly StoredSuccess[];
  /** Steps at the same time. */
  readonly maxParallel?: number | undefined;
}

/** What happened since. Times are milliseconds after the run's start. */
export type JournalEntry =
  | {
      readonly started: string;
      readonly attempt: number;
      /** It starts before its stage does. @defaultValue false */
      readonly ahead?: boolean | undefined;
      /** What it is expected to take, in milliseconds, where that is known. */
      readonly expectedMs?: number | undefined;
      readonly atMs: number;
    }
  | { readonly ended: StepRecord; readonly atMs: number }
  /** Of these a recovered run has no need: they are for who follows one that goes on. */
  | { readonly told: Extract<RunEvent, { readonly type: "eta" | "gate" }>; readonly atMs: number };

/** Writes down what happens in a run as it happens, so that it can be followed, and told of and gone on with when it was killed. */
export interface RunJournal {
  append(entry: JournalEntry): void;
  /** The record of the run is written: the journal goes. */
  close(): void;
}

/** Path of the journal of a run. @param runs - `.workflow/runs` */
export function journalFile(runs: string, runId: string): string {
  return path.join(runs, runId, JOURNAL_FILE);
}

/**
 * Begins the journal of a run. One line for each entry, in one write. What cannot be written is told once and ends the journal: then a kill
 * loses more, and nothing else changes.
 *
 * @param file - see {@link journalFile}
 */
export function openRunJournal(file: string, head: JournalHead, onFailure: (message: string) => void): RunJournal {
  let opened: number | undefined;
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      if (opened !== undefined) closeSync(opened);
      opened = undefined;
      onFailure(`${file} could not be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
  };
  const write = (value: JournalHead | JournalEntry): void => {
    const journal = opened;
    if (journal !== undefined) attempt(() => void writeSync(journal, `${JSON.stringify(value)}\n`));
  };
  attempt(() => {
    opened = openSync(file, "wx");
  });
  write(head);
  return {
    append: write,
    close(): void {
      if (opened !== undefined) closeSync(opened);
      opened = undefined;
      rmSync(file, { force: true });
    },
  };
}
