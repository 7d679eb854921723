import type { AiAction } from "../config/workflow.ts";
import type { Preparation } from "../preparation/prepare.ts";
import type { OpenPaths } from "./open-files.ts";

/** Digits of a commit in a message. */
const OID_LENGTH = 8;

const NO_FILE = "nothing was asked: no file is among its inputs";

/** What a step asks about. */
export interface ChosenPaths {
  /** In the order of the listing, each with the commit that its changes are counted from; `null`: it is shown as a whole. */
  readonly due: OpenPaths;
  /** Files that count for the step and are gone: nothing is left to ask about. */
  readonly deleted: readonly string[];
  /** Why nothing is due, where nothing is. */
  readonly nothingDue: string | undefined;
}

/**
 * The files a step asks about: everything it names, or what of that changed and counts for it, and what it did not pass on before. Where
 * it is unknown what changed or what is open (`openFiles` is `undefined`), everything. What is open since another commit is shown as a whole,
 * for what changed since this one is not all of it. `undefined` where it is unknown which files there are. Pure.
 */
export function choosePaths(
  stepId: string,
  action: Pick<AiAction, "files">,
  preparation: Pick<Preparation, "changed" | "files" | "relevances">,
  openFiles: OpenPaths | undefined,
): ChosenPaths | undefined {
  const { changed, files, relevances } = preparation;
  if (files === undefined) return undefined;
  const relevance = relevances.get(stepId);
  const isNamed = (file: string): boolean => relevance?.isNamed(file) ?? true;
  const named = files.map((file) => file.path).filter(isNamed);
  if (action.files === "all" || changed === undefined || openFiles === undefined) {
    const all = new Map(named.map((file) => [file, null]));
    return { due: all, deleted: [], nothingDue: all.size === 0 ? NO_FILE : undefined };
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
  const deleted = changed.deleted.filter((file) => isNamed(file) && counts(file));
  if (due.size > 0) return { due, deleted, nothingDue: undefined };
  if (deleted.length > 0) return { due, deleted, nothingDue: "nothing was asked: what changed for it was deleted" };
  if (named.length === 0) return { due, deleted, nothingDue: NO_FILE };
  const since = baseOid === null ? "" : ` since ${baseOid.slice(0, OID_LENGTH)}`;
  return { due, deleted, nothingDue: `nothing was asked: nothing that counts for it changed${since}` };
}
