import { textOf } from "../field.ts";
import { foldersAbove, isWithin, joinPath, nameOf, pathBelow, resolvePath } from "../repository-path.ts";
import { isAside, type TreeScan } from "../scan-tree.ts";
import type { DependencyKind, Inherited, Workspace } from "../unit.ts";
import { parseGradleBuild, parseGradleSettings, type GradleSettings } from "./parse-gradle.ts";
import {
  addDependency,
  assumeDependencies,
  createDraft,
  noteBrokenManifest,
  type Found,
  type UnitDraft,
} from "./unit-draft.ts";

const SETTINGS = ["settings.gradle.kts", "settings.gradle"] as const;
const BUILDS = ["build.gradle.kts", "build.gradle"] as const;
/** Files of the root that decide for all projects of a build. */
const SHARED = [
  ...SETTINGS,
  ...BUILDS,
  "gradle.properties",
  "gradle/libs.versions.toml",
  "gradle/wrapper/gradle-wrapper.properties",
];

interface Build {
  readonly directory: string;
  readonly settings: GradleSettings;
  readonly byPath: Map<string, UnitDraft>;
}

/** The first of some names that a folder holds. */
function firstOf(scan: TreeScan, folder: string, names: readonly string[]): string | undefined {
  return names.map((name) => joinPath(folder, name)).find((path) => scan.has(path));
}

const readText = async (scan: TreeScan, path: string | undefined): Promise<string> =>
  path === undefined ? "" : (textOf(await scan.read(path, "text")) ?? "");

/** The form of a project path in `projects.a.b`: kebab and snake case become camel case. */
function accessorOf(path: string): string {
  return path
    .split(":")
    .filter((part) => part !== "")
    .map((part) => part.replace(/[-_.]+(\w)/g, (_whole, letter: string) => letter.toUpperCase()))
    .join(".");
}

/**
 * Finds the projects of Gradle builds: what `settings.gradle(.kts)` includes with `projectDir` taken into account, `buildSrc` and
 * included builds, which all projects of the build need. Scripts are read as text, not run: where `include` is code, every folder with
 * a build script is a project, and a project whose dependencies are code counts as needing all others.
 * @see https://docs.gradle.org/current/userguide/multi_project_builds.html
 */
export async function findGradleUnits(scan: TreeScan): Promise<Found> {
  const drafts = new Map<string, UnitDraft>();
  const workspaces: Workspace[] = [];
  const builds = new Map<string, Build>();
  const roots = [...new Set(SETTINGS.flatMap((name) => scan.foldersWith(name)))].sort((a, b) => a.length - b.length);
  const scripts = [...new Set(BUILDS.flatMap((name) => scan.foldersWith(name)))].sort((a, b) => a.length - b.length);
  const scriptSet = new Set(scripts);
  const add = (folder: string, workspace: string): UnitDraft => {
    const known = drafts.get(folder);
    if (known !== undefined) return known;
    const manifest = firstOf(scan, folder, BUILDS) ?? firstOf(scan, folder, SETTINGS);
    const draft = createDraft("gradle", folder, manifest ?? joinPath(folder, BUILDS[1]), workspace);
    drafts.set(folder, draft);
    return draft;
  };
  const openBuild = async (folder: string): Promise<void> => {
    if (builds.has(folder)) return;
    const definition = firstOf(scan, folder, SETTINGS);
    const settings = parseGradleSettings(await readText(scan, definition));
    const build: Build = { directory: folder, settings, byPath: new Map() };
    builds.set(folder, build);
    const reason = definition === undefined ? undefined : scan.reasonOf(definition);
    if (definition !== undefined && reason !== undefined) {
      scan.problems.push({ path: definition, reason, affects: "everything" });
    }
    workspaces.push({ kind: "gradle", directory: folder, definition: definition ?? joinPath(folder, BUILDS[1]) });
    addProjects(scan, build, definition, scripts, add);
  };
  for (const folder of roots) {
    if (!isAside(folder) && !drafts.has(folder)) await openBuild(folder);
  }
  for (const folder of scripts) {
    const isAlone = ![...foldersAbove(folder)].some((above) => scriptSet.has(above) || builds.has(above));
    if (isAlone && !builds.has(folder) && !isAside(folder)) await openBuild(folder);
  }
  // A Map may grow while it is walked: builds that are included by others are visited as well.
  for (const { directory, settings } of builds.values()) {
    for (const included of [...settings.includedBuilds, "buildSrc"]) {
      const folder = resolvePath(directory, included);
      if (folder === undefined || folder === directory) continue;
      if (firstOf(scan, folder, [...SETTINGS, ...BUILDS]) !== undefined) await openBuild(folder);
    }
  }
  for (const draft of drafts.values()) noteBrokenManifest(scan, draft);
  for (const build of builds.values()) await connect(scan, build, builds, drafts);
  return { units: [...drafts.values()], workspaces };
}

