import {
  listPlainFiles,
  openWorkTree,
  readUnits,
  type FileEntry,
  type Tree,
  type Unit,
} from "@ai-workflow/change-detection";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { EngineError } from "../errors.ts";
import { findUnitsOnce, type FoundUnits, type UnitState } from "./unit-graph-cache.ts";
import { createUnitLayout, type UnitLayout } from "./unit-layout.ts";

/** What reading units needs. */
export interface ReadLayoutOptions {
  /** Absolute path of the target directory. */
  readonly directory: string;
  readonly state: UnitState;
  /** Every file of the target; `undefined` where git could not list them, and they are looked for on the disk. */
  readonly files: readonly FileEntry[] | undefined;
  /** Globs of folders that are units though no manifest says so. */
  readonly globs: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** The units of a target, what about them is not understood, and which scripts they have. */
export interface ReadLayout {
  readonly layout: UnitLayout;
  /** What is worth telling, one sentence each. */
  readonly remarks: readonly string[];
  readonly hasScript: (directory: string, script: string) => boolean;
}

/**
 * Finds the units of a target from its manifests.
 *
 * @throws {EngineError} ENGINE_UNITS_UNREADABLE – a file that says which units there are cannot be understood, or a glob of `units` is none
 */
export async function readUnitLayout(options: ReadLayoutOptions): Promise<ReadLayout> {
  const { directory, state, globs } = options;
  const files = options.files ?? (await listOnDisk(options));
  const tree = openWorkTree(directory, files);
  const { graph, scripts } = await findUnitsOnce(state, { files, globs, tree }, (seen) => find(seen, globs));
  const fatal = graph.problems.filter(({ affects }) => affects === "everything");
  if (fatal.length > 0) {
    throw new EngineError("ENGINE_UNITS_UNREADABLE", "it cannot be told which units the repository has", {
      hint: "Mend the files named: a package that is not seen would not be tested",
      problems: fatal.map(({ path, reason }) => ({ file: path, message: reason })),
    });
  }
  const layout = createUnitLayout(graph);
  const unclear = graph.problems.filter(({ affects }) => affects === "unit" || affects === "unit-and-dependents");
  const doubtful = unclear.map(({ path, reason }) => `${path}: ${reason}; its unit counts as needing all others`);
  const circles = layout.circles.map(
    (circle) => `units need each other in a circle, and have no order among them: ${circle.join(", ")}`,
  );
  const known = new Map(Object.entries(scripts).map(([folder, names]) => [folder, new Set(names)]));
  return {
    layout,
    remarks: [...doubtful, ...circles],
    hasScript: (folder, script) => known.get(folder)?.has(script) ?? false,
  };
}

function listOnDisk({ directory, signal }: ReadLayoutOptions): Promise<readonly FileEntry[]> {
  return listPlainFiles({ root: directory, signal, keep: (path) => !path.startsWith(`${STATE_FOLDER_NAME}/`) });
}

async function find(tree: Tree, globs: readonly string[]): Promise<FoundUnits> {
  try {
    const graph = await readUnits(tree, { units: globs });
    return { graph, scripts: await readScripts(tree, graph.units) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new EngineError("ENGINE_UNITS_UNREADABLE", error.message, { hint: "Correct `units`", cause: error });
  }
}

/** Names of the scripts of every `package.json` in the folder of a unit. */
async function readScripts(tree: Tree, units: readonly Unit[]): Promise<FoundUnits["scripts"]> {
  const scripts: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
  for (const { directory } of units) {
    if (directory in scripts) continue;
    const names = scriptNames(await tree.read(directory === "" ? "package.json" : `${directory}/package.json`));
    if (names !== undefined) scripts[directory] = names;
  }
  return scripts;
}

function scriptNames(content: Uint8Array | undefined): readonly string[] | undefined {
  if (content === undefined) return undefined;
  try {
    const manifest: unknown = JSON.parse(new TextDecoder().decode(content));
    const scripts = (manifest as { readonly scripts?: unknown } | null)?.scripts;
    return typeof scripts === "object" && scripts !== null ? Object.keys(scripts) : [];
  } catch {
    // That it cannot be read is told where its unit is looked for.
    return [];
  }
}
