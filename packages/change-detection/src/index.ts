export { openGitCache, type GitCache, type GitCacheOptions, type GitFactKind } from "./cache/open-git-cache.ts";
export { categorise, type Categorised, type CategoryFlag, type CategoryRule } from "./categories/categorise.ts";
export { createCategoriser } from "./categories/create-categoriser.ts";
export type {
  Base,
  BaseChoice,
  Category,
  Change,
  ChangeLayer,
  ChangeSet,
  ChangeStatus,
  ChangesUnknown,
  DetectOptions,
  EngineName,
  FileEntry,
  UnknownCode,
  WorktreeInspection,
} from "./change.ts";
export { createPathMatcher } from "./create-path-matcher.ts";
export { ChangeDetectionError, type ChangeDetectionErrorCode } from "./errors.ts";
export { contentOnDisk, type DiskContents, type DiskOptions } from "./fingerprints/content-on-disk.ts";
export { fingerprintFiles } from "./fingerprints/fingerprint-files.ts";
export { fingerprintGlobs, type FingerprintOptions, type GlobsFingerprint } from "./fingerprints/fingerprint-globs.ts";
export { listPlainFiles, type PlainListOptions } from "./fingerprints/list-plain-files.ts";
export { detectChanges, inspectWorktree } from "./inspect-worktree.ts";
export { listChangedFiles, type ChangedFiles, type ListOptions } from "./lists/list-changed-files.ts";
export { quoteForShell } from "./lists/quote-for-shell.ts";
export { POSIX_LIMIT_BYTES, splitArguments, type SplitOptions, WINDOWS_LIMIT_BYTES } from "./lists/split-arguments.ts";
export { scopeToDirectory } from "./scope-to-directory.ts";
export type { CommitTreeOptions } from "./trees/commit-tree-options.ts";
export { openCommitTree } from "./trees/open-commit-tree.ts";
export { openWorkTree } from "./trees/open-work-tree.ts";
export type { Tree } from "./trees/tree.ts";
export {
  affectedUnits,
  type AffectedUnit,
  type AffectedUnits,
  type AffectedUnitsOptions,
} from "./units/affected-units.ts";
export { detectAffectedUnits, type DetectAffectedOptions, type DetectedUnits } from "./units/detect-affected-units.ts";
export { DEFAULT_GLOBAL_FILES } from "./units/global-files.ts";
export { readUnits, type ReadUnitsOptions } from "./units/read-units.ts";
export { describeCause, describeReason, reasonChain, type AffectedReason, type Cause } from "./units/reason.ts";
export type {
  DependencyKind,
  Inherited,
  Requirement,
  Unit,
  UnitDependency,
  UnitGraph,
  UnitKind,
  UnitProblem,
  Workspace,
} from "./units/unit.ts";
export { walkFiles, type Walk, type WalkEntry, type WalkOptions, type WalkProblem } from "./walk/walk-files.ts";
