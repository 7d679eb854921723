import { canonical, field, fieldsOf, textOf, textsOf } from "../field.ts";
import { folderOf, foldersAbove, joinPath, resolvePath } from "../repository-path.ts";
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

const MANIFEST = "package.json";
const PNPM = "pnpm-workspace.yaml";
const YARN_SETTINGS = ".yarnrc.yml";
const LOCKS = ["pnpm-lock.yaml", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "bun.lock", "bun.lockb"];

const GROUPS: readonly (readonly [string, DependencyKind])[] = [
  ["dependencies", "runtime"],
  ["devDependencies", "dev"],
  ["peerDependencies", "peer"],
  ["optionalDependencies", "optional"],
];

/** Members of the root manifest that decide for every package of the workspace. */
const SHARED_FIELDS = [
  "packageManager",
  "devEngines",
  "engines",
  "volta",
  "overrides",
  "resolutions",
  "pnpm",
  "patchedDependencies",
  "trustedDependencies",
  "dependenciesMeta",
] as const;

/** Where a requirement leads: to a unit of this name, to a folder, or out of the repository. */
type Target = { readonly name: string } | { readonly folder: string } | undefined;

/**
 * Reads the range of a requirement. A name that a unit bears counts as that unit whatever the version range says, since package
 * managers link it where it fits and registries resolve it where not, and both can be set; only what plainly leads elsewhere (`npm:`,
 * git, http, GitHub shorthands) does not.
 */
