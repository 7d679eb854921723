import { mkdirSync } from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../state/read-state-file.ts";

/** Failures that are remembered at most, the latest. */
const KEPT = 2_000;

/**
 * With which fingerprints steps failed: one that passes with the same is flaky. And which contents they did not pass on, whatever became of
 * them meanwhile: nobody may assume that they do.
 */
export interface FailedFingerprints {
  has(fingerprint: string): boolean;
  add(fingerprint: string): void;
  /** Whether a step did not pass on a content when it last looked at that. @param content - see `contentFingerprint` of selection */
  isDoubted(content: string): boolean;
  doubt(content: string): void;
  trust(content: string): void;
  /** Writes down what was added. Where that fails, a step is not found to be flaky or doubted, and that is all. */
  save(): void;
}

/** Begins what is written down of a content that a step did not pass on. */
const DOUBTED = "?";

/** Opens the memory of a target; the file is read when it is first asked for. */
export function openFailedFingerprints(stateDirectory: string): FailedFingerprints {
  const file = path.join(stateDirectory, "cache", "failed-fingerprints.json");
  let known: Set<string> | undefined;
  let isChanged = false;
  const open = (): Set<string> => (known ??= read(file));
  const add = (entry: string): void => {
    const all = open();
    // Again at the end, so that the oldest failures are forgotten first.
    all.delete(entry);
    all.add(entry);
    isChanged = true;
  };
  return {
    has: (fingerprint) => open().has(fingerprint),
    add,
    isDoubted: (content) => open().has(DOUBTED + content),
    doubt: (content) => add(DOUBTED + content),
    trust(content): void {
      if (open().delete(DOUBTED + content)) isChanged = true;
    },
    save(): void {
      if (!isChanged) return;
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileAtomic(file, `${JSON.stringify([...open()].slice(-KEPT))}\n`);
        isChanged = false;
      } catch {
        // See above.
      }
    },
  };
}

function read(file: string): Set<string> {
  try {
    const content: unknown = JSON.parse(readStateFile(file).toString("utf8"));
    if (!Array.isArray(content)) return new Set();
    return new Set((content as readonly unknown[]).filter((one) => typeof one === "string"));
  } catch {
    return new Set();
  }
}
