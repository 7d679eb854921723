import { canonical, field, fieldsOf, textOf, textsOf } from "../field.ts";
import { isWithin, foldersAbove, joinPath, resolvePath } from "../repository-path.ts";
import { isAside, standsAlone, type TreeScan } from "../scan-tree.ts";
import type { DependencyKind, Inherited, Workspace } from "../unit.ts";
import { createMemberMatcher } from "./match-members.ts";
import {
  addDependency,
  createDraft,
  indexByName,
  noteBrokenManifest,
  noteBrokenRoots,
  noteRefused,
  type Found,
  type UnitDraft,
} from "./unit-draft.ts";

const MANIFEST = "Cargo.toml";
const GROUPS: readonly (readonly [string, DependencyKind])[] = [
  ["dependencies", "runtime"],
  ["dev-dependencies", "dev"],
  ["dev_dependencies", "dev"],
  ["build-dependencies", "build"],
  ["build_dependencies", "build"],
];

interface CrateDependency {
  readonly key: string;
  readonly value: unknown;
  readonly kind: DependencyKind;
}

/** All dependency tables of a manifest, those of `[target.*]` included. */
function dependenciesOf(manifest: unknown): readonly CrateDependency[] {
  const tables = [manifest, ...fieldsOf(field(manifest, "target")).map(([, table]) => table)];
  return tables.flatMap((table) =>
    GROUPS.flatMap(([group, kind]) => fieldsOf(field(table, group)).map(([key, value]) => ({ key, value, kind }))),
  );
}

/** What members of a workspace take from its root manifest whether they name it or not. */
function sharedOf(path: string, root: unknown): readonly Inherited[] {
  return [
    ["`profile`", field(root, "profile")],
    ["`patch`", field(root, "patch")],
    ["`replace`", field(root, "replace")],
    ["`cargo-features`", field(root, "cargo-features")],
    ["`workspace.resolver`", field(root, "workspace", "resolver")],
    ["`package.resolver`", field(root, "package", "resolver")],
  ].map(([what, value]) => ({ path, what: String(what), value: canonical(value) }));
}

/** What a member takes from the root manifest because it says `workspace = true`. */
function inheritedOf(path: string, root: unknown, manifest: unknown): readonly Inherited[] {
  const inherited: Inherited[] = [];
  const add = (what: string, value: unknown): void => {
    inherited.push({ path, what, value: canonical(value) });
  };
  for (const { key, value } of dependenciesOf(manifest)) {
    if (isInherited(value))
      add(`workspace dependency ${JSON.stringify(key)}`, field(root, "workspace", "dependencies", key));
  }
  for (const [key, value] of fieldsOf(field(manifest, "package"))) {
    if (isInherited(value)) add(`\`workspace.package.${key}\``, field(root, "workspace", "package", key));
  }
  if (isInherited(field(manifest, "lints"))) add("`workspace.lints`", field(root, "workspace", "lints"));
  return inherited;
}

function isInherited(value: unknown): boolean {
  return field(value, "workspace") === true;
}

/**
 * Finds the crates of Cargo: `members` less `exclude` with the path dependencies inside the workspace, crates that others name by
 * path, and crates that stand alone.
 * @see https://doc.rust-lang.org/cargo/reference/workspaces.html
 */
