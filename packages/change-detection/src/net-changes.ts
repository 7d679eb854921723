import type { Change, ChangeLayer, ChangeStatus } from "./change.ts";
import { compareNames, nameKey, type GitName } from "./git-name.ts";
import type { PathFacts, PathState, RenameHint } from "./path-facts.ts";

const SUBMODULE_MODE = "160000";
/** Empty files are all alike, so that pairing them by content would say nothing. Ids under SHA-1 and SHA-256. */
const EMPTY_BLOBS: ReadonlySet<string> = new Set([
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
]);

interface Draft {
  readonly facts: PathFacts;
  readonly status: ChangeStatus;
}

function statusOf(facts: PathFacts): ChangeStatus | undefined {
  const { base, work } = facts;
  if (facts.unmerged) return "unmerged";
  if (base === undefined) {
    if (work === undefined) return undefined;
    return facts.untracked && facts.index === undefined ? "untracked" : "added";
  }
  if (work === undefined) return "deleted";
  if (base.mode.slice(0, 3) !== work.mode.slice(0, 3)) return "type-change";
  if (base.id !== work.id) return base.mode === SUBMODULE_MODE ? "submodule" : "modified";
  if (base.mode !== work.mode) return "mode-change";
  // Taken out of the index and kept on the disk: the next commit deletes it.
  return facts.untracked && facts.index === undefined && facts.head !== undefined ? "deleted" : undefined;
}

const LAYERS = ["committed", "staged", "unstaged", "untracked"] as const;
/** Every combination of layers, by its bits: many changes share few lists. */
const COMBINATIONS: readonly (readonly ChangeLayer[])[] = Array.from({ length: 2 ** LAYERS.length }, (_, bits) =>
  Object.freeze(LAYERS.filter((_, place) => (bits & (1 << place)) !== 0)),
);

function layersOf(facts: PathFacts, other: PathFacts | undefined): readonly ChangeLayer[] {
  let bits = 0;
  for (const [place, layer] of LAYERS.entries()) if (facts[layer] || other?.[layer] === true) bits |= 1 << place;
  return COMBINATIONS[bits] ?? [];
}

function toChange(facts: PathFacts, status: ChangeStatus, previous: PathFacts | undefined): Change {
  const { path, bytes } = facts.name;
  const layers = layersOf(facts, previous);
  if (previous === undefined && bytes === undefined) return { path, status, layers };
  return {
    path,
    ...(previous === undefined ? undefined : { previousPath: previous.name.path }),
    status: previous === undefined ? status : "renamed",
    layers,
    ...(bytes === undefined ? undefined : { pathBytes: bytes }),
    ...(previous?.name.bytes === undefined ? undefined : { previousPathBytes: previous.name.bytes }),
  };
}

const baseName = (name: GitName): string => name.path.slice(name.path.lastIndexOf("/") + 1);
const contentKey = (state: PathState): string => `${state.mode.slice(0, 3)} ${state.id}`;

/** Pairs deleted with new paths: first what git saw as a rename (through chains), then equal content. */
function pairRenames(drafts: ReadonlyMap<string, Draft>, hints: readonly RenameHint[]): ReadonlyMap<string, string> {
  const deleted = new Set<string>();
  const created: string[] = [];
  for (const [key, { status, facts }] of drafts) {
    if (status === "deleted" && facts.work === undefined) deleted.add(key);
    else if (status === "added" || status === "untracked") created.push(key);
  }
  const pairs = new Map<string, string>();
  if (deleted.size === 0 || created.length === 0) return pairs;

  const cameFrom = new Map(hints.map((hint) => [nameKey(hint.to), nameKey(hint.from)]));
  for (const key of created) {
    let old = cameFrom.get(key);
    for (let steps = 0; old !== undefined && !deleted.has(old) && steps <= hints.length; steps += 1) {
      old = cameFrom.get(old);
    }
    if (old !== undefined && deleted.delete(old)) pairs.set(key, old);
  }

  const byContent = new Map<string, Twins>();
  for (const key of deleted) {
    const facts = drafts.get(key)?.facts;
    if (facts?.base === undefined || EMPTY_BLOBS.has(facts.base.id)) continue;
    const content = contentKey(facts.base);
    let twins = byContent.get(content);
    if (twins === undefined) byContent.set(content, (twins = createTwins()));
    twins.add(key, baseName(facts.name));
  }
  for (const key of byContent.size === 0 ? [] : created) {
    const facts = drafts.get(key)?.facts;
    if (facts?.work === undefined || pairs.has(key)) continue;
    const old = byContent.get(contentKey(facts.work))?.take(baseName(facts.name));
    if (old !== undefined) pairs.set(key, old);
  }
  return pairs;
}

/** Deleted paths of one content. */
interface Twins {
  readonly add: (key: string, name: string) => void;
  /** The first that is left of this name, else the first that is left. */
  readonly take: (name: string) => string | undefined;
}

/** Each path is looked at once for its name and once for its place, however many are alike. */
function createTwins(): Twins {
  const byName = new Map<string, Queue>();
  const all: Queue = { keys: [], next: 0 };
  const taken = new Set<string>();
  const first = (queue: Queue): string | undefined => {
    for (; queue.next < queue.keys.length; queue.next += 1) {
      const key = queue.keys[queue.next];
      if (key !== undefined && !taken.has(key)) return key;
    }
    return undefined;
  };
  return {
    add(key, name) {
      all.keys.push(key);
      const queue = byName.get(name);
      if (queue === undefined) byName.set(name, { keys: [key], next: 0 });
      else queue.keys.push(key);
    },
    take(name) {
      const named = byName.get(name);
      const key = (named === undefined ? undefined : first(named)) ?? first(all);
      if (key !== undefined) taken.add(key);
      return key;
    },
  };
}

interface Queue {
  readonly keys: string[];
  next: number;
}

/**
 * The net list of changes: every path whose content or mode differs between base and work tree, whatever happened in between.
 * Renames are paired; the result is sorted by the bytes of the path. O(n log n).
 */
export function netChanges(facts: Iterable<PathFacts>, hints: readonly RenameHint[]): readonly Change[] {
  const changes: Change[] = [];
  // Only what is gone or new may be an end of a rename; nothing else is kept, for there may be a million.
  const ends = new Map<string, Draft>();
  for (const one of facts) {
    const status = statusOf(one);
    if (status === "deleted" || status === "added" || status === "untracked") {
      ends.set(nameKey(one.name), { facts: one, status });
    } else if (status !== undefined) changes.push(toChange(one, status, undefined));
  }
  const pairs = pairRenames(ends, hints);
  const paired = new Set(pairs.values());
  for (const [key, { facts: one, status }] of ends) {
    if (paired.has(key)) continue;
    const old = pairs.get(key);
    changes.push(toChange(one, status, old === undefined ? undefined : ends.get(old)?.facts));
  }
  return changes.sort((a, b) => compareNames(a.path, a.pathBytes, b.path, b.pathBytes));
}
