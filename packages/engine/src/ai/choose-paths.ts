import type { AiAction } from "../config/workflow.ts";
import type { Preparation } from "../run/prepare.ts";

/**
 * The files a step asks about, in the order of the listing: everything it names, or what of that changed and counts for it, and what it did
 * not pass on before. Where it is unknown what changed, everything. Pure.
 */
export function choosePaths(
  stepId: string,
  action: AiAction,
  preparation: Pick<Preparation, "changed" | "files" | "relevances">,
  openFiles: readonly string[],
): readonly string[] {
  const { changed, files = [], relevances } = preparation;
  const relevance = relevances.get(stepId);
  const named = files.map((file) => file.path).filter((file) => relevance?.isNamed(file) ?? true);
  if (action.files === "all" || changed === undefined) return named;
  const due = new Set([...changed.paths.filter((file) => relevance?.judge(file).counts ?? true), ...openFiles]);
  return named.filter((file) => due.has(file));
}
