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

/** The changes of each layer alone, whether or not a later layer takes them back. Sorted like the net list. */
export function layerChanges(
  facts: Iterable<PathFacts>,
  hints: RenameHints,
): Readonly<Record<ChangeLayer, readonly Change[]>> {
  const layers: Record<ChangeLayer, PathFacts[]> = { committed: [], staged: [], unstaged: [], untracked: [] };
  for (const one of facts) {
    for (const layer of ["committed", "staged", "unstaged", "untracked"] as const) {
      if (one[layer]) layers[layer].push(project(one, layer));
    }
  }
  return {
    committed: netChanges(layers.committed, hints.committed),
    staged: netChanges(layers.staged, hints.staged),
    unstaged: netChanges(layers.unstaged, hints.unstaged),
    untracked: netChanges(layers.untracked, []),
  };
}
