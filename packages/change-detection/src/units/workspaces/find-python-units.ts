import { canonical, field, fieldsOf, itemsOf, textOf, textsOf } from "../field.ts";
import { joinPath, resolvePath } from "../repository-path.ts";
import { isAside, standsAlone, type TreeScan } from "../scan-tree.ts";
import type { DependencyKind, Inherited, Workspace } from "../unit.ts";
import { createMemberMatcher } from "./match-members.ts";
import {
  addDependency,
  assumeDependencies,
  createDraft,
  indexByName,
  noteBrokenManifest,
  noteBrokenRoots,
  noteRefused,
  type Found,
  type UnitDraft,
} from "./unit-draft.ts";

const MANIFEST = "pyproject.toml";
const LOCKS = ["uv.lock", "poetry.lock", "pdm.lock"];

/** A name as indexes compare it (PEP 503). */
export function normaliseProject(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

interface ProjectDependency {
  readonly name: string;
  readonly kind: DependencyKind;
  /** A folder, where the dependency names one. */
  readonly path?: string | undefined;
  /** It plainly comes from somewhere else, such as git or a URL. */
  readonly isElsewhere: boolean;
}

/** Reads a requirement of PEP 508 as far as its name and a direct reference go. */
function fromRequirement(text: string, kind: DependencyKind): ProjectDependency | undefined {
  const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(text)?.[1];
  if (name === undefined) return undefined;
  const reference = /^[^;@]*@\s*([^\s;]+)/.exec(text)?.[1];
  const path = reference === undefined ? undefined : /^file:(?:\/\/)?(.*)$/.exec(reference)?.[1];
  return { name: normaliseProject(name), kind, path, isElsewhere: reference !== undefined && path === undefined };
}

function fromRequirements(value: unknown, kind: DependencyKind): readonly ProjectDependency[] {
  return textsOf(value).flatMap((text) => fromRequirement(text, kind) ?? []);
}

/** Poetry's tables: a version, or a table with `path`, `git` or `url`, or a list of such tables. */
function fromPoetry(table: unknown, kind: DependencyKind): readonly ProjectDependency[] {
  return fieldsOf(table).flatMap(([name, value]) =>
    (Array.isArray(value) ? itemsOf(value) : [value]).map((one) => ({
      name: normaliseProject(name),
      kind,
      path: textOf(field(one, "path")),
      isElsewhere: field(one, "git") !== undefined || field(one, "url") !== undefined,
    })),
  );
}

/** All lists of requirements inside a table: those that a build hook of Hatch sets, whatever the hook calls them. */
function listsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return textsOf(value);
  return fieldsOf(value).flatMap(([, one]) => listsIn(one));
}

/** Tells whether the build sets the dependencies by means that are not in the manifest. */
function areDependenciesHidden(manifest: unknown): boolean {
  const isDynamic = textsOf(field(manifest, "project", "dynamic")).some((one) => one.endsWith("dependencies"));
  return isDynamic && listsIn(field(manifest, "tool", "hatch", "metadata")).length === 0;
}

function dependenciesOf(manifest: unknown): readonly ProjectDependency[] {
  const project = field(manifest, "project");
  const poetry = field(manifest, "tool", "poetry");
  return [
    ...fromRequirements(field(project, "dependencies"), "runtime"),
    ...fieldsOf(field(project, "optional-dependencies")).flatMap(([, list]) => fromRequirements(list, "optional")),
    ...fieldsOf(field(manifest, "dependency-groups")).flatMap(([, list]) => fromRequirements(list, "dev")),
    ...fromRequirements(field(manifest, "tool", "uv", "dev-dependencies"), "dev"),
    ...fromRequirements(field(manifest, "build-system", "requires"), "build"),
    ...fromRequirements(listsIn(field(manifest, "tool", "hatch", "metadata")), "runtime"),
    ...fromPoetry(field(poetry, "dependencies"), "runtime"),
    ...fromPoetry(field(poetry, "dev-dependencies"), "dev"),
    ...fieldsOf(field(poetry, "group")).flatMap(([, group]) => fromPoetry(field(group, "dependencies"), "dev")),
  ];
}

/** uv's word on where a dependency comes from: the member's own, then the workspace root's. */
function sourcesOf(manifest: unknown): ReadonlyMap<string, readonly unknown[]> {
  return new Map(
    fieldsOf(field(manifest, "tool", "uv", "sources")).map(([name, value]) => [
      normaliseProject(name),
      Array.isArray(value) ? itemsOf(value) : [value],
    ]),
  );
}

/** The dependencies of one project with uv's sources applied. */
function resolvedDependencies(
  manifest: unknown,
  directory: string,
  root: unknown,
  workspace: string,
): readonly Resolved[] {
  const own = sourcesOf(manifest);
  const shared = sourcesOf(root);
  return dependenciesOf(manifest).flatMap(({ name, kind, path, isElsewhere }) => {
    const sources = own.get(name) ?? shared.get(name);
    if (sources === undefined) {
      return [{ name, kind, folder: path === undefined ? undefined : resolvePath(directory, path), isElsewhere }];
    }
    const base = own.has(name) ? directory : workspace;
    return sources.map((source) => {
      const from = textOf(field(source, "path"));
      return {
        name,
        kind,
        folder: from === undefined ? undefined : resolvePath(base, from),
        isElsewhere: ["git", "url", "index"].some((key) => field(source, key) !== undefined),
      };
    });
  });
}

