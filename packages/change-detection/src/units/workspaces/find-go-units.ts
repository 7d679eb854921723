import { textOf } from "../field.ts";
import { joinPath, resolvePath } from "../repository-path.ts";
import { isAside, type TreeScan } from "../scan-tree.ts";
import type { Workspace } from "../unit.ts";
import { compareGoVersions, parseGoMod, type GoManifest } from "./parse-go-mod.ts";
import {
  addDependency,
  createDraft,
  indexByName,
  noteBrokenManifest,
  type Found,
  type UnitDraft,
} from "./unit-draft.ts";

const MOD = "go.mod";
const WORK = "go.work";

async function readGo(scan: TreeScan, path: string): Promise<GoManifest> {
  return parseGoMod(textOf(await scan.read(path, "text")) ?? "");
}

/**
 * Finds the Go modules: every `go.mod` outside `vendor` and `testdata`, since a nested one always ends the module around it, and
 * those that `go.work` uses. Within a `go.work` all modules share one list of versions, the highest that any of them requires, so each
 * module takes over the versions it gets.
 * @see https://go.dev/ref/mod#workspaces
 */
export async function findGoUnits(scan: TreeScan): Promise<Found> {
  const drafts = new Map<string, UnitDraft>();
  const workspaces: Workspace[] = [];
  const folders = scan.foldersWith(MOD);
  const folderSet = new Set(folders);
  const add = (folder: string, workspace: string): void => {
    if (folderSet.has(folder) && !drafts.has(folder)) {
      drafts.set(folder, createDraft("go", folder, joinPath(folder, MOD), workspace));
    }
  };
  for (const folder of scan.foldersWith(WORK)) {
    if (isAside(folder)) continue;
    const definition = joinPath(folder, WORK);
    const work = await readGo(scan, definition);
    const reason = scan.reasonOf(definition);
    if (reason !== undefined) scan.problems.push({ path: definition, reason, affects: "everything" });
    workspaces.push({ kind: "go", directory: folder, definition });
    for (const use of work.uses) {
      const member = resolvePath(folder, use);
      if (member === undefined) {
        const note = `\`use ${use.slice(0, 200)}\` leads out of the repository`;
        scan.problems.push({ path: definition, reason: note, affects: "nothing" });
      } else add(member, folder);
    }
  }
  await scan.readAll(
    folders.filter((folder) => !isAside(folder)).map((folder) => joinPath(folder, MOD)),
    "text",
  );
  for (const folder of folders) if (!isAside(folder)) add(folder, folder);
  const manifests = new Map<UnitDraft, GoManifest>();
  for (const draft of drafts.values()) {
    const manifest = await readGo(scan, draft.manifest ?? "");
    manifests.set(draft, manifest);
    draft.name = manifest.module ?? draft.name;
    if (manifest.module === undefined && scan.reasonOf(draft.manifest ?? "") === undefined) {
      const reason = "has no module line";
      scan.problems.push({ path: draft.manifest ?? "", reason, affects: "unit-and-dependents", unit: draft.id });
    }
    noteBrokenManifest(scan, draft);
  }
  const byName = indexByName(scan, drafts.values());
  for (const [draft, manifest] of manifests) {
    const replaced = new Map(manifest.replaces.map(({ path, target }) => [path, target]));
    for (const { path, version } of manifest.requires) {
      draft.requires.push({ name: path, range: version });
      const target = replaced.get(path);
      const folder = target === undefined ? undefined : resolvePath(draft.directory, target);
      const local = folder === undefined ? undefined : drafts.get(folder);
      if (local !== undefined) addDependency(draft, local, "runtime");
      else for (const one of byName.get(path) ?? []) addDependency(draft, one, "runtime");
    }
  }
  await inheritFromWorkspaces(scan, workspaces, manifests);
  return { units: [...drafts.values()], workspaces };
}

/** Gives each module of a `go.work` the settings, replacements and versions that it gets there. */
async function inheritFromWorkspaces(
  scan: TreeScan,
  workspaces: readonly Workspace[],
  manifests: ReadonlyMap<UnitDraft, GoManifest>,
): Promise<void> {
  for (const { directory, definition } of workspaces) {
    const members = [...manifests].filter(([{ workspace }]) => workspace === directory);
    const work = await readGo(scan, definition);
    const highest = new Map<string, { readonly version: string; readonly manifest: string }>();
    for (const [draft, { requires }] of members) {
      for (const { path, version } of requires) {
        const known = highest.get(path);
        if (known === undefined || compareGoVersions(version, known.version) > 0) {
          highest.set(path, { version, manifest: draft.manifest ?? "" });
        }
      }
    }
    const replaces = work.replaces.map(({ path, version, target }) => `${path} ${version ?? ""} => ${target}`).sort();
    const memberReplaces = members.flatMap(([{ manifest }, { replaces: own }]) =>
      own.map(({ path, target }) => ({ path, target, manifest: manifest ?? "" })),
    );
    for (const [draft, { requires }] of members) {
      draft.inherits.push(
        { path: definition, what: "settings", value: work.settings },
        { path: definition, what: "`replace`", value: replaces.join("\n") },
      );
      const wanted = new Set(requires.map(({ path }) => path));
      for (const path of wanted) {
        const most = highest.get(path);
        if (most !== undefined)
          draft.inherits.push({ path: most.manifest, what: `the version of ${path}`, value: most.version });
      }
      // A replacement in one member holds for the whole workspace.
      for (const { path, target, manifest } of memberReplaces) {
        if (wanted.has(path))
          draft.inherits.push({ path: manifest, what: `the replacement of ${path}`, value: target });
      }
    }
  }
}
