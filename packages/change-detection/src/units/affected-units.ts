import { categorise, type CategoryRule } from "../categories/categorise.ts";
import type { Change } from "../change.ts";
import { createPathMatcher } from "../create-path-matcher.ts";
import { createCauseCollector, type CauseCollector } from "./cause-collector.ts";
import { findExtendedSettings, maySettingsExtend } from "./extended-settings.ts";
import { DEFAULT_GLOBAL_FILES } from "./global-files.ts";
import { addLockChanges, unitsOfLock } from "./lock-changes.ts";
import { createOwnerIndex, nearestOwners } from "./owner-index.ts";
import { readUnits } from "./read-units.ts";
import type { AffectedReason, Cause } from "./reason.ts";
import { folderOf, isWithin, nameOf, pathBelow } from "./repository-path.ts";
import { LOCK_NAMES, MANIFEST_NAMES } from "./scan-tree.ts";
import { spread } from "./spread.ts";
import type { Tree } from "./tree.ts";
import type { Inherited, Unit, UnitGraph, UnitProblem, Workspace } from "./unit.ts";
import { UNPINNED } from "./workspaces/find-js-units.ts";

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
  readonly categories?: readonly CategoryRule[] | undefined;
}

/** A unit that changes reach. */
export interface AffectedUnit {
  /** As it is now; as it was where it is gone. */
  readonly unit: Unit;
  readonly state: "present" | "new" | "gone";
  /** Why, the shortest chain first; never empty, at most eight. */
  readonly reasons: readonly AffectedReason[];
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

/** Definitions that hold nothing but what members take over or what names them: they belong to no unit. */
const DEFINITIONS = new Set(["pnpm-workspace.yaml", ".yarnrc.yml", "go.work"]);
const INTEGRITY = new Set(["go.sum", "go.work.sum"]);
/** Folders of helpers that other units' tests are likely to use: changes in them spread although they are tests. */
const TEST_HELPERS =
  /(?:^|\/)(?:tests?[-_]?(?:utils?|helpers?|support|kit|lib|libs|fixtures?|harness|common|tools)|testing)(?:\/|$)/i;

interface Side {
  readonly tree: Tree;
  readonly graph: UnitGraph;
}

/** On which sides a path is there, as far as the status of its change tells. */
interface Sides {
  readonly base: boolean;
  readonly now: boolean;
}

interface Comparison {
  readonly base: Side;
  readonly now: Side;
  readonly units: ReadonlyMap<string, Unit>;
  /** Owners of a path at the base and now: a folder may have become a unit, or ceased to be one. */
  readonly ownersOf: (path: string, sides?: Sides) => readonly Unit[];
  readonly unitsBelow: (path: string) => readonly Unit[];
  readonly workspaces: readonly Workspace[];
  /** Both ends of every change. */
  readonly changed: ReadonlyMap<string, Sides>;
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
function mayGraphDiffer(changed: ReadonlyMap<string, Sides>): boolean {
  for (const path of changed.keys()) {
    const name = nameOf(path);
    if (MANIFEST_NAMES.has(name) || LOCK_NAMES.has(name) || /\.(?:gradle|kts|xml)$/.test(name) || path.endsWith("/")) {
      return true;
    }
  }
  return false;
}

/** Tells tests from the rest: the user's rules on the whole path, then the built-in ones from the folder of the unit. */
function testMatcher(rules: readonly CategoryRule[]): (path: string, unit: Unit) => boolean {
  const own = rules.map((rule) => ({ category: rule.category, matches: createPathMatcher(rule.globs) }));
  return (path, unit) => {
    const rule = own.find(({ matches }) => matches(path));
    if (rule !== undefined) return rule.category === "tests";
    // A unit that lies in a folder such as `tests/` is no test for that.
    const below = isWithin(path, unit.directory) ? pathBelow(path, unit.directory) : path;
    return !TEST_HELPERS.test(folderOf(below)) && categorise(below).category === "tests";
  };
}

function addProblems({ base, now, units }: Comparison, collector: CauseCollector): void {
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
function addInherited(comparison: Comparison, collector: CauseCollector, options: AffectedUnitsOptions): void {
  const { base, now, units, changed } = comparison;
  if (base.graph === now.graph) return;
  const sides = sidesOf(comparison);
  // The root itself owns the file.
  const isIgnored = ({ what }: Inherited): boolean => options.rootDependencies === "root" && what.endsWith(UNPINNED);
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
function addMembership(comparison: Comparison, collector: CauseCollector): void {
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

/** The units that a changed file decides for; `undefined` where it is not global. */
function globalScope(
  path: string,
  isGlobal: (path: string) => boolean,
  { units, workspaces }: Comparison,
): readonly Unit[] | undefined {
  if (isGlobal(path)) return [...units.values()];
  for (const { directory } of workspaces) {
    if (directory === "" || !isWithin(path, directory) || path === directory) continue;
    if (isGlobal(pathBelow(path, directory))) {
      return [...units.values()].filter((unit) => isWithin(unit.directory, directory));
    }
  }
  return undefined;
}

/** Why a file that was looked into reached nobody. */
function whyNot(path: string): string {
  const name = nameOf(path);
  if (INTEGRITY.has(name)) return "holds checksums only; go.mod decides";
  return LOCK_NAMES.has(name) ? "no unit resolves differently" : "no unit takes anything from it that changed";
}

async function addChanges(
  comparison: Comparison,
  options: AffectedUnitsOptions,
  collector: CauseCollector,
): Promise<readonly string[]> {
  const { base, now, units, ownersOf, unitsBelow, workspaces, changed } = comparison;
  const isGlobal = createPathMatcher(options.global ?? DEFAULT_GLOBAL_FILES);
  const isTest = testMatcher(options.categories ?? []);
  const homes = new Set(workspaces.map(({ kind, directory }) => `${kind}:${directory}`));
  const goFolders = new Set(
    [...units.values()].flatMap((unit) => (unit.kind === "go" ? [unit.directory, unit.workspace] : [])),
  );
  const interpreted: string[] = [];
  const settings = new Set<string>();
  for (const [path, sides] of changed) {
    const [name, folder] = [nameOf(path), folderOf(path)];
    const scope = globalScope(path, isGlobal, comparison);
    if (scope !== undefined) collector.addAll(scope, { kind: "global", path, what: "decides for everything below" });
    if (unitsOfLock(path, LOCK_NAMES.has(name) ? units.values() : []).length > 0) {
      interpreted.push(path);
      await addLockChanges(path, { ...comparison, rootDependencies: options.rootDependencies ?? "all" }, collector);
      continue;
    }
    if (
      (DEFINITIONS.has(name) && homes.has(`${name === "go.work" ? "go" : "js"}:${folder}`)) ||
      (INTEGRITY.has(name) && goFolders.has(folder))
    ) {
      interpreted.push(path);
      continue;
    }
    const found = ownersOf(path, sides);
    const isShared =
      path.endsWith(".json") && !MANIFEST_NAMES.has(name) && found.every(({ directory }) => directory === "");
    if (isShared || maySettingsExtend(path)) {
      settings.add(path);
    }
    for (const unit of found) {
      // With many changes most files tell nothing new of their unit.
      if (collector.isSettled(unit)) continue;
      collector.add(unit, { kind: "file", path }, options.spreadTests === true || !isTest(path, unit));
    }
    // A folder that became a file or a submodule takes the units in it along.
    for (const unit of unitsBelow(path)) collector.add(unit, { kind: "file", path });
  }
  if (settings.size > 0) {
    for (const { tree } of base.tree === now.tree ? [now] : [base, now]) {
      for (const { path, by, reason } of await findExtendedSettings(tree, settings)) {
        const cause: Cause =
          reason === undefined
            ? { kind: "inherited", path, what: `extended by ${by}` }
            : { kind: "unknown", path: by, what: reason };
        for (const unit of ownersOf(by)) collector.add(unit, cause);
      }
    }
  }
  return interpreted;
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
function endsOf(changes: readonly Pick<Change, "path" | "previousPath" | "status">[]): {
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
  const { changes, base: baseTree, now: nowTree } = options;
  if (changes !== "unknown" && changes.length === 0) return NOTHING;
  const graph = await readUnits(nowTree, { units: options.units });
  if (changes === "unknown") return everything(graph, { kind: "unknown", what: "it is not known what changed" });
  if (baseTree === undefined)
    return everything(graph, { kind: "unknown", what: "the files at the base are not known" });
  const { changed, hasFolder } = endsOf(changes);
  let baseGraph = graph;
  if ((options.units ?? []).length > 0 || hasFolder || mayGraphDiffer(changed)) {
    try {
      baseGraph = await readUnits(baseTree, { units: options.units });
    } catch (error) {
      const what = `the base cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      return everything(graph, { kind: "unknown", what });
    }
  }
  const units = joinUnits(baseGraph, graph);
  const comparison: Comparison = {
    base: { tree: baseTree, graph: baseGraph },
    now: { tree: nowTree, graph },
    units,
    ...findOwners(baseGraph, graph, units),
    workspaces: [...(baseGraph === graph ? [] : baseGraph.workspaces), ...graph.workspaces],
    changed,
  };
  const collector = createCauseCollector();
  addProblems(comparison, collector);
  addInherited(comparison, collector, options);
  const interpreted = await addChanges(comparison, options, collector);
  addMembership(comparison, collector);
  return conclude(comparison, collector, interpreted);
}

/** What is wrong on both sides is said once. */
function joinProblems(base: UnitGraph, now: UnitGraph): readonly UnitProblem[] {
  const all = [...now.problems, ...base.problems];
  return [...new Map(all.map((one) => [`${one.path}\n${one.reason}\n${one.unit ?? ""}`, one])).values()];
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
    const why = reasons.get(id);
    if (why === undefined) continue;
    const unit = is.get(id);
    affected.push({
      unit: unit ?? joined,
      state: unit === undefined ? "gone" : was.has(id) ? "present" : "new",
      reasons: why,
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
