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
export { openGitCache, type GitCache, type GitCacheOptions, type GitFactKind } from "./cache/open-git-cache.ts";
export { categorise, type Categorised, type CategoryFlag, type CategoryRule } from "./categories/categorise.ts";
export { createPathMatcher } from "./create-path-matcher.ts";
export { fingerprintFiles } from "./fingerprints/fingerprint-files.ts";
export { detectChanges, inspectWorktree } from "./inspect-worktree.ts";
export { scopeToDirectory } from "./scope-to-directory.ts";
