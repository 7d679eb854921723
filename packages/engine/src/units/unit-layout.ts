import { createHash } from "node:crypto";
import {
  createPathMatcher,
  DEFAULT_GLOBAL_FILES,
  describeReason,
  type AffectedReason,
  type DependencyKind,
  type FileEntry,
  type Unit,
  type UnitGraph,
  type UnitKind,
} from "@ai-workflow/change-detection";
import { LOCK_FILES } from "../selection/lock-files.ts";
import { orderUnits } from "./order-units.ts";
import { labelUnits } from "./unit-labels.ts";

/** A folder that steps are done for. Units of several kinds in one folder, such as a crate and its npm package, are one. */
export interface LaidUnit {
  /** Unique, and safe in the id of a step. */
  readonly label: string;
  /** As its manifest calls it. */
  readonly name: string;
  /** Relative to the target, `""` for the target itself. */
  readonly directory: string;
  /** Folders of the units that come directly before it. */
  readonly before: readonly string[];
  /** Folders of itself and of all units that it needs, also through others. */
  readonly reads: ReadonlySet<string>;
  /** Whether it is only the frame that holds others together, for which steps are done where a filter names it. */
  readonly isFrame: boolean;
}

/** The units of a target and what follows from their manifests. */
export interface UnitLayout {
  /** Equal for layouts in which the same units read the same. */
  readonly key: string;
  /** By folder, in the order of folders. */
  readonly units: ReadonlyMap<string, LaidUnit>;
  /** Folders of units that need each other in a circle. */
  readonly circles: readonly (readonly string[])[];
  /** Folders of the units that a file belongs to; none for what no unit owns. */
  readonly ownersOf: (path: string) => readonly string[];
  /** Whether a file outside of all units that the unit reads decides for it: a lock file, the version of a runtime, the manifest of its workspace. */
  readonly isShared: (path: string, unit: LaidUnit) => boolean;
  /** Of all files those that may matter to the unit: its own, of what it needs, and those that several share. */
  readonly filesFor: (files: readonly FileEntry[], unit: LaidUnit) => readonly FileEntry[];
  /** How a file matters to a unit, such as `packages/ui/a.ts -> @shop/ui -> @shop/web`; `undefined` for a file of its own. */
  readonly chainTo: (path: string, unit: LaidUnit) => string | undefined;
}

/** Kinds whose unit at the root is a frame rather than a package that is built like its members. */
const FRAME_KINDS: ReadonlySet<UnitKind> = new Set(["js", "maven", "gradle"]);

/** Where units of several kinds share a folder, the first of these gives the name. */
const KIND_ORDER: readonly UnitKind[] = ["js", "cargo", "go", "python", "maven", "gradle", "globs", "root"];

/** Manifests of a workspace and files that members take settings from, in the folder of the workspace. */
const WORKSPACE_FILES: readonly string[] = [
  ...DEFAULT_GLOBAL_FILES,
  "package.json",
  "pnpm-workspace.yaml",
  ".yarnrc.yml",
  "tsconfig*.json",
  "jsconfig*.json",
  "Cargo.toml",
  "go.work",
  "go.work.sum",
  "pyproject.toml",
  "pom.xml",
  "*.gradle",
  "*.gradle.kts",
  "gradle.properties",
  "gradle/**",
];

interface Edge {
  readonly directory: string;
  readonly kind: DependencyKind;
  readonly manifest: string;
}

const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const isAbove = (folder: string, directory: string): boolean =>
  folder === "" || directory === folder || directory.startsWith(`${folder}/`);

