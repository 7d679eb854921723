import { describeCause, type Cause } from "./reason.ts";
import type { DirectCauses } from "./spread.ts";
import type { Unit } from "./unit.ts";

/** Most causes that are kept of one unit. */
const MAX_CAUSES = 5;

/** Gathers what makes units count as affected by themselves. */
export interface CauseCollector {
  /** @param spreads - Whether dependents count too. */
  readonly add: (unit: Unit, cause: Cause, spreads?: boolean) => void;
  readonly addAll: (units: Iterable<Unit>, cause: Cause) => void;
  /** Tells whether another cause would change nothing: as many as are kept are there, and dependents count already. */
  readonly isSettled: (unit: Unit) => boolean;
  readonly causes: ReadonlyMap<string, DirectCauses>;
  /** Tells whether a path made anything count. */
  readonly hasEffect: (path: string) => boolean;
  /**
   * A cause that all units share and that is more than a file of one of them. A unit at the root may count by any cause: it often owns
   * the very file.
   */
  readonly sharedByAll: (units: readonly Unit[]) => Cause | undefined;
}

export function createCauseCollector(): CauseCollector {
  const causes = new Map<
    string,
    { readonly causes: Cause[]; readonly seen: Set<string>; spreading: Cause | undefined }
  >();
  const wide = new Map<string, { readonly cause: Cause; readonly units: Set<string> }>();
  const effective = new Set<string>();
  const add = (unit: Unit, cause: Cause, spreads = true): void => {
    if (cause.path !== undefined) effective.add(cause.path);
    if (cause.kind !== "file") {
      const key = cause.path ?? "";
      const one = wide.get(key);
      if (one === undefined) wide.set(key, { cause, units: new Set([unit.id]) });
      else one.units.add(unit.id);
    }
    let known = causes.get(unit.id);
    if (known === undefined) {
      known = { causes: [], seen: new Set(), spreading: undefined };
      causes.set(unit.id, known);
    }
    if (spreads) known.spreading ??= cause;
    if (known.causes.length >= MAX_CAUSES) return;
    const words = describeCause(cause);
    if (known.seen.has(words)) return;
    known.seen.add(words);
    known.causes.push(cause);
  };
  return {
    add,
    addAll: (units, cause) => {
      for (const unit of units) add(unit, cause);
    },
    isSettled: ({ id }) => {
      const known = causes.get(id);
      return known?.spreading !== undefined && known.causes.length >= MAX_CAUSES;
    },
    causes,
    hasEffect: (path) => effective.has(path),
    sharedByAll: (all) =>
      [...wide.values()].find(({ units }) =>
        all.every(({ id, directory }) => units.has(id) || (directory === "" && causes.has(id))),
      )?.cause,
  };
}
