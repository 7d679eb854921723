import { canonical, field, fieldsOf, textOf } from "../field.ts";
import { folderOf, joinPath, resolvePath } from "../repository-path.ts";
import { standsAlone, type TreeScan } from "../scan-tree.ts";
import type { DependencyKind, Workspace } from "../unit.ts";
import {
  addDependency,
  createDraft,
  indexByName,
  noteBrokenManifest,
  noteBrokenRoots,
  type Found,
  type UnitDraft,
} from "./unit-draft.ts";

const MANIFEST = "pom.xml";
const MAX_PARENTS = 32;
const MAX_PROPERTY_DEPTH = 8;

/** Children of an element by name; one child and many look the same. */
function children(element: unknown, ...names: readonly string[]): readonly unknown[] {
  const value = field(element, ...names);
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function text(element: unknown, ...names: readonly string[]): string | undefined {
  return textOf(children(element, ...names)[0])?.trim();
}

/** The project and its profiles: both may name modules and dependencies. */
function scopes(project: unknown): readonly unknown[] {
  return [project, ...children(project, "profiles").flatMap((profiles) => children(profiles, "profile"))];
}

function modulesOf(project: unknown): readonly string[] {
  return scopes(project).flatMap((scope) =>
    [
      ...children(scope, "modules").flatMap((list) => children(list, "module")),
      ...children(scope, "subprojects").flatMap((list) => children(list, "subproject")),
    ].flatMap((one) => textOf(one)?.trim() ?? []),
  );
}

interface Pom {
  readonly project: unknown;
  readonly parent: Pom | undefined;
  readonly path: string;
}

/** The value of a property as Maven would interpolate it in the simple cases; `undefined` where it is not known. */
function interpolate(pom: Pom, value: string | undefined, depth = 0): string | undefined {
  if (value === undefined || !value.includes("${")) return value;
  if (depth > MAX_PROPERTY_DEPTH) return undefined;
  let isKnown = true;
  const result = value.replace(/\$\{([^${}]+)\}/g, (_whole, name: string) => {
    const found = interpolate(pom, property(pom, name.trim()), depth + 1);
    if (found === undefined) isKnown = false;
    return found ?? "";
  });
  return isKnown ? result : undefined;
}

function property(pom: Pom, name: string): string | undefined {
  const own = /^(?:project|pom)\.(groupId|artifactId|version)$/.exec(name)?.[1];
  if (own !== undefined) {
    return text(pom.project, own) ?? (own === "artifactId" ? undefined : text(pom.project, "parent", own));
  }
  const ofParent = /^(?:project|pom)\.parent\.(groupId|artifactId|version)$/.exec(name)?.[1];
  if (ofParent !== undefined) return text(pom.project, "parent", ofParent);
  for (let at: Pom | undefined = pom; at !== undefined; at = at.parent) {
    const value = text(at.project, "properties", name);
    if (value !== undefined) return value;
  }
  return undefined;
}

interface Coordinates {
  readonly groupId: string | undefined;
  readonly artifactId: string;
}

function coordinatesOf(pom: Pom): Coordinates {
  return {
    groupId: interpolate(pom, text(pom.project, "groupId") ?? text(pom.project, "parent", "groupId")),
    artifactId: interpolate(pom, text(pom.project, "artifactId")) ?? "",
  };
}

function references(pom: Pom): readonly (Coordinates & { readonly kind: DependencyKind })[] {
  const found: (Coordinates & { readonly kind: DependencyKind })[] = [];
  const add = (element: unknown, kind: DependencyKind): void => {
    const artifactId = interpolate(pom, text(element, "artifactId"));
    if (artifactId !== undefined) found.push({ groupId: interpolate(pom, text(element, "groupId")), artifactId, kind });
  };
  for (const scope of scopes(pom.project)) {
    for (const one of children(scope, "dependencies", "dependency")) {
      add(one, text(one, "scope") === "test" ? "dev" : text(one, "optional") === "true" ? "optional" : "runtime");
    }
    for (const one of children(scope, "dependencyManagement", "dependencies", "dependency")) {
      if (text(one, "scope") === "import") add(one, "build");
    }
    for (const path of [["build"], ["build", "pluginManagement"], ["reporting"]]) {
      for (const plugin of children(scope, ...path, "plugins", "plugin")) {
        add(plugin, "build");
        for (const one of children(plugin, "dependencies", "dependency")) add(one, "build");
      }
    }
  }
  return found;
}

/**
 * Finds Maven modules from the outermost `pom.xml` down along `<modules>` (those of profiles too). A module takes over the POMs of its
 * parents that are in the repository.
 * @see https://maven.apache.org/pom.html
 */
export async function findMavenUnits(scan: TreeScan): Promise<Found> {
  const folders = scan.foldersWith(MANIFEST);
  const folderSet = new Set(folders);
  const drafts = new Map<string, UnitDraft>();
  const workspaces: Workspace[] = [];
  const read = (path: string): Promise<unknown> => scan.read(path, "xml");
  for (const folder of folders) {
    if (drafts.has(folder) || !standsAlone(folder, folderSet, false)) continue;
    drafts.set(folder, createDraft("maven", folder, joinPath(folder, MANIFEST), folder));
    workspaces.push({ kind: "maven", directory: folder, definition: joinPath(folder, MANIFEST) });
    const open = [folder];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const definition = joinPath(at, MANIFEST);
      for (const module of modulesOf(await read(definition))) {
        const path = resolvePath(at, module);
        const member = path === undefined ? undefined : path.endsWith(".xml") ? folderOf(path) : path;
        if (member === undefined) {
          const reason = `the module ${JSON.stringify(module.slice(0, 200))} leads out of the repository`;
          scan.problems.push({ path: definition, reason, affects: "nothing" });
        } else if (folderSet.has(member) && !drafts.has(member)) {
          drafts.set(member, createDraft("maven", member, joinPath(member, MANIFEST), folder));
          open.push(member);
        }
      }
    }
  }
  const poms = await readPoms(scan, drafts);
  for (const [draft, pom] of poms) {
    draft.name = coordinatesOf(pom).artifactId || draft.name;
    noteBrokenManifest(scan, draft);
  }
  const byName = indexByName(scan, drafts.values());
  const groups = new Map([...poms].map(([draft, pom]) => [draft.id, coordinatesOf(pom).groupId]));
  const parentValues = new Map<string, string>();
  const parentValue = ({ path, project }: Pom): string => {
    const known = parentValues.get(path);
    if (known !== undefined) return known;
    const value = canonical(fieldsOf(project).filter(([name]) => name !== "modules" && name !== "subprojects"));
    parentValues.set(path, value);
    return value;
  };
  for (const [draft, pom] of poms) {
    for (const { groupId, artifactId, kind } of references(pom)) {
      for (const target of byName.get(artifactId) ?? []) {
        const group = groups.get(target.id);
        // What cannot be interpolated might be anything.
        if (groupId === undefined || group === undefined || groupId === group) addDependency(draft, target, kind);
      }
    }
    for (let at = pom.parent; at !== undefined; at = at.parent) {
      draft.inherits.push({ path: at.path, what: "the parent POM", value: parentValue(at) });
    }
  }
  noteBrokenRoots(scan, drafts, folders);
  return { units: [...drafts.values()], workspaces };
}

