import type { StatusEntry } from "../git-engine.ts";
import type { GitName } from "../git-name.ts";

/** What there is to say of a file that git does not track. */
export function untrackedEntry(name: GitName): StatusEntry {
  return {
    name,
    from: undefined,
    isWorkRename: false,
    head: undefined,
    index: undefined,
    workMode: undefined,
    staged: false,
    unstaged: false,
    untracked: true,
    unmerged: false,
    submodule: undefined,
  };
}
