/**
 * Whatever is set, git looks itself: a monitor may be wrong, as the one that git 2.55 brings for Linux was in most states of
 * `benchmarks/change-detection/accelerators.mjs`, and git would start it, which stays and writes into the repository. Another monitor is a
 * program that the repository's configuration names. Empty, for before 2.36 any other value is the name of a program.
 */
export const WITHOUT_MONITOR: readonly string[] = ["-c", "core.fsmonitor="];

/** Arguments of the one `git status` that says everything about index and work tree, whatever the user's configuration. */
export function statusArguments(options: { readonly untracked: boolean }): readonly string[] {
  return [
    "--no-optional-locks",
    "-c",
    "status.renameLimit=1000",
    "-c",
    // A missing order file would end git; this one cancels the setting.
    "diff.orderFile=/dev/null",
    ...WITHOUT_MONITOR,
    "-c",
    // For the `git status` that this one starts in every submodule.
    "status.showUntrackedFiles=all",
    "status",
    "--porcelain=v2",
    "-z",
    `--untracked-files=${options.untracked ? "all" : "no"}`,
    "--branch",
    "--no-ahead-behind",
    "--find-renames=50%",
    "--ignore-submodules=none",
  ];
}

/** The whole index with content ids. */
export const LIST_INDEX: readonly string[] = ["-s"];
/** The files that are neither in the index nor ignored. */
export const LIST_UNTRACKED: readonly string[] = ["-o", "--exclude-standard"];

/** Arguments of a `git ls-files` that marks each record with a tag, from any directory. */
export function lsFilesArguments(wanted: readonly string[]): readonly string[] {
  return ["--no-optional-locks", "ls-files", "-v", ...wanted, "-z", "--full-name", "--", ":/"];
}

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