/** Works out which steps are done for which folders, in which order, and what each of them reads. Pure. */
export function createUnitLayout(graph: UnitGraph): UnitLayout {
  // What no manifest owns is no package of anybody.
  const known = graph.units.filter(({ kind }) => kind !== "root");
  const byFolder = new Map<string, Unit[]>();
  for (const unit of [...known].sort((a, b) => compareText(a.directory, b.directory))) {
    byFolder.set(unit.directory, [...(byFolder.get(unit.directory) ?? []), unit]);
  }
  const folderOfUnit = new Map(known.map(({ id, directory }) => [id, directory]));
  const edges = new Map<string, readonly Edge[]>();
  for (const [directory, units] of byFolder) {
    const list = units.flatMap(({ dependencies }) =>
      dependencies.flatMap(({ unit, kind, manifest }) => {
        const needed = folderOfUnit.get(unit);
        return needed === undefined || needed === directory ? [] : [{ directory: needed, kind, manifest }];
      }),
    );
    edges.set(directory, list);
  }
  const unclear = unclearFolders(graph, byFolder, folderOfUnit);
  const { before, circles } = orderUnits(
    new Map(
      [...edges].map(([directory, list]) => [
        directory,
        list.map((edge) => ({ directory: edge.directory, isDev: edge.kind === "dev" })),
      ]),
    ),
  );
  const members = [...byFolder.keys()].some((directory) => directory !== "");
  const names = new Map([...byFolder].map(([directory, units]) => [directory, nameOf(units)]));
  const labels = labelUnits([...names].map(([directory, name]) => ({ directory, name })));
  const units = new Map<string, LaidUnit>();
  for (const [directory, merged] of byFolder) {
    units.set(directory, {
      label: labels.get(directory) ?? directory,
      name: names.get(directory) ?? directory,
      directory,
      before: before.get(directory) ?? [],
      reads: unclear.has(directory) ? new Set(byFolder.keys()) : reach(directory, edges, unclear, byFolder),
      isFrame: directory === "" && members && merged.every(({ kind }) => FRAME_KINDS.has(kind)),
    });
  }
  const ownersOf = createOwners(byFolder);
  const { isShared, isCandidate } = createShared(graph, byFolder);
  return {
    key: hashLayout(graph),
    units,
    circles,
    ownersOf,
    isShared,
    filesFor: createFilesFor(ownersOf, isCandidate),
    chainTo: (path, unit) => chainTo(path, unit, { ownersOf, edges, names }),
  };
}

function nameOf(units: readonly Unit[]): string {
  const [first] = [...units].sort((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind));
  return first === undefined ? "" : first.name;
}

/** Folders of units of whose needs nobody can be sure: they read everything. */
function unclearFolders(
  { problems }: UnitGraph,
  byFolder: ReadonlyMap<string, readonly Unit[]>,
  folderOfUnit: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const unclear = new Set<string>();
  for (const { affects, unit } of problems) {
    const directory = unit === undefined ? undefined : folderOfUnit.get(unit);
    if (directory === undefined || affects === "nothing") continue;
    unclear.add(directory);
    if (affects !== "unit-and-dependents") continue;
    // Its name is unknown, so each of its neighbours may need it.
    const workspaces = new Set((byFolder.get(directory) ?? []).map(({ workspace }) => workspace));
    for (const [other, units] of byFolder) if (units.some((one) => workspaces.has(one.workspace))) unclear.add(other);
  }
  return unclear;
}

function reach(
  from: string,
  edges: ReadonlyMap<string, readonly Edge[]>,
  unclear: ReadonlySet<string>,
  all: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const found = new Set([from]);
  for (const at of found) {
    // Nobody knows what this one needs.
    if (unclear.has(at)) return new Set(all.keys());
    for (const { directory } of edges.get(at) ?? []) found.add(directory);
  }
  return found;
}

/**
 * Of each kind the nearest unit owns a path, as an npm package and the crate inside it do; the root only what nobody else owns. Folders
 * are few, so each is looked up once.
 */
function createOwners(byFolder: ReadonlyMap<string, readonly Unit[]>): UnitLayout["ownersOf"] {
  const known = new Map<string, readonly string[]>();
  const ofFolder = (folder: string): readonly string[] => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const kinds = new Set<UnitKind>();
    const owners: string[] = [];
    for (let at = folder; at !== ""; at = folderOf(at)) {
      const fresh = (byFolder.get(at) ?? []).filter(({ kind }) => !kinds.has(kind));
      if (fresh.length > 0) owners.push(at);
      for (const { kind } of fresh) kinds.add(kind);
    }
    if (owners.length === 0 && byFolder.has("")) owners.push("");
    known.set(folder, owners);
    return owners;
  };
  // A submodule, or a repository inside, is a path of its own.
  return (path) => (byFolder.has(path) ? ofFolder(path) : ofFolder(folderOf(path)));
}

/** Files outside of units that decide for them. */
interface SharedFiles {
  readonly isShared: UnitLayout["isShared"];
  /** Whether the file decides for any unit at all. */
  readonly isCandidate: (path: string) => boolean;
}

/**
 * Lock files decide for what is below them, what is in the folder of a workspace for its members, the same of the target for all, and
 * what a manifest takes over from elsewhere for its unit.
 */
