import type { BaseCandidates } from "./base-candidates.ts";
import type { GitCache } from "./cache/open-git-cache.ts";
import type { Base, ChangesUnknown, FileEntry } from "./change.ts";
import type { GitName } from "./git-name.ts";
import type { PathState } from "./path-facts.ts";

/** One path that differs between two commits. */
export interface TreeDifference {
  readonly name: GitName;
  /** Where a rename came from; `before` is then the state of that path. */
  readonly from: GitName | undefined;
  readonly before: PathState | undefined;
  readonly after: PathState | undefined;
}

/** One path that differs between HEAD, index and work tree, in the terms of `git status --porcelain=v2`. */
export interface StatusEntry {
  readonly name: GitName;
  /** Where a rename came from. */
  readonly from: GitName | undefined;
  /** The rename is between index and work tree (after `git add -N`), not between HEAD and index. */
  readonly isWorkRename: boolean;
  readonly head: PathState | undefined;
  readonly index: PathState | undefined;
  /** Mode in the work tree; `undefined` where there is no such file, or for untracked files, whose mode git does not tell. */
  readonly workMode: string | undefined;
  readonly staged: boolean;
  readonly unstaged: boolean;
  readonly untracked: boolean;
  readonly unmerged: boolean;
  /** For a submodule: has it another commit checked out, and are there changes inside it? */
  readonly submodule: { readonly moved: boolean; readonly dirty: boolean } | undefined;
}

/** Index and work tree as an engine found them. */
export interface WorkTree {
  /** What differs from HEAD or from the index, without what is excluded. */
  readonly entries: readonly StatusEntry[];
  /**
   * Mode and content id on the disk of every entry that is `unstaged` or `untracked`, by `nameKey()`. A key without a value is a path
   * that is not there any more.
   */
  readonly states: ReadonlyMap<string, PathState | undefined>;
  /** Every file that is not ignored, where it was asked for, sorted by the bytes of the path, without what is excluded. */
  readonly files: readonly FileEntry[] | undefined;
  /** Paths that git was told not to look at (assume-unchanged, skip-worktree) and whose content on the disk is another. */
  readonly hiddenEdits: readonly string[];
}

/** What is asked of an engine: all in one go, so that it can do things at the same time. */
export interface EngineRequest {
  /** Any directory of the repository. */
  readonly directory: string;
  /** A revision to compare instead of the work tree. */
  readonly head: string | undefined;
  readonly mode: "merge-base" | "exact";
  readonly candidates: BaseCandidates;
  /** Is `work` asked for? */
  readonly wantsWorkTree: boolean;
  /** Is `work.files` asked for? */
  readonly wantsFiles: boolean;
  /** Tells which paths from the top level are excluded, once the place of `directory` below it is known. */
  readonly excludes: (prefix: string) => ((path: string) => boolean) | undefined;
  /** Where facts that follow from object ids alone are looked up and kept. */
  readonly cache: GitCache | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What an engine found; what follows from it is decided by the same code for every engine. */
export interface EngineAnswer {
  /** Absolute path of the top level (of the git directory, for a bare repository). */
  readonly root: string;
  /** Place of the directory below `root`: `""` or `"services/a/"`. */
  readonly prefix: string;
  readonly base: Base | ChangesUnknown;
  /** `null` before the first commit, `undefined` when `head` (or HEAD) is not a commit of this repository. */
  readonly headOid: string | null | undefined;
  /** What differs between base and head; empty where they are the same or not known. */
  readonly committed: readonly TreeDifference[] | ChangesUnknown;
  /** `undefined` where it was not asked for. */
  readonly work: WorkTree | ChangesUnknown | undefined;
}

/**
 * Reads a repository without ever writing to it. The port that both engines implement. Rejects only with the reason of the signal.
 */
export type GitEngine = (request: EngineRequest) => Promise<EngineAnswer | ChangesUnknown>;
