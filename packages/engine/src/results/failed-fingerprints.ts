import { mkdirSync } from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../run/read-state-file.ts";

/** Failures that are remembered at most, the latest. */
const KEPT = 2_000;

/** With which fingerprints steps failed: one that passes with the same is flaky. */
export interface FailedFingerprints {
  has(fingerprint: string): boolean;
  add(fingerprint: string): void;
  /** Writes down what was added. Where that fails, a step is not found to be flaky, and that is all. */
  save(): void;
}

/** Opens the memory of a target; the file is read when it is first asked for. */
export function openFailedFingerprints(stateDirectory: string): FailedFingerprints {
  const file = path.join(stateDirectory, "cache", "failed-fingerprints.json");
  let known: Set<string> | undefined;
  let isChanged = false;
  const open = (): Set<string> => (known ??= read(file));
  return {
    has: (fingerprint) => open().has(fingerprint),
    add(fingerprint): void {
      const all = open();
      // Again at the end, so that the oldest failures are forgotten first.
      all.delete(fingerprint);
      all.add(fingerprint);
      isChanged = true;
    },
    save(): void {
      if (!isChanged) return;
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileAtomic(file, `${JSON.stringify([...open()].slice(-KEPT))}\n`);
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