function createShared(graph: UnitGraph, byFolder: ReadonlyMap<string, readonly Unit[]>): SharedFiles {
  const isWorkspaceFile = createPathMatcher(WORKSPACE_FILES);
  const definitions = new Set(graph.workspaces.map(({ definition }) => definition));
  const takenOver = new Map<string, Set<string>>();
  const members = new Map<string, Set<string>>([["", new Set(byFolder.keys())]]);
  const add = (map: Map<string, Set<string>>, key: string, directory: string): void => {
    map.set(key, (map.get(key) ?? new Set()).add(directory));
  };
  for (const [directory, units] of byFolder) {
    for (const { workspace, inherits } of units) {
      add(members, workspace, directory);
      for (const { path } of inherits) add(takenOver, path, directory);
    }
  }
  const isLock = (path: string): boolean => LOCK_FILES.has(path.slice(path.lastIndexOf("/") + 1));
  const workspacesOf = (path: string): readonly string[] =>
    [...members.keys()].filter((workspace) => {
      if (!isAbove(workspace, path)) return false;
      const inside = workspace === "" ? path : path.slice(workspace.length + 1);
      return isWorkspaceFile(inside) || (definitions.has(path) && folderOf(path) === workspace);
    });
  const isReadBy = (unit: LaidUnit, directories: ReadonlySet<string> | undefined): boolean =>
    directories !== undefined && [...unit.reads].some((directory) => directories.has(directory));
  return {
    isShared: (path, unit) =>
      (isLock(path) && [...unit.reads].some((directory) => isAbove(folderOf(path), directory))) ||
      isReadBy(unit, takenOver.get(path)) ||
      workspacesOf(path).some((workspace) => isReadBy(unit, members.get(workspace))),
    isCandidate: (path) => isLock(path) || takenOver.has(path) || workspacesOf(path).length > 0,
  };
}

/** Files by owner, so that those of one unit are found without looking at all of them. */
function createFilesFor(
  ownersOf: UnitLayout["ownersOf"],
  isCandidate: SharedFiles["isCandidate"],
): UnitLayout["filesFor"] {
  interface Groups {
    readonly owned: ReadonlyMap<string, readonly FileEntry[]>;
    readonly candidates: readonly FileEntry[];
  }
  const known = new WeakMap<readonly FileEntry[], Groups>();
  const groupsOf = (files: readonly FileEntry[]): Groups => {
    const owned = new Map<string, FileEntry[]>();
    for (const file of files) {
      for (const owner of ownersOf(file.path)) {
        const group = owned.get(owner);
        if (group === undefined) owned.set(owner, [file]);
        else group.push(file);
      }
    }
    return { owned, candidates: files.filter(({ path }) => isCandidate(path)) };
  };
  return (files, { reads }) => {
    let groups = known.get(files);
    if (groups === undefined) known.set(files, (groups = groupsOf(files)));
    const { owned, candidates } = groups;
    // Units of two kinds may own one file.
    return [...new Set([...[...reads].flatMap((directory) => owned.get(directory) ?? []), ...candidates])];
  };
}

/** The shortest way from the owner of a file to a unit, in words. */
function chainTo(
  path: string,
  { directory }: LaidUnit,
  {
    ownersOf,
    edges,
    names,
  }: {
    readonly ownersOf: UnitLayout["ownersOf"];
    readonly edges: ReadonlyMap<string, readonly Edge[]>;
    readonly names: ReadonlyMap<string, string>;
  },
): string | undefined {
  const owners = new Set(ownersOf(path));
  if (owners.size === 0 || owners.has(directory)) return undefined;
  const cameFrom = new Map<string, { readonly user: string; readonly edge: Edge }>();
  const seen = new Set([directory]);
  for (const at of seen) {
    if (owners.has(at)) return describeReason(reasonFrom(at, path, cameFrom, names));
    for (const edge of edges.get(at) ?? []) {
      if (seen.has(edge.directory)) continue;
      seen.add(edge.directory);
      cameFrom.set(edge.directory, { user: at, edge });
    }
  }
  return undefined;
}

function reasonFrom(
  owner: string,
  path: string,
  cameFrom: ReadonlyMap<string, { readonly user: string; readonly edge: Edge }>,
  names: ReadonlyMap<string, string>,
): AffectedReason {
  const cause = { kind: "file", path } as const;
  const name = (directory: string): string => names.get(directory) ?? directory;
  let reason: AffectedReason = { cause, unit: owner, name: name(owner), length: 1 };
  for (let step = cameFrom.get(owner); step !== undefined; step = cameFrom.get(step.user)) {
    const { user, edge } = step;
    const { kind, manifest } = edge;
    reason = {
      cause,
      unit: user,
      name: name(user),
      length: reason.length + 1,
      dependency: { kind, manifest },
      previous: reason,
    };
  }
  return reason;
}

/** Changes when what follows from the same manifests does. */
const LAYOUT_VERSION = 1;

function hashLayout({ units, workspaces, problems }: UnitGraph): string {
  const text = JSON.stringify([LAYOUT_VERSION, units, workspaces, problems]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
