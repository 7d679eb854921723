import { existsSync } from "node:fs";
import path from "node:path";

/** Something begun that git has not finished. */
export type Operation = "merge" | "rebase" | "cherry-pick" | "revert" | "bisect";

/** Files and folders of the git folder that are there while something is under way. */
const OPERATION_FILES: readonly (readonly [string, Operation])[] = [
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["MERGE_HEAD", "merge"],
  ["BISECT_LOG", "bisect"],
];

/**
 * Gives what is under way in a repository.
 *
 * @param gitFolder - absolute path of the git folder of the work tree
 */
export function unfinishedOperation(gitFolder: string): Operation | undefined {
  return OPERATION_FILES.find(([name]) => existsSync(path.join(gitFolder, name)))?.[1];
}
