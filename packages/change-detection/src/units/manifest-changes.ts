import type { CauseCollector } from "./cause-collector.ts";
import { joinProblems, type Comparison } from "./comparison.ts";
import type { Cause } from "./reason.ts";
import type { Inherited, Unit } from "./unit.ts";

/** What cannot be understood counts, on whichever side it is. */
export function addProblems({ base, now, units }: Comparison, collector: CauseCollector): void {
  const nameless = [base, now].map(
    ({ graph }) =>
      new Set(graph.problems.flatMap(({ affects, unit }) => (affects === "unit-and-dependents" ? [unit] : []))),
  );
  for (const { path, reason, affects, unit: id } of joinProblems(base.graph, now.graph)) {
    const cause: Cause = { kind: "unknown", path, what: reason };
    if (affects === "everything") collector.addAll(units.values(), cause);
    const unit = id === undefined ? undefined : units.get(id);
    if (unit === undefined || affects === "nothing") continue;
    collector.add(unit, cause);
    // Where one side can be read, it knows the edges to the unit.
    if (!nameless.every((ids) => ids.has(id))) continue;
    const { kind, workspace } = unit;
    collector.addAll(
      [...units.values()].filter((one) => one.kind === kind && one.workspace === workspace),
      cause,
    );
  }
}

/** The unit of each side by `id`. */
function sidesOf({
  base,
  now,
}: Comparison): (id: string) => { readonly was: Unit | undefined; readonly is: Unit | undefined } {
  const before = new Map(base.graph.units.map((unit) => [unit.id, unit]));
  const after = new Map(now.graph.units.map((unit) => [unit.id, unit]));
  return (id) => ({ was: before.get(id), is: after.get(id) });
}

/** Values that units take from changed files and that differ. */
export function addInherited(
  comparison: Comparison,
  collector: CauseCollector,
  rootDependencies: "all" | "root",
): void {
  const { base, now, units, changed } = comparison;
  if (base.graph === now.graph) return;
  const sides = sidesOf(comparison);
  // The root itself owns the file.
  const isIgnored = ({ isRootDependency }: Inherited): boolean =>
    rootDependencies === "root" && isRootDependency === true;
  const keyOf = ({ path, what }: { readonly path: string; readonly what: string }): string => `${what} of ${path}`;
  for (const unit of units.values()) {
    const { was, is } = sides(unit.id);
    if (was === undefined || is === undefined) continue;
    const values = new Map(
      was.inherits.filter((one) => changed.has(one.path) && !isIgnored(one)).map((one) => [keyOf(one), one]),
    );
    for (const one of is.inherits) {
      if (!changed.has(one.path) || isIgnored(one)) continue;
      const twin = values.get(keyOf(one));
      values.delete(keyOf(one));
      if (twin?.value !== one.value) collector.add(unit, { kind: "inherited", path: one.path, what: one.what });
    }
    for (const { path, what } of values.values()) collector.add(unit, { kind: "inherited", path, what });
  }
}

/** Units that a changed definition brings, takes away or moves, where nothing else made them count yet. */
export function addMembership(comparison: Comparison, collector: CauseCollector): void {
  const { base, now, units, workspaces, changed } = comparison;
  if (base.graph === now.graph) return;
  const sides = sidesOf(comparison);
  for (const unit of units.values()) {
    const { was, is } = sides(unit.id);
    if (was?.workspace === is?.workspace || collector.causes.get(unit.id)?.spreading !== undefined) continue;
    const homes = [was?.workspace, is?.workspace];
    for (const { kind, directory, definition } of workspaces) {
      if (kind !== unit.kind || !homes.includes(directory) || !changed.has(definition)) continue;
      const what =
        was === undefined
          ? "it is a new member"
          : is === undefined
            ? "it is no member any more"
            : "it is in another workspace";
      collector.add(unit, { kind: "inherited", path: definition, what });
    }
  }
}
