import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../state/read-state-file.ts";
import { stepFileName } from "../state/step-file-name.ts";

/**
 * Paths relative to the target, each with the commit that its changes are counted from; `null` where they are not known by a commit, so
 * that the file is due as a whole.
 */
export type OpenPaths = ReadonlyMap<string, string | null>;

/**
 * Files that steps set out to ask a model about and did not pass. They stay due, whatever is committed after them: a step that asks only
 * about what changed would forget them as soon as the change is part of the base.
 */
export interface OpenFiles {
  /** What is open for a step; `undefined` where there is a list that cannot be read. */
  read(stepId: string): OpenPaths | undefined;
  /** Sets what is open from now on; nothing at all closes it. What cannot be written is reported by `false`. */
  write(stepId: string, paths: OpenPaths): boolean;
}

/** Keeps open files below the state folder, one file a step. */
export function createOpenFiles(stateDirectory: string): OpenFiles {
  const folder = path.join(stateDirectory, "ai", "open");
  const fileOf = (stepId: string): string => path.join(folder, `${stepFileName(stepId)}.json`);
  return {
    read(stepId): OpenPaths | undefined {
      try {
        return parse(readStateFile(fileOf(stepId)).toString("utf8"));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return code === "ENOENT" || code === "ENOTDIR" ? new Map() : undefined;
      }
    },
    write(stepId, paths): boolean {
      try {
        if (paths.size === 0) {
          rmSync(fileOf(stepId), { force: true });
          return true;
        }
        mkdirSync(folder, { recursive: true });
        writeFileAtomic(fileOf(stepId), `${JSON.stringify([...paths].sort(([a], [b]) => (a < b ? -1 : 1)))}\n`);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function parse(text: string): OpenPaths | undefined {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) return undefined;
  const paths = new Map<string, string | null>();
  for (const entry of entries as readonly unknown[]) {
    if (!Array.isArray(entry)) return undefined;
    const [file, since] = entry as readonly unknown[];
    if (typeof file !== "string" || (typeof since !== "string" && since !== null)) return undefined;
    paths.set(file, since);
  }
  return paths;
}
