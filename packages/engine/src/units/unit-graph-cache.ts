import { createHash } from "node:crypto";
import path from "node:path";
import type { FileEntry, Tree, UnitGraph } from "@ai-workflow/change-detection";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../state/read-state-file.ts";

/** Version of the file, and of what a graph in it means. */
const FORMAT_VERSION = 1;

/** What an earlier run found, and what it looked at for that. */
interface CacheFile {
  readonly formatVersion: number;
  /** Globs and names of all files. */
  readonly listing: string;
  /** Content ids of the files that were read. */
  readonly read: Readonly<Record<string, string>>;
  readonly graph: UnitGraph;
  /** By folder with a `package.json`: the names of its scripts. */
  readonly scripts: Readonly<Record<string, readonly string[]>>;
}

/** The state folder, as far as units go. */
export interface UnitState {
  /** Absolute path. */
  readonly path: string;
  /** Whether what was found may be kept there. */
  readonly mayKeep: boolean;
}

/** Units and scripts of a target. */
export type FoundUnits = Pick<CacheFile, "graph" | "scripts">;

/**
 * Which units there are follows from the names of all files and from the contents of those that are read to find out. While these are the
 * same nothing has to be read again; an edit elsewhere changes nothing.
 *
 * @param state - where earlier runs kept what they found, and whether this one may
 * @param find - looks for the units in a tree
 */
export async function findUnitsOnce(
  state: UnitState,
  {
    files,
    globs,
    tree,
  }: { readonly files: readonly FileEntry[]; readonly globs: readonly string[]; readonly tree: Tree },
  find: (tree: Tree) => Promise<FoundUnits>,
): Promise<FoundUnits> {
  const listing = hashNames(files, globs);
  const file = path.join(state.path, "cache", "units.json");
  const ids = (names: ReadonlySet<string>): ReadonlyMap<string, string> =>
    new Map(files.filter((one) => names.has(one.path)).map(({ path: name, mode, id }) => [name, `${mode} ${id}`]));
  const known = readCache(file);
  if (known?.listing === listing) {
    const expected = Object.entries(known.read);
    const now = ids(new Set(Object.keys(known.read)));
    if (expected.every(([name, id]) => now.get(name) === id)) return { graph: known.graph, scripts: known.scripts };
  }
  const looked = new Set<string>();
  const found = await find({
    paths: tree.paths,
    read: (name) => {
      looked.add(name);
      return tree.read(name);
    },
  });
  if (state.mayKeep) {
    writeCache(file, { formatVersion: FORMAT_VERSION, listing, read: Object.fromEntries(ids(looked)), ...found });
  }
  return found;
}

function hashNames(files: readonly FileEntry[], globs: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(globs));
  // What a name stands for matters, too: nothing is read through a link.
  for (const { path: name, mode } of files) hash.update(`${mode.slice(0, 3)} ${name}\0`);
  return hash.digest("hex");
}

function readCache(file: string): CacheFile | undefined {
  try {
    const text = readStateFile(file).toString("utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    if (text.slice(0, end) !== sha256(body)) return undefined;
    const content = JSON.parse(body) as CacheFile;
    return content.formatVersion === FORMAT_VERSION ? content : undefined;
  } catch {
    return undefined;
  }
}

function writeCache(file: string, content: CacheFile): void {
  try {
    const body = JSON.stringify(content);
    writeFileAtomic(file, `${sha256(body)}\n${body}`);
  } catch {
    // A cache that cannot be written is no reason to tell anybody.
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
