import type { TreeDifference, WorkTree } from "./git-engine.ts";
import { nameKey } from "./git-name.ts";
import type { PathFacts, PathState } from "./path-facts.ts";

/** Facts from the commits, then from index and work tree, joined by name. */
export function joinFacts(
  committed: readonly TreeDifference[],
  work: Pick<WorkTree, "entries" | "states"> | undefined,
): Map<string, PathFacts> {
  const facts = new Map<string, PathFacts>();
  const add = (one: PathFacts): void => {
    facts.set(nameKey(one.name), one);
  };
  const flags = { committed: false, staged: false, unstaged: false, untracked: false, unmerged: false };
  for (const { name, from, before, after } of committed) {
    const base = from === undefined ? before : undefined;
    add({ name, base, head: after, index: after, work: after, ...flags, committed: true });
    if (from !== undefined) {
      add({ name: from, base: before, head: undefined, index: undefined, work: undefined, ...flags, committed: true });
    }
  }
  for (const entry of work?.entries ?? []) {
    const key = nameKey(entry.name);
    const known = facts.get(key);
    const one: PathFacts = known ?? {
      name: entry.name,
      base: entry.head,
      head: entry.head,
      index: undefined,
      work: undefined,
      ...flags,
    };
    if (known === undefined) add(one);
    if (entry.untracked) {
      one.untracked = true;
      one.work = work?.states.get(key);
      continue;
    }
    one.index = entry.index;
    one.staged = entry.staged;
    one.unmerged = entry.unmerged;
    one.work = entry.unstaged ? work?.states.get(key) : entry.index;
    // Touched files and phantom edits (line endings) end here: what is in the work tree is what is in the index.
    one.unstaged = entry.unstaged && (entry.unmerged || !isSame(one.index, one.work));
  }
  return facts;
}

function isSame(a: PathState | undefined, b: PathState | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.id === b.id && a.mode === b.mode);
}