/** Reads each module's POM and those of its parents in the repository. */
async function readPoms(scan: TreeScan, drafts: ReadonlyMap<string, UnitDraft>): Promise<ReadonlyMap<UnitDraft, Pom>> {
  const byArtifact = new Map<string, string>();
  for (const { manifest } of drafts.values()) {
    const name = text(await scan.read(manifest ?? "", "xml"), "artifactId");
    if (name !== undefined && manifest !== undefined) byArtifact.set(name, manifest);
  }
  const cache = new Map<string, Pom>();
  const load = async (path: string, depth: number): Promise<Pom> => {
    const known = cache.get(path);
    if (known !== undefined) return known;
    const project = await scan.read(path, "xml");
    const parentPath = await parentOf(scan, byArtifact, path, project);
    const parent =
      parentPath === undefined || parentPath === path || depth >= MAX_PARENTS
        ? undefined
        : await load(parentPath, depth + 1);
    const pom: Pom = { project, parent, path };
    cache.set(path, pom);
    return pom;
  };
  const poms = new Map<UnitDraft, Pom>();
  for (const draft of drafts.values()) poms.set(draft, await load(draft.manifest ?? "", 0));
  return poms;
}

/** The file of the parent: by `relativePath` if the artifact there is the one, else by name among the modules. */
async function parentOf(
  scan: TreeScan,
  byArtifact: ReadonlyMap<string, string>,
  path: string,
  project: unknown,
): Promise<string | undefined> {
  const artifactId = text(project, "parent", "artifactId");
  if (artifactId === undefined) return undefined;
  const relative = text(project, "parent", "relativePath") ?? "../pom.xml";
  const resolved = relative === "" ? undefined : resolvePath(folderOf(path), relative);
  if (resolved !== undefined) {
    for (const candidate of resolved.endsWith(".xml") ? [resolved] : [joinPath(resolved, MANIFEST)]) {
      if (text(await scan.read(candidate, "xml"), "artifactId") === artifactId) return candidate;
    }
  }
  return byArtifact.get(artifactId);
}
