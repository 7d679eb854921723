import type { GitCache } from "./cache/open-git-cache.ts";
import type { Environment } from "./environment.ts";

/** What a file is for, as far as its path tells. */
export type Category = "docs" | "code" | "tests" | "config" | "ci" | "dependencies" | "assets" | "other";

/** How a path differs between the base and what is compared with it. */
export type ChangeStatus =
  | "added"
  | "modified"
  | "deleted"
  | "renamed"
  | "type-change"
  | "mode-change"
  | "unmerged"
  | "submodule"
  | "untracked";

/** Where a difference lives: in commits since the base, in the index, in the work tree, or in files git does not track. */
export type ChangeLayer = "committed" | "staged" | "unstaged" | "untracked";

/** One path that differs from the base. A rename counts for both of its paths. */
export interface Change {
  /** Path from the git top level with `/` between segments; an untracked nested repository ends in `/`. */
  readonly path: string;
  /** Where a renamed file was before. */
  readonly previousPath?: string | undefined;
  readonly status: ChangeStatus;
  /** In the order committed, staged, unstaged, untracked. */
  readonly layers: readonly ChangeLayer[];
  /** The exact name where it is not UTF-8; `path` then shows U+FFFD for what cannot be decoded. */
  readonly pathBytes?: Uint8Array | undefined;
  /** The exact previous name where it is not UTF-8. */
  readonly previousPathBytes?: Uint8Array | undefined;
}

/** How a base was chosen. */
export type BaseChoice =
  | "explicit"
  | "ci"
  | "pull-request-merge"
  | "remote-default"
  | "default-branch"
  | "last-successful"
  | "push"
  | "head"
  | "unborn";

/** The commit that changes are counted from. */
export interface Base {
  /** Commit id the comparison starts at (the merge base, unless `mode` is `"exact"`); `null` without any commit: the empty tree. */
  readonly oid: string | null;
  /** The name that led to it, such as `origin/main`. */
  readonly ref: string;
  readonly how: BaseChoice;
}

/** What read the repository: the `git` binary, or isomorphic-git where there is none. */
export type EngineName = "native" | "isomorphic";

/** What changed. An empty `changes` means that git was asked and nothing differs. */
export interface ChangeSet {
  readonly known: true;
  readonly engine: EngineName;
  /** Absolute path that `changes` are relative to: the git top level, or the directory after `scopeToDirectory()`. */
  readonly root: string;
  /** The directory asked for, inside `root`: `""` or `"services/a/"`. */
  readonly prefix: string;
  readonly base: Base;
  /** Commit that is compared, or on which the work tree stands; `null` before the first commit. */
  readonly headOid: string | null;
  /** The net list from base to work tree (or to `head`), sorted by the bytes of the path. */
  readonly changes: readonly Change[];
  /**
   * The changes of each layer alone: committed since the base, staged, unstaged, untracked. An edit that a later layer takes back is here
   * and not in `changes`. Sorted like `changes`.
   */
  readonly layers: Readonly<Record<ChangeLayer, readonly Change[]>>;
}

/** Why it cannot be known what changed. */
export type UnknownCode =
  | "not-a-repository"
  | "no-work-tree"
  | "git-missing"
  | "git-too-old"
  | "git-failed"
  | "git-timeout"
  | "unsafe-ownership"
  | "unknown-ref"
  | "vanished-base"
  | "shallow"
  | "no-merge-base"
  | "unsupported";

/** It cannot be known what changed: never to be read as "nothing changed". */
export interface ChangesUnknown {
  readonly known: false;
  readonly code: UnknownCode;
  /** One sentence on what is wrong. */
  readonly message: string;
  /** What a person can do, with the command where there is one. */
  readonly remedy: string;
}

/** What to compare, and where. */
export interface DetectOptions {
  /** Any directory of the repository. */
  readonly directory: string;
  /** A revision to count from; without it the base is found as the README describes. */
  readonly base?: string | undefined;
  /** A revision to compare instead of the work tree (commit to commit). */
  readonly head?: string | undefined;
  /**
   * `"merge-base"` counts from where the branches parted, `"exact"` from the base itself.
   * @defaultValue `"merge-base"`
   */
  readonly mode?: "merge-base" | "exact" | undefined;
  /** Commit id of the last successful run: compared exactly, and passed over when the repository no longer has it. */
  readonly lastSuccessful?: string | undefined;
  /**
   * Where the variables of CI providers are read.
   * @defaultValue `process.env`
   */
  readonly environment?: Environment | undefined;
  /**
   * `"auto"` asks the `git` binary and, where there is none, isomorphic-git. `"isomorphic"` needs no binary; what it cannot answer is
   * `unsupported` with the reason.
   * @defaultValue `"auto"`
   */
  readonly engine?: "auto" | EngineName | undefined;
  /**
   * Paths relative to `directory` that are never part of an answer, nor is what lies below them, such as `".workflow/"`.
   * @defaultValue nothing is left out
   */
  readonly exclude?: readonly string[] | undefined;
  /**
   * Keeps what follows from commits alone (merge bases, commit to commit differences) across calls and processes: `openGitCache()`.
   * @defaultValue nothing is kept
   */
  readonly cache?: GitCache | undefined;
  /** Ends the git processes and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Longest time for one git process, in milliseconds.
   * @defaultValue 60000
   */
  readonly timeoutMs?: number | undefined;
}

/** One file of the work tree with the identity of its present content. */
export interface FileEntry {
  /** Path from the git top level with `/` between segments. */
  readonly path: string;
  /** git's file mode: `100644`, `100755`, `120000` (symbolic link) or `160000` (submodule or nested repository). */
  readonly mode: string;
  /**
   * git's blob id after clean filters (of the bytes themselves where a file was written after the checkout and only the filters make it
   * equal to what git has), the commit id of a submodule (`<commit>+<fingerprint>` while it is dirty inside),
   * or `unreadable:<id>` where the content cannot be read: an id that equals no other.
   */
  readonly id: string;
  /** The exact name where it is not UTF-8. */
  readonly pathBytes?: Uint8Array | undefined;
}

/** Changes and files, asked for together. */
export interface WorktreeInspection {
  readonly changes: ChangeSet | ChangesUnknown;
  /** All files that git does not ignore, as they are now; `undefined` where git cannot list them. */
  readonly files: readonly FileEntry[] | undefined;
  /**
   * Paths that git was told not to look at (assume-unchanged, skip-worktree) and that were edited all the same. As in git they are no
   * changes; `files` has their present content.
   */
  readonly hiddenEdits: readonly string[];
  /** Absolute path that the files are relative to, where it is known. */
  readonly root?: string | undefined;
  /** The directory asked for, inside `root`. */
  readonly prefix?: string | undefined;
}