interface Resolved {
  readonly name: string;
  readonly kind: DependencyKind;
  readonly folder: string | undefined;
  readonly isElsewhere: boolean;
}

function sharedOf(path: string, root: unknown): readonly Inherited[] {
  const uv = field(root, "tool", "uv");
  return [
    "override-dependencies",
    "constraint-dependencies",
    "build-constraint-dependencies",
    "index",
    "environments",
    "required-environments",
    "conflicts",
    "resolution",
    "prerelease",
    "required-version",
    "exclude-newer",
  ].map((name) => ({ path, what: `\`tool.uv.${name}\``, value: canonical(field(uv, name)) }));
}

/** The sources that a member takes from the root for what it requires, where it says nothing itself. */
function sharedSources(path: string, root: unknown, manifest: unknown): readonly Inherited[] {
  const own = sourcesOf(manifest);
  const names = new Set(dependenciesOf(manifest).map(({ name }) => name));
  const isHidden = areDependenciesHidden(manifest);
  return [...sourcesOf(root)]
    .filter(([name]) => !own.has(name) && (isHidden || names.has(name)))
    .map(([name, source]) => ({ path, what: `the source of ${JSON.stringify(name)}`, value: canonical(source) }));
}

/** Finds Python projects: members of uv workspaces, projects that others name by path, and projects that stand alone. */
export async function findPythonUnits(scan: TreeScan): Promise<Found> {
  const folders = scan.foldersWith(MANIFEST);
  const folderSet = new Set(folders);
  const drafts = new Map<string, UnitDraft>();
  const workspaces: Workspace[] = [];
  const read = (folder: string): Promise<unknown> => scan.read(joinPath(folder, MANIFEST), "toml");
  const add = (folder: string, workspace: string): void => {
    if (!drafts.has(folder)) drafts.set(folder, createDraft("python", folder, joinPath(folder, MANIFEST), workspace));
  };
  await scan.readAll(
    folders.filter((folder) => !isAside(folder)).map((folder) => joinPath(folder, MANIFEST)),
    "toml",
  );
  // A file with nothing but settings of linters makes no project, unless it is at the root or cannot be read.
  const projects = new Set<string>();
  for (const folder of folders) {
    const manifest = isAside(folder) ? {} : await read(folder);
    if (manifest === undefined || isProject(manifest)) projects.add(folder);
  }
  for (const folder of folders) {
    if (drafts.has(folder) || isAside(folder)) continue;
    const manifest = await read(folder);
    const workspace = field(manifest, "tool", "uv", "workspace");
    if (workspace !== undefined) {
      const definition = joinPath(folder, MANIFEST);
      workspaces.push({ kind: "python", directory: folder, definition });
      add(folder, folder);
      const matcher = createMemberMatcher(
        folder,
        textsOf(field(workspace, "members")),
        textsOf(field(workspace, "exclude")),
      );
      noteRefused(scan, definition, matcher);
      for (const member of folders.filter(matcher.matches)) add(member, folder);
    } else {
      const hasLock = LOCKS.some((name) => scan.has(joinPath(folder, name)));
      const isUnit = folder === "" || projects.has(folder);
      if (isUnit && standsAlone(folder, projects, hasLock)) add(folder, folder);
    }
  }
  // A Map may grow while it is walked: what is added is visited as well.
  for (const { directory, workspace } of drafts.values()) {
    const root = await read(workspace);
    for (const { folder } of resolvedDependencies(await read(directory), directory, root, workspace)) {
      if (folder !== undefined && folderSet.has(folder)) add(folder, folder);
    }
  }
  for (const draft of drafts.values()) {
    const manifest = await read(draft.directory);
    draft.name =
      textOf(field(manifest, "project", "name")) ?? textOf(field(manifest, "tool", "poetry", "name")) ?? draft.name;
    noteBrokenManifest(scan, draft);
  }
  const byName = indexByName(scan, drafts.values(), ({ name }) => normaliseProject(name));
  for (const draft of drafts.values()) {
    const { directory, workspace } = draft;
    const [manifest, root] = [await read(directory), await read(workspace)];
    if (workspace !== directory) {
      const path = joinPath(workspace, MANIFEST);
      draft.inherits.push(...sharedOf(path, root), ...sharedSources(path, root, manifest));
    }
    for (const { name, kind, folder, isElsewhere } of resolvedDependencies(manifest, directory, root, workspace)) {
      draft.requires.push({ name, range: "" });
      const target = folder === undefined ? undefined : drafts.get(folder);
      if (target !== undefined) addDependency(draft, target, kind);
      else if (!isElsewhere) for (const one of byName.get(name) ?? []) addDependency(draft, one, kind);
    }
  }
  for (const draft of drafts.values()) {
    if (!areDependenciesHidden(await read(draft.directory))) continue;
    const siblings = [...drafts.values()].filter(({ workspace }) => workspace === draft.workspace);
    assumeDependencies(scan, draft, siblings, "leaves its dependencies to the build");
  }
  noteBrokenRoots(scan, drafts, folders);
  return { units: [...drafts.values()], workspaces };
}

function isProject(manifest: unknown): boolean {
  return (
    field(manifest, "project") !== undefined ||
    field(manifest, "build-system") !== undefined ||
    field(manifest, "tool", "poetry") !== undefined
  );
}
