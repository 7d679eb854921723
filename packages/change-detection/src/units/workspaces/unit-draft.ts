import { isWithin } from "../repository-path.ts";
import type { TreeScan } from "../scan-tree.ts";
import {
  unitId,
  type DependencyKind,
  type Inherited,
  type Requirement,
  type Unit,
  type UnitKind,
  type Workspace,
} from "../unit.ts";
import type { MemberMatcher } from "./match-members.ts";

/** What a reader of one kind of workspace finds. */
export interface Found {
  readonly units: readonly Unit[];
  readonly workspaces: readonly Workspace[];
}

/** A unit while its dependencies are being collected. */
export interface UnitDraft extends Unit {
  name: string;
  workspace: string;
  readonly dependencies: { unit: string; kind: DependencyKind; manifest: string }[];
  readonly inherits: Inherited[];
  readonly requires: Requirement[];
}

export function createDraft(kind: UnitKind, directory: string, manifest: string, workspace: string): UnitDraft {
  return {
    id: unitId(kind, directory),
    name: directory === "" ? "root" : directory,
    directory,
    kind,
    manifest,
    workspace,
    dependencies: [],
    inherits: [],
    requires: [],
  };
}

/** Adds an edge, unless it is there already or leads to the unit itself. */
export function addDependency(from: UnitDraft, to: Unit, kind: DependencyKind): void {
  if (from.id === to.id || from.manifest === undefined) return;
  if (from.dependencies.some((one) => one.unit === to.id && one.kind === kind)) return;
  from.dependencies.push({ unit: to.id, kind, manifest: from.manifest });
}

/** Beyond this many edges a unit whose dependencies are unknown counts as affected by any change instead. */
const MAX_ASSUMED = 2000;

/** Lets a unit whose dependencies are unknown need all that it may need, and says so. */
export function assumeDependencies(
  scan: TreeScan,
  from: UnitDraft,
  candidates: Iterable<UnitDraft>,
  reason: string,
): void {
  const known = new Set(from.dependencies.map(({ unit }) => unit));
  const others = [...candidates].filter(({ id }) => id !== from.id && !known.has(id));
  if (others.length === 0) return;
  const path = from.manifest ?? from.directory;
  if (others.length > MAX_ASSUMED) {
    scan.problems.push({ path, reason: `${reason}; any change counts`, affects: "unit", unit: from.id });
    return;
  }
  for (const { id } of others) from.dependencies.push({ unit: id, kind: "runtime", manifest: path });
  scan.problems.push({ path, reason: `${reason}; it counts as needing all of its workspace`, affects: "nothing" });
}

/** Notes a manifest that is there and cannot be read: its unit counts as affected by any change. */
export function noteBrokenManifest(scan: TreeScan, draft: UnitDraft): void {
  const { manifest } = draft;
  const reason = manifest === undefined ? undefined : scan.reasonOf(manifest);
  if (manifest !== undefined && reason !== undefined) {
    scan.problems.push({ path: manifest, reason, affects: "unit-and-dependents", unit: draft.id });
  }
}

/**
 * Notes roots that cannot be read and that may have had members: which units there are is then unknown.
 * @param folders - All folders with a manifest of this kind.
 */
export function noteBrokenRoots(
  scan: TreeScan,
  drafts: ReadonlyMap<string, UnitDraft>,
  folders: readonly string[],
): void {
  for (const { directory, workspace, manifest } of drafts.values()) {
    const reason = manifest === undefined || directory !== workspace ? undefined : scan.reasonOf(manifest);
    if (manifest === undefined || reason === undefined) continue;
    if (folders.some((folder) => folder !== directory && isWithin(folder, directory))) {
      scan.problems.push({ path: manifest, reason: `${reason}, so its members are unknown`, affects: "everything" });
    }
  }
}

/** Notes member patterns that cannot be followed. */
export function noteRefused(scan: TreeScan, definition: string, { outside, refused }: MemberMatcher): void {
  const quote = (pattern: string): string => JSON.stringify(pattern.slice(0, 200));
  for (const pattern of outside) {
    const reason = `the member pattern ${quote(pattern)} leads out of the repository`;
    scan.problems.push({ path: definition, reason, affects: "nothing" });
  }
  for (const pattern of refused) {
    const reason = `the member pattern ${quote(pattern)} is not understood, so members may be missing`;
    scan.problems.push({ path: definition, reason, affects: "everything" });
  }
}

/** Groups drafts by name and says so where two share one. */
export function indexByName(
  scan: TreeScan,
  drafts: Iterable<UnitDraft>,
  nameOfDraft: (draft: UnitDraft) => string = ({ name }) => name,
): ReadonlyMap<string, readonly UnitDraft[]> {
  const index = new Map<string, UnitDraft[]>();
  for (const draft of drafts) {
    const name = nameOfDraft(draft);
    const same = index.get(name);
    if (same === undefined) {
      index.set(name, [draft]);
      continue;
    }
    same.push(draft);
    scan.problems.push({
      path: draft.manifest ?? draft.directory,
      reason: `the name ${JSON.stringify(name)} is also that of ${same[0]?.directory ?? ""}; dependents count for both`,
      affects: "nothing",
    });
  }
  return index;
}
