import type { AffectedReason, Cause } from "./reason.ts";
import type { Unit, UnitDependency } from "./unit.ts";

/** What is known of a unit before its dependencies are looked at. */
export interface DirectCauses {
  /** In the order they were found. */
  readonly causes: readonly Cause[];
  /** The one that dependents count for; `undefined` where they do not. */
  readonly spreading: Cause | undefined;
}

/** Most reasons that are kept of one unit. */
export const MAX_REASONS = 8;

/**
 * Walks from the units with causes to all that need them, breadth first, so that the first way found is a shortest one. Linear in units
 * and edges; without recursion, so that long chains are no danger.
 * @param units - In the order that ties are broken in.
 * @returns reasons by `id`, the shortest first, at most {@link MAX_REASONS} a unit.
 */
export function spread(
  units: readonly Unit[],
  direct: ReadonlyMap<string, DirectCauses>,
): ReadonlyMap<string, readonly AffectedReason[]> {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const dependents = new Map<string, { readonly unit: Unit; readonly edge: UnitDependency }[]>();
  for (const unit of units) {
    for (const edge of unit.dependencies) {
      const list = dependents.get(edge.unit);
      if (list === undefined) dependents.set(edge.unit, [{ unit, edge }]);
      else list.push({ unit, edge });
    }
  }
  // The reason with which a unit passes on to its dependents.
  const passing = new Map<string, AffectedReason>();
  const open: AffectedReason[] = [];
  for (const { id, name } of units) {
    const cause = direct.get(id)?.spreading;
    if (cause === undefined) continue;
    const reason: AffectedReason = { cause, unit: id, name, length: 1 };
    passing.set(id, reason);
    open.push(reason);
  }
  for (let at = 0; at < open.length; at += 1) {
    const previous = open[at];
    if (previous === undefined) break;
    for (const { unit, edge } of dependents.get(previous.unit) ?? []) {
      if (passing.has(unit.id)) continue;
      const reason = extend(previous, unit, edge);
      passing.set(unit.id, reason);
      open.push(reason);
    }
  }
  const reasons = new Map<string, readonly AffectedReason[]>();
  for (const id of new Set([...direct.keys(), ...passing.keys()])) {
    const unit = byId.get(id);
    if (unit !== undefined) reasons.set(id, reasonsOf(unit, direct.get(id), passing));
  }
  return reasons;
}

function extend(previous: AffectedReason, unit: Unit, { kind, manifest }: UnitDependency): AffectedReason {
  return {
    cause: previous.cause,
    unit: unit.id,
    name: unit.name,
    length: previous.length + 1,
    dependency: { kind, manifest },
    previous,
  };
}

function reasonsOf(
  unit: Unit,
  direct: DirectCauses | undefined,
  passing: ReadonlyMap<string, AffectedReason>,
): readonly AffectedReason[] {
  const { id, name } = unit;
  const own = (direct?.causes ?? []).map((cause): AffectedReason => ({ cause, unit: id, name, length: 1 }));
  const ownLength = passing.get(id)?.length ?? Number.POSITIVE_INFINITY;
  const found: AffectedReason[] = [];
  const seen = new Set<string>();
  for (const edge of unit.dependencies) {
    const previous = passing.get(edge.unit);
    // A way that is longer than the unit's own may lead through the unit itself.
    if (previous === undefined || previous.length > ownLength || edge.unit === id || seen.has(edge.unit)) continue;
    seen.add(edge.unit);
    found.push(extend(previous, unit, edge));
  }
  found.sort((a, b) => a.length - b.length);
  return [...own, ...found].slice(0, MAX_REASONS);
}
