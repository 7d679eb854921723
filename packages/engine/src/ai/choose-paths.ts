import type { AiAction } from "../config/workflow.ts";
import type { Preparation } from "../run/prepare.ts";
import type { OpenPaths } from "./open-files.ts";

/** What a step asks about. */
export interface ChosenPaths {
  /** In the order of the listing, each with the commit that its changes are counted from; `null`: it is shown as a whole. */
  readonly due: OpenPaths;
  /** Files that count for the step and are gone: nothing is left to ask about. */
  readonly deleted: readonly string[];
}

/**
 * The files a step asks about: everything it names, or what of that changed and counts for it, and what it did not pass on before. Where
 * it is unknown what changed or what is open (`openFiles` is `undefined`), everything. What is open since another commit is shown as a whole,
 * for what changed since this one is not all of it. `undefined` where it is unknown which files there are. Pure.
 */
export function choosePaths(
  stepId: string,
  action: AiAction,
  preparation: Pick<Preparation, "changed" | "files" | "relevances">,
  openFiles: OpenPaths | undefined,
): ChosenPaths | undefined {
  const { changed, files, relevances } = preparation;
  if (files === undefined) return undefined;
  const relevance = relevances.get(stepId);
  const isNamed = (file: string): boolean => relevance?.isNamed(file) ?? true;
  const named = files.map((file) => file.path).filter(isNamed);
  if (action.files === "all" || changed === undefined || openFiles === undefined) {
    return { due: new Map(named.map((file) => [file, null])), deleted: [] };
  }
  const { baseOid } = changed;
  const counts = (file: string): boolean => relevance?.judge(file).counts ?? true;
  const counting = new Set(changed.paths.filter(counts));
  const due = new Map<string, string | null>();
  for (const file of named) {
    const openSince = openFiles.get(file);
    if (openSince === undefined ? counting.has(file) : openSince === baseOid) due.set(file, baseOid);
    else if (openSince !== undefined) due.set(file, null);
  }
  return { due, deleted: changed.deleted.filter((file) => isNamed(file) && counts(file)) };
}
