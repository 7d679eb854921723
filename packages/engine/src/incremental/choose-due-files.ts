import type { FileEntry } from "@ai-workflow/change-detection";
import type { ChangedPaths } from "../selection/changed-paths.ts";
import type { Relevance } from "../selection/relevance.ts";
import { provedFile, type ProvedFiles } from "./proved-files.ts";

/** Mode of git for a submodule, which is a folder and no file. */
const SUBMODULE = "160000";

/** What is looked at to choose. */
export interface DueFilesInput {
  /** Every file that git does not ignore. */
  readonly files: readonly FileEntry[];
  readonly relevance: Pick<Relevance, "isNamed" | "judge">;
  /** What is known under the step's present key; `undefined`: nothing is taken as proved. */
  readonly known: ProvedFiles | undefined;
  /** What changed since a base at which everything is assumed to have passed; `undefined` where nothing is assumed. */
  readonly changed: ChangedPaths | undefined;
}

/** Which files a step is given. */
export interface DueFiles {
  /** In the order of the listing. */
  readonly due: readonly FileEntry[];
  /** Files of which the step has passed on the present content, or will have when it has passed on what is due. */
  readonly provedThen: readonly string[];
}

/**
 * Chooses the files that a step has to look at: those of its inputs that count and whose present content it has not passed on, or, where
 * the base is assumed to have passed, what of that changed since, and what it set out to look at before and did not pass on. Pure.
 */
export function chooseDueFiles({ files, relevance, known, changed }: DueFilesInput): DueFiles {
  const changedPaths = changed === undefined || changed.baseOid === null ? undefined : new Set(changed.paths);
  const due: FileEntry[] = [];
  const provedThen: string[] = [];
  for (const file of files) {
    if (file.mode === SUBMODULE || !relevance.isNamed(file.path) || !relevance.judge(file.path).counts) continue;
    const print = provedFile(file);
    const isProved = known?.proved.has(print) === true;
    const isAssumed = changedPaths?.has(file.path) === false && known?.open.has(file.path) !== true;
    if (!isProved && !isAssumed) due.push(file);
    // What is only assumed is not written down as proved: the next base may not be.
    if (isProved || !isAssumed) provedThen.push(print);
  }
  return { due, provedThen };
}
