import type { StagedChange } from "./parse-name-status.ts";

/** The beginning of a subject as of https://www.conventionalcommits.org/en/v1.0.0/. */
export const CONVENTIONAL: RegExp =
  /^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([^)]*\))?!?: /;

/** Whether most of the last commits say in their subject of what kind they are. */
export function isConventional(earlier: readonly string[]): boolean {
  const conventional = earlier.filter((subject) => CONVENTIONAL.test(subject)).length;
  return earlier.length > 0 && conventional * 2 > earlier.length;
}

/** The type that the files alone tell; `chore` where they tell none. */
export function kindOf(changes: readonly StagedChange[]): string {
  const all = (pattern: RegExp): boolean => changes.every(({ path: file }) => pattern.test(file));
  if (all(/\.(?:md|mdx|rst|adoc)$|^docs\//i)) return "docs";
  if (all(/(?:^|\/)(?:tests?|__tests__|spec)\/|[._](?:test|spec)\.\w+$/i)) return "test";
  if (all(/^(?:\.github\/workflows\/|\.circleci\/|\.gitlab-ci\.yml$)/)) return "ci";
  return "chore";
}
