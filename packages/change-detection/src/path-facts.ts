import type { GitName } from "./git-name.ts";

/** Mode and content of a path at one place; `undefined` elsewhere means that the path is not there. */
export interface PathState {
  readonly mode: string;
  readonly id: string;
}

/** What an engine has found out about one path; everything else is decided from these facts. */
export interface PathFacts {
  readonly name: GitName;
  base: PathState | undefined;
  head: PathState | undefined;
  index: PathState | undefined;
  work: PathState | undefined;
  committed: boolean;
  staged: boolean;
  unstaged: boolean;
  untracked: boolean;
  unmerged: boolean;
}

/** Names that an engine saw as the two ends of one rename. */
export interface RenameHint {
  readonly from: GitName;
  readonly to: GitName;
}
