import type { StatusEntry } from "./git-engine.ts";
import type { GitName } from "./git-name.ts";

/** An entry of which nothing is true yet. */
export function emptyEntry(name: GitName): StatusEntry {
  return {
    name,
    from: undefined,
    isWorkRename: false,
    head: undefined,
    index: undefined,
    workMode: undefined,
    staged: false,
    unstaged: false,
    untracked: false,
    unmerged: false,
    submodule: undefined,
  };
}
