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

/** Arguments that compare two commits. */
export function diffTreeArguments(
  base: string,
  head: string,
  options: {
    /** Without it git needs only trees and no contents. */
    readonly renames: boolean;
    /** Compare the head with the merge base instead of the base; git refuses where there are several. @defaultValue false */
    readonly fromMergeBase?: boolean;
  },
): readonly string[] {
  return [
    ...DIFF_TREE_ARGS,
    ...(options.renames ? ["-M", "-l1000"] : ["--no-renames"]),
    ...(options.fromMergeBase === true ? ["--merge-base"] : []),
    "--end-of-options",
    base,
    head,
    "--",
  ];
}
