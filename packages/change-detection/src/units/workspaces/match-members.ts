import picomatch from "picomatch";
import { folderOf, isWithin, pathBelow } from "../repository-path.ts";

/** Patterns of a workspace definition, made ready. */
export interface MemberMatcher {
  /** Tells whether a folder, from the root of the repository, is a member. */
  readonly matches: (folder: string) => boolean;
  /** Patterns that lead out of the repository, where no member can be. */
  readonly outside: readonly string[];
  /** Patterns that are not understood, so that members may be missing. */
  readonly refused: readonly string[];
}

// Longer or wilder patterns are no lists of members; the regular expression that is made of them could run for hours.
const MAX_LENGTH = 1000;
const MAX_STARS_OF_SEGMENT = 3;
const MAX_GLOBSTARS = 3;

function isTame(glob: string): boolean {
  if (glob.length > MAX_LENGTH || /[*+?@!]\([^)]*[*+(]|[*+]\(|\{[^}]*\.\./.test(glob)) return false;
  const segments = glob.split("/");
  return (
    segments.filter((segment) => segment === "**").length <= MAX_GLOBSTARS &&
    segments.every((segment) => segment !== ".." && segment.split("*").length - 1 <= MAX_STARS_OF_SEGMENT)
  );
}

/**
 * Reads the member patterns of a workspace: globs over folders, from the folder of the workspace; `!` takes out again wherever it
 * stands in the list. A folder whose name begins with a dot needs a pattern that says so, as in all package managers.
 */
export function createMemberMatcher(
  workspace: string,
  patterns: readonly string[],
  exclude: readonly string[] = [],
): MemberMatcher {
  const outside: string[] = [];
  const refused: string[] = [];
  const positive: ((folder: string) => boolean)[] = [];
  const negative: ((folder: string) => boolean)[] = [];
  const add = (pattern: string, isExcluded: boolean): void => {
    let glob = pattern
      .replaceAll("\\", "/")
      .replace(/^(?:\.?\/+)+/, "")
      .replace(/\/+$/, "");
    let base: string | undefined = workspace;
    for (; base !== undefined && /^\.\.(?:\/|$)/.test(glob); glob = glob.replace(/^\.\.(?:\/+(?:\.\/+)*|$)/, "")) {
      base = base === "" ? undefined : folderOf(base);
    }
    if (glob === ".") glob = "";
    if (base === undefined) outside.push(pattern);
    else if (!isTame(glob)) refused.push(pattern);
    else {
      const start = base;
      // Names may hold line ends, for which a dot stands only with this flag.
      const test = glob === "" ? () => false : picomatch(glob, { nonegate: true, flags: "s" });
      (isExcluded ? negative : positive).push((folder) => {
        if (!isWithin(folder, start)) return false;
        // picomatch has no word for the empty path, which only "**" reaches.
        return folder === start ? glob === "" || glob === "**" : test(pathBelow(folder, start));
      });
    }
  };
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!") && !pattern.startsWith("!(");
    add(negated ? pattern.slice(1) : pattern, negated);
  }
  for (const pattern of exclude) add(pattern, true);
  return {
    matches: (folder) => positive.some((test) => test(folder)) && !negative.some((test) => test(folder)),
    outside,
    refused,
  };
}
