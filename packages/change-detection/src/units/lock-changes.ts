import type { CauseCollector } from "./cause-collector.ts";
import type { Comparison } from "./comparison.ts";
import { compareLocks, type ImporterDifference } from "./locks/compare-locks.ts";
import type { LockMember } from "./locks/lock-graph.ts";
import { lockKind, readLock } from "./locks/read-lock.ts";
import { folderOf, isWithin, pathBelow, resolvePath } from "./repository-path.ts";
import type { Tree } from "../trees/tree.ts";
import { unitId, type Unit, type UnitGraph } from "./unit.ts";

/** Both sides of a comparison. */
export interface LockSides extends Pick<Comparison, "base" | "now" | "units" | "ownersOf"> {
  /** Whether packages see what the root of their workspace depends on. */
  readonly rootDependencies: "all" | "root";
}

/** The units that a lock file is for; none where the file lies beside no workspace and no unit of its kind. */
export function unitsOfLock(path: string, units: Iterable<Unit>): readonly Unit[] {
  const kind = lockKind(path);
  const folder = folderOf(path);
  const found = kind === undefined ? [] : [...units].filter((unit) => unit.kind === kind && unit.workspace === folder);
  if (found.length === 0) return [];
  return folder === "" ? [...found, ...[...units].filter((unit) => unit.kind === "root")] : found;
}

function membersOf(path: string, graph: UnitGraph): readonly LockMember[] {
  const folder = folderOf(path);
  return unitsOfLock(path, graph.units)
    .filter(({ directory }) => isWithin(directory, folder))
    .map(({ directory, name, requires }) => ({ folder: pathBelow(directory, folder), name, requires }));
}

async function readSide(tree: Tree, path: string): Promise<Uint8Array | undefined | { readonly reason: string }> {
  try {
    return await tree.read(path);
  } catch (error) {
    return { reason: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/**
 * Compares one changed lock file at base and now and adds a cause for each unit that resolves differently; for all units of the file
 * where that cannot be told.
 */
export async function addLockChanges(path: string, sides: LockSides, collector: CauseCollector): Promise<void> {
  const scope = unitsOfLock(path, sides.units.values());
  const everything = (what: string): void => collector.addAll(scope, { kind: "lock", path, what });
  const [before, after] = await Promise.all([readSide(sides.base.tree, path), readSide(sides.now.tree, path)]);
  if (before === undefined || after === undefined) {
    everything(before === after ? "is there on neither side" : before === undefined ? "is new" : "is gone");
    return;
  }
  if ("reason" in before || "reason" in after) {
    everything("reason" in before ? `at the base it ${before.reason}` : "reason" in after ? after.reason : "");
    return;
  }
  const base = await readLock(path, before, membersOf(path, sides.base.graph));
  if ("reason" in base) {
    everything(`at the base it ${base.reason}`);
    return;
  }
  const now = await readLock(path, after, membersOf(path, sides.now.graph));
  if ("reason" in now) {
    everything(now.reason);
    return;
  }
  const difference = compareLocks(base.graph, now.graph);
  if (difference.kind === "everything") {
    everything(difference.what);
    return;
  }
  const locate = now.graph.importersAre === "folders" ? unitsInFolder : unitsByName;
  const [was, is] = [sides.base.graph, sides.now.graph].map(({ units }) => new Set(units.map(({ id }) => id)));
  for (const importer of difference.importers) {
    const { what } = importer;
    for (const unit of locate(path, importer, scope, sides)) {
      // The files of a unit that is new or gone say so better.
      const isOneSided = was?.has(unit.id) !== is?.has(unit.id);
      if (!importer.isOneSided || !isOneSided) collector.add(unit, { kind: "lock", path, what });
    }
    if (isSeenByAll(path, importer, sides)) everything(`${what}, of the root package`);
  }
}

/** Node finds the packages of the root from every folder below it. */
function isSeenByAll(
  path: string,
  { importer, isRemovalOnly, isOneSided }: ImporterDifference,
  sides: LockSides,
): boolean {
  return (
    sides.rootDependencies === "all" && lockKind(path) === "js" && importer === "" && !isRemovalOnly && !isOneSided
  );
}

function unitsInFolder(
  path: string,
  { importer }: ImporterDifference,
  scope: readonly Unit[],
  { units, ownersOf }: LockSides,
): readonly Unit[] {
  const folder = resolvePath(folderOf(path), importer);
  if (folder === undefined) return scope;
  const unit = units.get(unitId(lockKind(path) ?? "root", folder));
  return unit === undefined ? ownersOf(folder) : [unit];
}

function unitsByName(
  path: string,
  { importer }: ImporterDifference,
  scope: readonly Unit[],
  { units }: LockSides,
): readonly Unit[] {
  const own = scope.filter(({ name }) => name === importer);
  if (own.length > 0) return own;
  // A path dependency of another workspace has a lock file of its own there; who needs it from here reaches it in this one.
  const kind = lockKind(path);
  const isElsewhere = [...units.values()].some((unit) => unit.kind === kind && unit.name === importer);
  return isElsewhere ? [] : scope;
}
