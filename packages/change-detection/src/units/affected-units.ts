import type { CategoryRule } from "../categories/categorise.ts";
import type { Change } from "../change.ts";
import { createCauseCollector, type CauseCollector } from "./cause-collector.ts";
import { createComparison, endsOf, joinProblems, mayGraphDiffer, type Comparison } from "./comparison.ts";
import { addFileChanges, whyNot } from "./file-changes.ts";
import { DEFAULT_GLOBAL_FILES } from "./global-files.ts";
import { addInherited, addMembership, addProblems } from "./manifest-changes.ts";
import { readUnits } from "./read-units.ts";
import type { AffectedReason, Cause } from "./reason.ts";
import { spread } from "./spread.ts";
import type { Tree } from "../trees/tree.ts";
import type { Unit, UnitGraph, UnitProblem } from "./unit.ts";

/** What to compare. */
export interface AffectedUnitsOptions {
  /** What changed between the trees; `"unknown"` makes everything count as affected. */
  readonly changes: readonly Pick<Change, "path" | "previousPath" | "status">[] | "unknown";
  /** The files at the base; `undefined` where they cannot be had, and then everything counts as affected. */
  readonly base: Tree | undefined;
  readonly now: Tree;
  /**
   * Whether a unit of which only tests changed makes its dependents count too.
   * @defaultValue `false`
   */
  readonly spreadTests?: boolean | undefined;
  /**
   * Whom a changed dependency of the root package of a JavaScript workspace concerns. Node and package managers let every package of
   * the workspace use what is installed at its root, so `"all"` is right unless packages never do; `"root"` keeps it to the root unit.
   * A dependency that is only taken away always stays with the root unit.
   * @defaultValue `"all"`
   */
  readonly rootDependencies?: "all" | "root" | undefined;
  /**
   * Globs of the files that decide for everything, from the root of the repository and from that of each workspace.
   * @defaultValue {@link DEFAULT_GLOBAL_FILES}
   */
  readonly global?: readonly string[] | undefined;
  /** Folders that are units though no manifest says so, as for `readUnits()`. */
  readonly units?: readonly string[] | undefined;
  /** Rules of the user's on what is a test; they go before the built-in ones, which see paths from the folder of the unit. */
  readonly rules?: readonly CategoryRule[] | undefined;
}

/** A unit that changes reach. */
export interface AffectedUnit {
  /** As it is now; as it was where it is gone. */
  readonly unit: Unit;
  readonly state: "present" | "new" | "gone";
  /** Why, the shortest chain first; at most eight. */
  readonly reasons: readonly [AffectedReason, ...AffectedReason[]];
}

/** What changes reach. */
export interface AffectedUnits {
  /** Every unit is affected by one and the same thing. */
  readonly all: boolean;
  /** That thing, where `all` holds. */
  readonly because: Cause | undefined;
  /** Sorted by `id`. */
  readonly units: readonly AffectedUnit[];
  /** Changed files that reach nothing, with the reason. */
  readonly withoutEffect: readonly { readonly path: string; readonly why: string }[];
  /** What could not be understood on either side. */
  readonly problems: readonly UnitProblem[];
}

function check(options: AffectedUnitsOptions): void {
  const { changes, spreadTests, rootDependencies, now } = options;
  if (changes !== "unknown" && !Array.isArray(changes)) {
    throw new TypeError(
      `Cannot find affected units: \`changes\` must be a list of changes or "unknown", got ${JSON.stringify(changes)}`,
    );
  }
  if (typeof now?.paths !== "function" || typeof now.read !== "function") {
    throw new TypeError("Cannot find affected units: `now` must be a tree with `paths` and `read`");
  }
  if (spreadTests !== undefined && typeof spreadTests !== "boolean") {
    throw new TypeError(
      `Cannot find affected units: \`spreadTests\` must be a boolean, got ${JSON.stringify(spreadTests)}`,
    );
  }
  if (rootDependencies !== undefined && rootDependencies !== "all" && rootDependencies !== "root") {
    throw new RangeError(
      `Cannot find affected units: \`rootDependencies\` must be "all" or "root", got ${JSON.stringify(rootDependencies)}`,
    );
  }
}