function addProjects(
  scan: TreeScan,
  { directory, settings, byPath }: Build,
  definition: string | undefined,
  scripts: readonly string[],
  add: (folder: string, workspace: string) => UnitDraft,
): void {
  const place = (path: string, folder: string): void => {
    const draft = add(folder, directory);
    if (path === ":") draft.name = settings.name ?? draft.name;
    else if (draft.workspace === directory) draft.name = path;
    byPath.set(path, draft);
  };
  place(":", directory);
  for (const path of settings.includes) {
    const parts = path.split(":").slice(1);
    for (let length = 1; length <= parts.length; length += 1) {
      const at = `:${parts.slice(0, length).join(":")}`;
      const folder = resolvePath(directory, settings.folders.get(at) ?? parts.slice(0, length).join("/"));
      if (folder === undefined) {
        const reason = `the folder of project ${JSON.stringify(at)} leads out of the repository`;
        scan.problems.push({ path: definition ?? directory, reason, affects: "nothing" });
      } else if (length === parts.length || firstOf(scan, folder, BUILDS) !== undefined) place(at, folder);
    }
  }
  if (!settings.isDynamic) return;
  const reason = "includes projects by code; every folder with a build script counts as one";
  scan.problems.push({ path: definition ?? directory, reason, affects: "nothing" });
  for (const folder of scripts) {
    const below = folder !== directory && isWithin(folder, directory) ? pathBelow(folder, directory) : undefined;
    if (below === undefined || below === "buildSrc" || isAside(folder)) continue;
    place(`:${below.replaceAll("/", ":")}`, folder);
  }
}

async function connect(
  scan: TreeScan,
  build: Build,
  builds: ReadonlyMap<string, Build>,
  drafts: ReadonlyMap<string, UnitDraft>,
): Promise<void> {
  const { directory, settings, byPath } = build;
  const byAccessor = new Map([...byPath].map(([path, draft]) => [accessorOf(path), draft]));
  const shared: Inherited[] = [];
  for (const name of SHARED) {
    const path = joinPath(directory, name);
    if (scan.has(path)) shared.push({ path, what: "build settings", value: await readText(scan, path) });
  }
  const needed = [...settings.includedBuilds, "buildSrc"].flatMap((included) => {
    const folder = resolvePath(directory, included);
    return folder === undefined || folder === directory ? [] : [...(builds.get(folder)?.byPath.values() ?? [])];
  });
  for (const draft of new Set(byPath.values())) {
    if (draft.workspace !== directory) continue;
    draft.inherits.push(...shared);
    for (const one of needed) addDependency(draft, one, "build");
    const script = firstOf(scan, draft.directory, BUILDS);
    const { references, scripts, isDynamic } = parseGradleBuild(await readText(scan, script));
    let isKnown = !isDynamic;
    for (const { path, isAccessor, configuration } of references) {
      const targets = isAccessor ? [byAccessor.get(path)] : [byPath.get(path), relativeTo(draft, path, byPath)];
      const found = targets.find((one) => one !== undefined);
      if (found === undefined) isKnown = false;
      else addDependency(draft, found, kindOf(configuration));
    }
    if (!isKnown) {
      assumeDependencies(scan, draft, new Set(byPath.values()), "names a project that cannot be read from the text");
    }
    for (const { path, isFromRoot } of scripts) {
      const file = resolvePath(isFromRoot ? directory : draft.directory, path);
      if (file === undefined || drafts.has(file)) continue;
      draft.inherits.push({ path: file, what: `the script ${nameOf(file)}`, value: await readText(scan, file) });
    }
  }
}

/** A path without a leading colon counts from the project itself. */
function relativeTo(from: UnitDraft, path: string, byPath: ReadonlyMap<string, UnitDraft>): UnitDraft | undefined {
  if (path.startsWith(":")) return undefined;
  const own = [...byPath].find(([, draft]) => draft === from)?.[0] ?? ":";
  return byPath.get(`${own === ":" ? "" : own}:${path}`);
}

function kindOf(configuration: string): DependencyKind {
  if (/test/i.test(configuration)) return "dev";
  return configuration === "classpath" || /^(?:ksp|kapt|annotationProcessor)/.test(configuration) ? "build" : "runtime";
}
