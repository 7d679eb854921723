import { createPathMatcher, type FileEntry } from "@ai-workflow/change-detection";
import type { Step } from "../config/workflow.ts";
import { diffFiles } from "./diff-files.ts";

/** Finds out what steps edit. */
export interface TreeWatch {
  /**
   * Looks at the tree, and gives the paths that changed since the last look and that none of the steps says it edits or leaves. `undefined` when
   * the files cannot be listed.
   */
  undeclared(steps: readonly Pick<Step, "writes" | "outputs">[]): Promise<readonly string[] | undefined>;
}

/**
 * @param before - the files at the start
 * @param list - lists them as they are now
 */
export function watchTree(
  before: readonly FileEntry[],
  list: () => Promise<readonly FileEntry[] | undefined>,
): TreeWatch {
  let last = before;
  return {
    async undeclared(steps) {
      const now = await list();
      if (now === undefined) return undefined;
      const changed = diffFiles(last, now);
      last = now;
      const matchers = steps
        .flatMap(({ writes, outputs }) => [writes, outputs])
        .filter((globs) => globs.length > 0)
        .map((globs) => createPathMatcher(globs));
      return changed.filter((path) => !matchers.some((matches) => matches(path)));
    },
  };
}

/** Some paths in words. */
export function namePaths(paths: readonly string[]): string {
  const [first = "", ...others] = paths;
  return others.length === 0 ? JSON.stringify(first) : `${JSON.stringify(first)} and ${others.length} more`;
}
