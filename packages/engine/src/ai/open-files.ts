import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "@ai-workflow/profiler";

/**
 * Files that steps asked a model about without passing. They stay due, whatever is committed after them: a step that asks only about
 * what changed would forget them as soon as the change is part of the base.
 */
export interface OpenFiles {
  /** Paths relative to the target that are open for a step, sorted. */
  read(stepId: string): readonly string[];
  /** Sets what is open from now on; nothing at all closes it. What cannot be written is reported by `false`. */
  write(stepId: string, paths: readonly string[]): boolean;
}

/** Keeps open files below the state folder, one file a step. */
export function createOpenFiles(stateDirectory: string): OpenFiles {
  const folder = path.join(stateDirectory, "ai", "open");
  const fileOf = (stepId: string): string => path.join(folder, `${stepId.replaceAll(":", "%3A")}.json`);
  return {
    read(stepId): readonly string[] {
      try {
        const paths: unknown = JSON.parse(readFileSync(fileOf(stepId), "utf8"));
        return Array.isArray(paths) ? paths.filter((name): name is string => typeof name === "string") : [];
      } catch {
        return [];
      }
    },
    write(stepId, paths): boolean {
      try {
        if (paths.length === 0) {
          rmSync(fileOf(stepId), { force: true });
          return true;
        }
        mkdirSync(folder, { recursive: true });
        writeFileAtomic(fileOf(stepId), `${JSON.stringify([...new Set(paths)].sort())}\n`);
        return true;
      } catch {
        return false;
      }
    },
  };
}
