import picomatch from "picomatch";

// Longer or wilder patterns are no lists of members; a regular expression made of them could run for minutes.
const MAX_LENGTH = 1000;
const MAX_STARS = 32;

/** Patterns of a workspace definition, made ready. */
export interface MemberMatcher {
  /** Tells whether a folder, relative to the workspace, is a member. */
  readonly matches: (folder: string) => boolean;
  /** Patterns that lead out of the workspace or that are not understood. */
  readonly refused: readonly string[];
}

/**
 * Reads the member patterns of a workspace: globs over folders, `!` takes out again wherever it stands in the list. A folder whose
 * name begins with a dot needs a pattern that says so, as in all package managers.
 */
export function createMemberMatcher(patterns: readonly string[], exclude: readonly string[] = []): MemberMatcher {
  const refused: string[] = [];
  const positive: ((folder: string) => boolean)[] = [];
  const negative: ((folder: string) => boolean)[] = [];
  const add = (pattern: string, isExcluded: boolean): void => {
    const body = pattern
      .replaceAll("\\", "/")
      .replace(/^(?:\.?\/+)+/, "")
      .replace(/\/+$/, "");
    if (body.split("/").includes("..") || body.length > MAX_LENGTH || body.split("*").length > MAX_STARS) {
      refused.push(pattern);
      return;
    }
    try {
      const glob = body === "." ? "" : body;
      const test = glob === "" ? (folder: string) => folder === "" : picomatch(glob, { nonegate: true });
      // picomatch has no word for the empty path, which only "**" reaches.
      const matches = (folder: string): boolean => (folder === "" ? glob === "" || glob === "**" : test(folder));
      (isExcluded ? negative : positive).push(matches);
    } catch {
      refused.push(pattern);
    }
  };
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    add(negated ? pattern.slice(1) : pattern, negated);
  }
  for (const pattern of exclude) add(pattern, true);
  return {
    matches: (folder) => positive.some((test) => test(folder)) && !negative.some((test) => test(folder)),
    refused,
  };
}
