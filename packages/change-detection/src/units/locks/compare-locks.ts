import type { LockGraph, LockNode } from "./lock-graph.ts";

/** An importer that resolves differently. */
export interface ImporterDifference {
  /** The importer as the lock file names it. */
  readonly importer: string;
  /** What differs, such as `lodash 4.17.20 -> 4.17.21`. */
  readonly what: string;
  /** It lost packages and nothing else. */
  readonly isRemovalOnly: boolean;
  /** The lock file names it on one side only. */
  readonly isOneSided: boolean;
}

/** How two states of a lock file differ. */
export type LockDifference =
  | { readonly kind: "everything"; readonly what: string }
  | { readonly kind: "importers"; readonly importers: readonly ImporterDifference[] };

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

/**
 * How much a changed node tells: 1 a version that the other side has not, 2 another content of the same version, 3 only other packages
 * that it needs.
 */
type Telling = 1 | 2 | 3;

const versionOf = ({ name, version }: LockNode): string => `${name}@${version}`;

/** Keys whose node differs, is missing on one side, or needs what is not there. */
function changedKeys(base: LockGraph, now: LockGraph): ReadonlyMap<string, Telling> {
  const changed = new Map<string, Telling>();
  const look = (mine: LockGraph, other: LockGraph): void => {
    const versions = new Set([...other.nodes.values()].map(versionOf));
    const lookAt = (need: string): void => {
      if (!mine.nodes.has(need)) changed.set(need, 1);
    };
    for (const [key, node] of mine.nodes) {
      const twin = other.nodes.get(key);
      if (twin === undefined) changed.set(key, versions.has(versionOf(node)) ? 2 : 1);
      else if (twin.content !== node.content) changed.set(key, 2);
      else if (!sameList(twin.needs, node.needs)) changed.set(key, 3);
      node.needs.forEach(lookAt);
    }
    for (const { needs } of mine.importers.values()) needs.forEach(lookAt);
  };
  look(base, now);
  look(now, base);
  return changed;
}

/**
 * For every node from which a changed one is reached, the one of those that tell most that is nearest: a breadth-first walk against the
 * edges, linear in the size of the graph, cycles or not.
 */
function reaching(graph: LockGraph, changed: ReadonlyMap<string, Telling>): ReadonlyMap<string, string> {
  const neededBy = new Map<string, string[]>();
  for (const [key, { needs }] of graph.nodes) {
    for (const need of needs) {
      const list = neededBy.get(need);
      if (list === undefined) neededBy.set(need, [key]);
      else list.push(key);
    }
  }
  const nearest = new Map<string, string>();
  const open: string[] = [];
  let at = 0;
  for (const telling of [1, 2, 3] as const) {
    for (const [key, own] of changed) {
      if (own !== telling || nearest.has(key)) continue;
      nearest.set(key, key);
      open.push(key);
    }
    for (; at < open.length; at += 1) {
      const key = open[at] ?? "";
      const cause = nearest.get(key) ?? key;
      for (const dependent of neededBy.get(key) ?? []) {
        if (nearest.has(dependent)) continue;
        nearest.set(dependent, cause);
        open.push(dependent);
      }
    }
  }
  return nearest;
}

/** The changed package that tells most among those that some keys reach, one of the keys themselves if it tells as much. */
function mostTelling(
  keys: readonly string[],
  nearest: ReadonlyMap<string, string>,
  changed: ReadonlyMap<string, Telling>,
): string | undefined {
  let best: string | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const key of keys) {
    const cause = nearest.get(key);
    if (cause === undefined) continue;
    const rank = (changed.get(cause) ?? 3) * 2 + (cause === key ? 0 : 1);
    if (rank < bestRank) [best, bestRank] = [cause, rank];
  }
  return best;
}

const MAX_VERSIONS = 3;

/** Puts a changed package into words, with its versions on both sides. */
function describer(base: LockGraph, now: LockGraph, changed: ReadonlyMap<string, Telling>): (key: string) => string {
  const versions = (graph: LockGraph): ((name: string) => string) => {
    const all = new Map<string, { readonly changed: Set<string>; readonly kept: Set<string> }>();
    for (const [key, { name, version }] of graph.nodes) {
      let known = all.get(name);
      if (known === undefined) {
        known = { changed: new Set(), kept: new Set() };
        all.set(name, known);
      }
      (changed.has(key) ? known.changed : known.kept).add(version);
    }
    return (name) => {
      // Where another version came in beside those that others keep, those are what it was before.
      const { changed: own, kept } = all.get(name) ?? { changed: new Set<string>(), kept: new Set<string>() };
      return [...(own.size > 0 ? own : kept)].slice(0, MAX_VERSIONS).join(", ");
    };
  };
  const [before, after] = [versions(base), versions(now)];
  return (key) => {
    const node: LockNode | undefined = now.nodes.get(key) ?? base.nodes.get(key);
    if (node === undefined) return `${key} is not resolved`;
    const [from, to] = [before(node.name), after(node.name)];
    if (from === to) return `${node.name}${to === "" ? "" : ` ${to}`} resolves differently`;
    return `${node.name} ${from === "" ? "(new)" : from} -> ${to === "" ? "(gone)" : to}`;
  };
}

/**
 * Finds the importers whose resolved closure differs. An importer is the same exactly if it says the same of itself and reaches the same
 * packages with the same contents; that holds exactly if it needs the same and reaches no changed package on either side.
 */
export function compareLocks(base: LockGraph, now: LockGraph): LockDifference {
  for (const what of new Set([...base.shared.keys(), ...now.shared.keys()])) {
    if (base.shared.get(what) !== now.shared.get(what)) return { kind: "everything", what: `${what} changed` };
  }
  const changed = changedKeys(base, now);
  const [before, after] = [reaching(base, changed), reaching(now, changed)];
  const describe = describer(base, now, changed);
  const importers: ImporterDifference[] = [];
  for (const importer of new Set([...base.importers.keys(), ...now.importers.keys()])) {
    const [was, is] = [base.importers.get(importer), now.importers.get(importer)];
    if (was === undefined || is === undefined) {
      const what = was === undefined ? "first entry for it" : "no entry for it any more";
      importers.push({ importer, what, isRemovalOnly: false, isOneSided: true });
      continue;
    }
    const gained = mostTelling(is.needs, after, changed);
    const lost = mostTelling(was.needs, before, changed);
    const isDirect = was.content !== is.content || !sameList(was.needs, is.needs);
    if (gained === undefined && lost === undefined && !isDirect) continue;
    const cause = gained ?? lost;
    const had = new Set(was.needs);
    importers.push({
      importer,
      what: cause === undefined ? "its requirements changed" : describe(cause),
      isRemovalOnly: gained === undefined && is.needs.every((key) => had.has(key)),
      isOneSided: false,
    });
  }
  return { kind: "importers", importers };
}