const NOTHING: AffectedUnits = { all: false, because: undefined, units: [], withoutEffect: [], problems: [] };

function everything(graph: UnitGraph, cause: Cause): AffectedUnits {
  return {
    all: true,
    because: cause,
    units: graph.units.map((unit) => ({
      unit,
      state: "present",
      reasons: [{ cause, unit: unit.id, name: unit.name, length: 1 }],
    })),
    withoutEffect: [],
    problems: graph.problems,
  };
}

/**
 * Finds the units that changes reach: the owners of changed files (units of the base count, so what is gone still maps), the members of
 * a workspace that resolve differently after a change of its lock file, those that take over a changed value, and all that need one of
 * them, each with the chain of reasons. What cannot be known counts as affected and says why. No changes reach nothing.
 *
 * Manifests are read always; lock files, the base and `tsconfig` files only if something changed that makes them matter.
 * @throws {TypeError} for `changes` that are no list, a tree that is none, or globs that are no globs.
 * @throws {RangeError} for an unknown `rootDependencies`. It rejects with what `now` rejects with; trouble with `base` makes everything
 * count as affected instead.
 * @example
 * ```js
 * const { units } = await affectedUnits({ changes, base, now });
 * for (const { reasons } of units) console.log(describeReason(reasons[0]));
 * ```
 */
export async function affectedUnits(options: AffectedUnitsOptions): Promise<AffectedUnits> {
  check(options);
  const { changes, base: baseTree, now: nowTree, spreadTests = false, rootDependencies = "all" } = options;
  if (changes !== "unknown" && changes.length === 0) return NOTHING;
  const graph = await readUnits(nowTree, { units: options.units });
  if (changes === "unknown") return everything(graph, { kind: "unknown", what: "it is not known what changed" });
  if (baseTree === undefined) {
    return everything(graph, { kind: "unknown", what: "the files at the base are not known" });
  }
  const { changed, hasFolder } = endsOf(changes);
  let baseGraph = graph;
  if ((options.units ?? []).length > 0 || hasFolder || mayGraphDiffer(changed, graph)) {
    try {
      baseGraph = await readUnits(baseTree, { units: options.units });
    } catch (error) {
      const what = `the base cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      return everything(graph, { kind: "unknown", what });
    }
  }
  const comparison = createComparison({ tree: baseTree, graph: baseGraph }, { tree: nowTree, graph }, changed);
  const collector = createCauseCollector();
  addProblems(comparison, collector);
  addInherited(comparison, collector, rootDependencies);
  const interpreted = await addFileChanges(
    comparison,
    {
      spreadTests,
      rootDependencies,
      global: options.global ?? DEFAULT_GLOBAL_FILES,
      rules: options.rules ?? [],
    },
    collector,
  );
  addMembership(comparison, collector);
  return conclude(comparison, collector, interpreted);
}

function conclude(
  { base, now, units }: Comparison,
  collector: CauseCollector,
  interpreted: readonly string[],
): AffectedUnits {
  const was = new Set(base.graph.units.map(({ id }) => id));
  const is = new Map(now.graph.units.map((unit) => [unit.id, unit]));
  const reasons = spread([...units.values()], collector.causes);
  const affected: AffectedUnit[] = [];
  for (const [id, joined] of units) {
    const [shortest, ...others] = reasons.get(id) ?? [];
    if (shortest === undefined) continue;
    const unit = is.get(id);
    affected.push({
      unit: unit ?? joined,
      state: unit === undefined ? "gone" : was.has(id) ? "present" : "new",
      reasons: [shortest, ...others],
    });
  }
  const because = collector.sharedByAll([...units.values()]);
  return {
    all: because !== undefined,
    because,
    units: affected,
    withoutEffect: interpreted
      .filter((path) => !collector.hasEffect(path))
      .map((path) => ({ path, why: whyNot(path) })),
    problems: joinProblems(base.graph, now.graph),
  };
}
