import type { Change } from "../change.ts";
import { createOwnerIndex, nearestOwners } from "./owner-index.ts";
import { nameOf } from "./repository-path.ts";
import { LOCK_NAMES, MANIFEST_NAMES } from "./scan-tree.ts";
import type { Tree } from "../trees/tree.ts";
import type { Unit, UnitGraph, UnitProblem, Workspace } from "./unit.ts";

/** One of the two states that are compared. */
export interface Side {
  readonly tree: Tree;
  readonly graph: UnitGraph;
}

/** On which sides a path is there, as far as the status of its change tells. */
export interface Sides {
  readonly base: boolean;
  readonly now: boolean;
}

/** Both states with all that is looked up in them. */
export interface Comparison {
  readonly base: Side;
  readonly now: Side;
  /** Units of both by `id`: as they are now, with the edges of both sides; those that are gone as they were. */
  readonly units: ReadonlyMap<string, Unit>;
  /** Owners of a path at the base and now: a folder may have become a unit, or ceased to be one. */
  readonly ownersOf: (path: string, sides?: Sides) => readonly Unit[];
  readonly unitsBelow: (path: string) => readonly Unit[];
  readonly workspaces: readonly Workspace[];
  /** Both ends of every change. */
  readonly changed: ReadonlyMap<string, Sides>;
}

/** The unit of now with the edges of both sides; a unit that is gone as it was. */
function joinUnits(base: UnitGraph, now: UnitGraph): ReadonlyMap<string, Unit> {
  if (base === now) return new Map(now.units.map((unit) => [unit.id, unit]));
  // The unit that stands in for a root without a manifest is not gone where a manifest took its place.
  const hasRoot = now.units.some(({ directory }) => directory === "");
  const units = new Map(base.units.flatMap((unit) => (unit.kind === "root" && hasRoot ? [] : [[unit.id, unit]])));
  for (const unit of now.units) {
    const was = units.get(unit.id);
    const edges = new Map(
      [...(was?.dependencies ?? []), ...unit.dependencies].map((edge) => [`${edge.kind} ${edge.unit}`, edge]),
    );
    units.set(unit.id, { ...unit, dependencies: [...edges.values()] });
  }
  return new Map([...units].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Tells whether the graph of the base may differ from that of now, going by the names of what changed. */
export function mayGraphDiffer(changed: ReadonlyMap<string, Sides>, now: UnitGraph): boolean {
  for (const path of changed.keys()) {
    const name = nameOf(path);
    if (MANIFEST_NAMES.has(name) || LOCK_NAMES.has(name)) return true;
  }
  // Scripts and parents have names of their own.
  return now.units.some(({ inherits }) => inherits.some(({ path }) => changed.has(path)));
}

function findOwners(
  base: UnitGraph,
  now: UnitGraph,
  units: ReadonlyMap<string, Unit>,
): Pick<Comparison, "ownersOf" | "unitsBelow"> {
  const after = createOwnerIndex(now.units);
  if (base === now) return { ownersOf: (path) => nearestOwners(after.above(path)), unitsBelow: after.below };
  const before = createOwnerIndex(base.units);
  const join = (...lists: readonly (readonly Unit[])[]): readonly Unit[] =>
    [...new Set(lists.flatMap((list) => list.map(({ id }) => id)))].flatMap((id) => units.get(id) ?? []);
  return {
    ownersOf: (path, sides = { base: true, now: true }) =>
      join(sides.base ? nearestOwners(before.above(path)) : [], sides.now ? nearestOwners(after.above(path)) : []),
    unitsBelow: (path) => join(before.below(path), after.below(path)),
  };
}

/** Both ends of every change; a slash at the end marks a folder that git does not look into. */
export function endsOf(changes: readonly Pick<Change, "path" | "previousPath" | "status">[]): {
  readonly changed: ReadonlyMap<string, Sides>;
  readonly hasFolder: boolean;
} {
  const changed = new Map<string, Sides>();
  let hasFolder = false;
  const add = (path: string, base: boolean, now: boolean): void => {
    hasFolder ||= path.endsWith("/");
    const end = path.replace(/\/+$/, "");
    const known = changed.get(end);
    changed.set(end, { base: base || known?.base === true, now: now || known?.now === true });
  };
  for (const { path, previousPath, status } of changes) {
    if (previousPath !== undefined) add(previousPath, true, false);
    const isNew = status === "added" || status === "untracked" || previousPath !== undefined;
    add(path, !isNew, status !== "deleted");
  }
  return { changed, hasFolder };
}

/** What is wrong on both sides is said once. */
export function joinProblems(base: UnitGraph, now: UnitGraph): readonly UnitProblem[] {
  const all = [...now.problems, ...base.problems];
  return [...new Map(all.map((one) => [`${one.path}\n${one.reason}\n${one.unit ?? ""}`, one])).values()];
}

/** Puts two states side by side; the same graph twice means that no manifest changed. */
export function createComparison(base: Side, now: Side, changed: ReadonlyMap<string, Sides>): Comparison {
  const units = joinUnits(base.graph, now.graph);
  return {
    base,
    now,
    units,
    ...findOwners(base.graph, now.graph, units),
    workspaces: [...(base.graph === now.graph ? [] : base.graph.workspaces), ...now.graph.workspaces],
    changed,
  };
}