function targetOf(name: string, range: string): Target {
  const path = /^(?:file|link|portal):(.*)$/.exec(range)?.[1];
  if (path !== undefined) return { folder: path };
  if (range.startsWith("workspace:")) {
    const rest = range.slice("workspace:".length);
    if (/^\.{1,2}(?:\/|$)/.test(rest)) return { folder: rest };
    const alias = /^(@?[^@]+)@/.exec(rest)?.[1];
    return { name: alias ?? name };
  }
  if (/^\.{0,2}\//.test(range)) return { folder: range };
  if (range.startsWith("catalog:") || range.startsWith("patch:")) return { name };
  return /^[a-z+]+:|\//i.test(range) ? undefined : { name };
}

function workspacePatterns(manifest: unknown): readonly string[] | undefined {
  const workspaces = field(manifest, "workspaces");
  if (Array.isArray(workspaces)) return textsOf(workspaces);
  const packages = field(workspaces, "packages");
  return Array.isArray(packages) ? textsOf(packages) : undefined;
}

interface Definition {
  readonly path: string;
  readonly patterns: readonly string[];
}

async function readDefinition(scan: TreeScan, folder: string): Promise<Definition | undefined> {
  const pnpm = joinPath(folder, PNPM);
  const manifest = joinPath(folder, MANIFEST);
  if (scan.has(pnpm)) {
    const settings = await scan.read(pnpm, "yaml");
    const reason = scan.reasonOf(pnpm);
    if (reason !== undefined) scan.problems.push({ path: pnpm, reason, affects: "everything" });
    const packages = field(settings, "packages");
    if (packages !== undefined && packages !== "" && !Array.isArray(packages)) {
      scan.problems.push({ path: pnpm, reason: "`packages` is not a list", affects: "everything" });
    }
    return { path: pnpm, patterns: textsOf(packages) };
  }
  if (!scan.has(manifest)) return undefined;
  const patterns = workspacePatterns(await scan.read(manifest, "json"));
  return patterns === undefined ? undefined : { path: manifest, patterns };
}

/** Catalogs by name, `default` for the unnamed one, with the file they are in. */
type Catalogs = ReadonlyMap<string, { readonly path: string; readonly value: string }>;

async function readCatalogs(scan: TreeScan, folder: string): Promise<Catalogs> {
  const entries = new Map<string, { readonly path: string; readonly value: string }>();
  const add = (path: string, source: unknown): void => {
    for (const [name, value] of fieldsOf(field(source, "catalog"))) {
      entries.set(`default ${name}`, { path, value: canonical(value) });
    }
    for (const [catalog, members] of fieldsOf(field(source, "catalogs"))) {
      for (const [name, value] of fieldsOf(members)) {
        entries.set(`${catalog} ${name}`, { path, value: canonical(value) });
      }
    }
  };
  const manifest = joinPath(folder, MANIFEST);
  const bun = await scan.read(manifest, "json");
  add(manifest, bun);
  add(manifest, field(bun, "workspaces"));
  for (const name of [YARN_SETTINGS, PNPM]) {
    const path = joinPath(folder, name);
    if (scan.has(path)) add(path, await scan.read(path, "yaml"));
  }
  return entries;
}

/** What every package of a workspace takes from the files at its root. */
async function readShared(scan: TreeScan, folder: string): Promise<readonly Inherited[]> {
  const shared: Inherited[] = [];
  const path = joinPath(folder, MANIFEST);
  const manifest = await scan.read(path, "json");
  for (const name of SHARED_FIELDS) {
    shared.push({ path, what: `\`${name}\``, value: canonical(field(manifest, name)) });
  }
  if (!LOCKS.some((name) => scan.has(joinPath(folder, name)))) {
    for (const [name] of GROUPS) {
      shared.push({
        path,
        what: `\`${name}\` of the root, which no lock file pins`,
        value: canonical(field(manifest, name)),
        isRootDependency: true,
      });
    }
  }
  for (const name of [PNPM, YARN_SETTINGS]) {
    const settingsPath = joinPath(folder, name);
    if (!scan.has(settingsPath)) continue;
    const rest = fieldsOf(await scan.read(settingsPath, "yaml")).filter(
      ([key]) => !["packages", "catalog", "catalogs"].includes(key),
    );
    shared.push({ path: settingsPath, what: "settings", value: canonical(Object.fromEntries(rest)) });
  }
  return shared;
}

function inheritedEntry(catalogs: Catalogs, root: string, name: string, range: string): Inherited {
  const catalog = range.slice("catalog:".length).trim();
  const entry = catalogs.get(`${catalog === "" ? "default" : catalog} ${name}`);
  return {
    path: entry?.path ?? joinPath(root, PNPM),
    what: `catalog entry ${JSON.stringify(name)}`,
    value: entry?.value ?? "missing",
  };
}

/**
 * Finds the packages of npm, yarn, pnpm and bun: workspace roots with their members (a `pnpm-workspace.yaml` goes before
 * `workspaces`), packages that others name by path, and packages that stand alone.
 */
export async function findJsUnits(scan: TreeScan): Promise<Found> {
  const folders = scan.foldersWith(MANIFEST);
  const folderSet = new Set(folders);
  const drafts = new Map<string, UnitDraft>();
  const workspaces: Workspace[] = [];
  const add = (folder: string, workspace: string): void => {
    if (!drafts.has(folder)) drafts.set(folder, createDraft("js", folder, joinPath(folder, MANIFEST), workspace));
  };
  const candidates = [...new Set([...scan.foldersWith(PNPM), ...folders])].sort((a, b) => a.length - b.length);
  await scan.readAll(
    folders.filter((folder) => !isAside(folder)).map((folder) => joinPath(folder, MANIFEST)),
    "json",
  );
  for (const folder of candidates) {
    if (isAside(folder) || isInsideUnit(folder, drafts)) continue;
    const definition = drafts.has(folder) ? undefined : await readDefinition(scan, folder);
    if (definition !== undefined) {
      workspaces.push({ kind: "js", directory: folder, definition: definition.path });
      if (folderSet.has(folder)) add(folder, folder);
      const matcher = createMemberMatcher(folder, definition.patterns);
      noteRefused(scan, definition.path, matcher);
      for (const member of folders.filter(matcher.matches)) add(member, folder);
    } else if (folderSet.has(folder)) {
      const hasLock = LOCKS.some((name) => scan.has(joinPath(folder, name)));
      if (standsAlone(folder, folderSet, hasLock)) add(folder, folder);
    }
  }
  await addNamedByPath(scan, drafts, folderSet, add);
  await fillIn(scan, drafts, folderSet);
  noteBrokenRoots(scan, drafts, folders);
  return { units: [...drafts.values()], workspaces };
}

/** Tells whether a folder lies inside a package that is not the root: what it holds then belongs to that package. */
function isInsideUnit(folder: string, drafts: ReadonlyMap<string, UnitDraft>): boolean {
  for (const above of foldersAbove(folder)) {
    const draft = drafts.get(above);
    if (above !== "" && draft !== undefined && draft.workspace !== draft.directory) return true;
  }
  return false;
}

/** Packages that a unit names by path are units too. */
async function addNamedByPath(
  scan: TreeScan,
  drafts: ReadonlyMap<string, UnitDraft>,
  folders: ReadonlySet<string>,
  add: (folder: string, workspace: string) => void,
): Promise<void> {
  // A Map may grow while it is walked: what is added is visited as well.
  for (const { directory, manifest, workspace } of drafts.values()) {
    const value = await scan.read(manifest ?? "", "json");
    for (const [group] of GROUPS) {
      for (const [name, range] of fieldsOf(field(value, group))) {
        const target = typeof range === "string" ? targetOf(name, range) : undefined;
        const folder = target !== undefined && "folder" in target ? resolvePath(directory, target.folder) : undefined;
        if (folder !== undefined && folders.has(folder)) add(folder, workspace);
      }
    }
  }
}

async function fillIn(
  scan: TreeScan,
  drafts: ReadonlyMap<string, UnitDraft>,
  folders: ReadonlySet<string>,
): Promise<void> {
  await scan.readAll(
    [...drafts.keys()].map((folder) => joinPath(folder, MANIFEST)),
    "json",
  );
  for (const draft of drafts.values()) {
    draft.name = textOf(field(await scan.read(draft.manifest ?? "", "json"), "name")) ?? draft.name;
    noteBrokenManifest(scan, draft);
  }
  const byName = indexByName(scan, drafts.values());
  const shared = new Map<string, readonly Inherited[]>();
  const catalogs = new Map<string, Catalogs>();
  for (const draft of drafts.values()) {
    const { workspace, directory } = draft;
    if (!shared.has(workspace)) {
      shared.set(workspace, await readShared(scan, workspace));
      catalogs.set(workspace, await readCatalogs(scan, workspace));
    }
    draft.inherits.push(...(shared.get(workspace) ?? []));
    const manifest = await scan.read(draft.manifest ?? "", "json");
    for (const [group, kind] of GROUPS) {
      for (const [name, range] of fieldsOf(field(manifest, group))) {
        if (typeof range !== "string") continue;
        if (range.startsWith("catalog:")) {
          draft.inherits.push(inheritedEntry(catalogs.get(workspace) ?? new Map(), workspace, name, range));
        }
        if (kind !== "peer") draft.requires.push({ name, range });
        const target = targetOf(name, range);
        if (target === undefined) continue;
        if ("name" in target) {
          for (const one of byName.get(target.name) ?? []) addDependency(draft, one, kind);
          continue;
        }
        const folder = resolvePath(directory, target.folder);
        const one = folder === undefined ? undefined : (drafts.get(folder) ?? nearestDraft(folder, drafts));
        if (one !== undefined) addDependency(draft, one, kind);
        else if (folder !== undefined && !folders.has(folder)) {
          for (const same of byName.get(name) ?? []) addDependency(draft, same, kind);
        }
      }
    }
  }
}

/** The package that a path such as `file:../a/vendor/x.tgz` lies in; the root does not count. */
function nearestDraft(path: string, drafts: ReadonlyMap<string, UnitDraft>): UnitDraft | undefined {
  for (let at = folderOf(path); at !== ""; at = folderOf(at)) {
    const draft = drafts.get(at);
    if (draft !== undefined) return draft;
  }
  return undefined;
}
