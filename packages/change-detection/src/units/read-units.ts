import { scanTree } from "./scan-tree.ts";
import type { Tree } from "../trees/tree.ts";
import { unitId, type Unit, type UnitDependency, type UnitGraph } from "./unit.ts";
import { findCargoUnits } from "./workspaces/find-cargo-units.ts";
import { findGlobUnits } from "./workspaces/find-glob-units.ts";
import { findGoUnits } from "./workspaces/find-go-units.ts";
import { findGradleUnits } from "./workspaces/find-gradle-units.ts";
import { findJsUnits } from "./workspaces/find-js-units.ts";
import { findMavenUnits } from "./workspaces/find-maven-units.ts";
import { findPythonUnits } from "./workspaces/find-python-units.ts";

/** What else may be a unit. */
export interface ReadUnitsOptions {
  /**
   * Folders that are units though no manifest says so, as globs over folders: `services/*`, `!services/legacy`.
   * @defaultValue none
   */
  readonly units?: readonly string[] | undefined;
}

const READERS = [findJsUnits, findCargoUnits, findGoUnits, findPythonUnits, findMavenUnits, findGradleUnits] as const;

/** Joins units of different kinds in one folder: what builds one of them is likely to build the other. */
function joinFolders(units: readonly Unit[]): readonly Unit[] {
  const byFolder = new Map<string, Unit[]>();
  for (const unit of units) {
    const same = byFolder.get(unit.directory);
    if (same === undefined) byFolder.set(unit.directory, [unit]);
    else same.push(unit);
  }
  return units.map((unit) => {
    const others = (byFolder.get(unit.directory) ?? []).filter(({ id }) => id !== unit.id);
    // The root is where the tools of all kinds meet; its manifests have little to do with each other.
    if (others.length === 0 || unit.directory === "") return unit;
    const joined = others.map(({ id }): UnitDependency => ({
      unit: id,
      kind: "same-folder",
      manifest: unit.manifest ?? unit.directory,
    }));
    return { ...unit, dependencies: [...unit.dependencies, ...joined] };
  });
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Finds the units of a tree and the graph between them: packages of npm, yarn, pnpm and bun, crates, Go modules, Python projects,
 * Maven modules, Gradle projects, and folders of the user's globs. Where none of them owns the root, a unit `root:.` does, so that every
 * file has an owner. Only manifests are read. Nothing in a manifest makes it throw: what cannot be understood is among `problems`, with
 * what follows from it.
 * @throws {TypeError} for globs that are no globs, and whatever `tree.paths()` rejects with.
 * @example
 * ```js
 * const { units } = await readUnits(tree);
 * units.map(({ id, name }) => `${id} ${name}`); // ["js:. shop", "js:packages/api @shop/api"]
 * ```
 */
export async function readUnits(tree: Tree, options: ReadUnitsOptions = {}): Promise<UnitGraph> {
  const scan = await scanTree(tree);
  const found = [];
  for (const reader of READERS) found.push(await reader(scan));
  const declared = found.flatMap(({ units }) => units);
  const known = new Set(declared.map(({ directory }) => directory));
  const globs = options.units ?? [];
  const units: Unit[] = [
    ...joinFolders(declared),
    ...(globs.length === 0 ? [] : findGlobUnits(await tree.paths(), globs, known)),
  ];
  if (!known.has("")) {
    units.push({
      id: unitId("root", ""),
      name: "root",
      directory: "",
      kind: "root",
      manifest: undefined,
      workspace: "",
      dependencies: [],
      inherits: [],
      requires: [],
    });
  }
  return {
    units: units.sort((a, b) => compareText(a.id, b.id)),
    workspaces: found.flatMap(({ workspaces }) => workspaces),
    problems: scan.problems,
  };
}
