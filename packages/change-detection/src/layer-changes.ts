import type { Change, ChangeLayer } from "./change.ts";
import { netChanges } from "./net-changes.ts";
import type { PathFacts, RenameHint } from "./path-facts.ts";

/** Names that were seen as two ends of a rename, by where they were seen. */
export interface RenameHints {
  readonly committed: readonly RenameHint[];
  readonly staged: readonly RenameHint[];
  readonly unstaged: readonly RenameHint[];
}

const NOWHERE = { committed: false, staged: false, unstaged: false, untracked: false, unmerged: false };

/** What a path went through in one layer, in the form of a net change from one side of the layer to the other. */
function project(facts: PathFacts, layer: ChangeLayer): PathFacts {
  const { name, base, head, index, work, unmerged } = facts;
  switch (layer) {
    case "committed":
      return { ...NOWHERE, name, base, head, index: head, work: head, committed: true };
    case "staged":
      return { ...NOWHERE, name, base: head, head, index, work: index, staged: true };
    case "unstaged":
      return { ...NOWHERE, name, base: index, head: index, index, work, unstaged: true, unmerged };
    case "untracked":
      return { ...NOWHERE, name, base: undefined, head: undefined, index: undefined, work, untracked: true };
  }
}

function* projectAll(facts: Iterable<PathFacts>, layer: ChangeLayer): Generator<PathFacts> {
  for (const one of facts) if (one[layer]) yield project(one, layer);
}

/**
 * The changes of each layer alone, whether or not a later layer takes them back. Sorted like the net list.
 *
 * @param facts - gone through once for each layer
 */
export function layerChanges(
  facts: ReadonlyMap<string, PathFacts>,
  hints: RenameHints,
): Readonly<Record<ChangeLayer, readonly Change[]>> {
  const changesOf = (layer: ChangeLayer, renames: readonly RenameHint[]): readonly Change[] =>
    netChanges(projectAll(facts.values(), layer), renames);
  return {
    committed: changesOf("committed", hints.committed),
    staged: changesOf("staged", hints.staged),
    unstaged: changesOf("unstaged", hints.unstaged),
    untracked: changesOf("untracked", []),
  };
}