export async function findCargoUnits(scan: TreeScan): Promise<Found> {
  const folders = scan.foldersWith(MANIFEST);
  const folderSet = new Set(folders);
  const drafts = new Map<string, UnitDraft>();
  const workspaces: Workspace[] = [];
  const excluded = new Map<string, readonly string[]>();
  const read = (folder: string): Promise<unknown> => scan.read(joinPath(folder, MANIFEST), "toml");
  const add = (folder: string, workspace: string): void => {
    if (!drafts.has(folder)) drafts.set(folder, createDraft("cargo", folder, joinPath(folder, MANIFEST), workspace));
  };
  await scan.readAll(
    folders.filter((folder) => !isAside(folder)).map((folder) => joinPath(folder, MANIFEST)),
    "toml",
  );
  for (const folder of folders) {
    if (drafts.has(folder) || isAside(folder)) continue;
    const manifest = await read(folder);
    const workspace = field(manifest, "workspace");
    if (workspace === undefined) {
      const pointed = textOf(field(manifest, "package", "workspace"));
      const owner = pointed === undefined ? undefined : resolvePath(folder, pointed);
      const isInside = [...foldersAbove(folder)].some((above) => above !== "" && drafts.has(above));
      if (owner !== undefined && folderSet.has(owner)) add(folder, owner);
      else if (!isInside && standsAlone(folder, folderSet, scan.has(joinPath(folder, "Cargo.lock"))))
        add(folder, folder);
      continue;
    }
    const definition = joinPath(folder, MANIFEST);
    workspaces.push({ kind: "cargo", directory: folder, definition });
    const outside = textsOf(field(workspace, "exclude"));
    excluded.set(
      folder,
      outside.flatMap((one) => resolvePath(folder, one) ?? []),
    );
    if (field(manifest, "package") !== undefined) add(folder, folder);
    const matcher = createMemberMatcher(folder, textsOf(field(workspace, "members")));
    noteRefused(scan, definition, matcher);
    const isExcluded = (member: string): boolean => (excluded.get(folder) ?? []).some((one) => isWithin(member, one));
    for (const member of folders.filter(matcher.matches)) if (!isExcluded(member)) add(member, folder);
  }
  // A Map may grow while it is walked: what is added is visited as well.
  for (const { directory, workspace } of drafts.values()) {
    for (const folder of await pathDependencies(scan, directory, workspace)) {
      if (!folderSet.has(folder)) continue;
      const isMember =
        isWithin(folder, workspace) && !(excluded.get(workspace) ?? []).some((one) => isWithin(folder, one));
      add(folder, isMember ? workspace : folder);
    }
  }
  await fillIn(scan, drafts);
  noteBrokenRoots(scan, drafts, folders);
  return { units: [...drafts.values()], workspaces };
}

async function pathDependencies(scan: TreeScan, directory: string, workspace: string): Promise<readonly string[]> {
  const root = await scan.read(joinPath(workspace, MANIFEST), "toml");
  return dependenciesOf(await scan.read(joinPath(directory, MANIFEST), "toml")).flatMap(
    ({ key, value }) => pathOf(directory, workspace, root, key, value) ?? [],
  );
}

/** The folder that a dependency names, by itself or through `[workspace.dependencies]`. */
function pathOf(directory: string, workspace: string, root: unknown, key: string, value: unknown): string | undefined {
  const inherited = isInherited(value);
  const path = textOf(field(inherited ? field(root, "workspace", "dependencies", key) : value, "path"));
  return path === undefined ? undefined : resolvePath(inherited ? workspace : directory, path);
}

async function fillIn(scan: TreeScan, drafts: ReadonlyMap<string, UnitDraft>): Promise<void> {
  for (const draft of drafts.values()) {
    const manifest = await scan.read(draft.manifest ?? "", "toml");
    draft.name = textOf(field(manifest, "package", "name")) ?? draft.name;
    noteBrokenManifest(scan, draft);
  }
  const byName = indexByName(scan, drafts.values());
  for (const draft of drafts.values()) {
    const { workspace, directory } = draft;
    const rootPath = joinPath(workspace, MANIFEST);
    const root = await scan.read(rootPath, "toml");
    const manifest = await scan.read(draft.manifest ?? "", "toml");
    draft.inherits.push(...sharedOf(rootPath, root), ...inheritedOf(rootPath, root, manifest));
    const patched = new Map<string, string>();
    for (const [, source] of fieldsOf(field(root, "patch"))) {
      for (const [name, value] of fieldsOf(source)) {
        const path = textOf(field(value, "path"));
        const folder = path === undefined ? undefined : resolvePath(workspace, path);
        if (folder !== undefined) patched.set(name, folder);
      }
    }
    for (const { key, value, kind } of dependenciesOf(manifest)) {
      const details = isInherited(value) ? field(root, "workspace", "dependencies", key) : value;
      const name = textOf(field(details, "package")) ?? key;
      const folder = pathOf(directory, workspace, root, key, value) ?? patched.get(name);
      const target = folder === undefined ? undefined : drafts.get(folder);
      if (target !== undefined) addDependency(draft, target, kind);
      else if (folder !== undefined) {
        for (const one of byName.get(name) ?? []) addDependency(draft, one, kind);
      }
    }
  }
}
