/** Arguments of the one `git status` that says everything about index and work tree, whatever the user's configuration. */
export const STATUS_ARGS: readonly string[] = [
  "--no-optional-locks",
  "-c",
  "status.renameLimit=1000",
  "-c",
  // A missing order file would end git; this one cancels the setting.
  "diff.orderFile=/dev/null",
  "status",
  "--porcelain=v2",
  "-z",
  "--untracked-files=all",
  "--branch",
  "--no-ahead-behind",
  "--find-renames=50%",
  "--ignore-submodules=none",
];

/** Arguments that list the whole index with tags and content ids, from any directory. */
export const LS_FILES_ARGS: readonly string[] = [
  "--no-optional-locks",
  "ls-files",
  "-v",
  "-s",
  "-z",
  "--full-name",
  "--",
  ":/",
];

const DIFF_TREE_ARGS: readonly string[] = [
  "diff-tree",
  "-r",
  "-z",
  "--raw",
  "--no-abbrev",
  "--no-relative",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=none",
];

/** Arguments that compare two commits; without `renames` git needs only trees and no contents. */
export function diffTreeArguments(baseOid: string, headOid: string, renames: boolean): readonly string[] {
  const detection = renames ? ["-M", "-l1000"] : ["--no-renames"];
  return [...DIFF_TREE_ARGS, ...detection, "--end-of-options", baseOid, headOid, "--"];
}
