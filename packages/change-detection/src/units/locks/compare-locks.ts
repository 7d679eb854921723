import type { LockGraph, LockNode } from "./lock-graph.ts";

/** An importer that resolves differently. */
export interface ImporterDifference {
  /** The importer as the lock file names it. */
  readonly importer: string;
  /** What differs, such as `lodash 4.17.20 -> 4.17.21`. */
  readonly what: string;
  /** It lost packages and nothing else. */
  readonly isRemovalOnly: boolean;
}

/** How two states of a lock file differ. */
export type LockDifference =
  | { readonly kind: "everything"; readonly what: string }
  | { readonly kind: "importers"; readonly importers: readonly ImporterDifference[] };

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

/** Keys whose node differs, is missing on one side, or needs what is not there. */
function changedKeys(base: LockGraph, now: LockGraph): ReadonlySet<string> {
  const changed = new Set<string>();
  const look = (mine: LockGraph, other: LockGraph): void => {
    for (const [key, node] of mine.nodes) {
      const twin = other.nodes.get(key);
      if (twin === undefined || twin.content !== node.content || !sameList(twin.needs, node.needs)) changed.add(key);
      for (const need of node.needs) if (!mine.nodes.has(need)) changed.add(need);
    }
    for (const { needs } of mine.importers.values()) {
      for (const need of needs) if (!mine.nodes.has(need)) changed.add(need);
    }
  };
  look(base, now);
  look(now, base);
  return changed;
}

/**
 * For every node from which a changed one is reached, the changed one that is nearest: a breadth-first walk against the edges, linear in
 * the size of the graph, cycles or not.
 */
function reaching(graph: LockGraph, changed: ReadonlySet<string>): ReadonlyMap<string, string> {
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
  for (const key of changed) {
    nearest.set(key, key);
    open.push(key);
  }
  for (let at = 0; at < open.length; at += 1) {
    const key = open[at] ?? "";
    const cause = nearest.get(key) ?? key;
    for (const dependent of neededBy.get(key) ?? []) {
      if (nearest.has(dependent)) continue;
      nearest.set(dependent, cause);
      open.push(dependent);
    }
  }
  return nearest;
}

/** Puts a changed package into words, with its versions on both sides. */
function describer(base: LockGraph, now: LockGraph, changed: ReadonlySet<string>): (key: string) => string {
  const versions = (graph: LockGraph): ReadonlyMap<string, ReadonlySet<string>> => {
    const byName = new Map<string, Set<string>>();
    for (const key of changed) {
      const node = graph.nodes.get(key);
      if (node === undefined) continue;
      const known = byName.get(node.name);
      if (known === undefined) byName.set(node.name, new Set([node.version]));
      else known.add(node.version);
    }
    return byName;
  };
  const [before, after] = [versions(base), versions(now)];
  const list = (all: ReadonlySet<string> | undefined): string => [...(all ?? [])].slice(0, 3).join(", ");
  return (key) => {
    const node: LockNode | undefined = now.nodes.get(key) ?? base.nodes.get(key);
    if (node === undefined) return `${key} is not resolved`;
    const [from, to] = [list(before.get(node.name)), list(after.get(node.name))];
    if (from === to) return `${node.name} ${to} resolves differently`;
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
      importers.push({ importer, what: was === undefined ? "it is new" : "it is gone", isRemovalOnly: false });
      continue;
    }
    // A package that is itself changed tells more than one that merely leads to it.
    const gained = is.needs.find((key) => changed.has(key)) ?? is.needs.find((key) => after.has(key));
    const lost = was.needs.find((key) => changed.has(key)) ?? was.needs.find((key) => before.has(key));
    const isDirect = was.content !== is.content || !sameList(was.needs, is.needs);
    if (gained === undefined && lost === undefined && !isDirect) continue;
    const cause = gained === undefined ? (lost === undefined ? undefined : before.get(lost)) : after.get(gained);
    const had = new Set(was.needs);
    importers.push({
      importer,
      what: cause === undefined ? "its requirements changed" : describe(cause),
      isRemovalOnly: gained === undefined && is.needs.every((key) => had.has(key)),
    });
  }
  return { kind: "importers", importers };
}
