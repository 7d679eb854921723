import type { PathState } from "../path-facts.ts";
import type { TreeEntry } from "./parse-tree.ts";

/** One path that is different on two sides; names with one character a byte. */
export interface RawDifference {
  readonly raw: string;
  readonly before: PathState | undefined;
  readonly after: PathState | undefined;
}

/** A folder on one side. Folders of one id are equal and are not entered. */
export interface Folder {
  readonly id: string | undefined;
  readonly entries: () => Promise<readonly TreeEntry[]>;
  /** Goes into an entry that is a folder. */
  readonly open: (entry: TreeEntry) => Folder;
}

const TREE_MODE = "040000";

const stateOf = ({ mode, id }: TreeEntry): PathState => ({ mode, id });

/** A tree of the repository as a side of a comparison; it is read when it is looked into. */
export function openTree(id: string, readTree: (id: string) => Promise<readonly TreeEntry[]>): Folder {
  return { id, entries: () => readTree(id), open: (entry) => openTree(entry.id, readTree) };
}

/** A side on which nothing is. */
export const NO_FOLDER: Folder = { id: undefined, entries: async () => [], open: () => NO_FOLDER };

/**
 * What is different between two folders and below, in the order of git's index. Equal folders are not entered, so the cost follows what has
 * changed.
 */
export async function compareTrees(before: Folder, after: Folder): Promise<RawDifference[]> {
  const differences: RawDifference[] = [];
  const compare = async (one: Folder, two: Folder, prefix: string): Promise<void> => {
    if (one.id !== undefined && one.id === two.id) return;
    const left = new Map((await one.entries()).map((entry) => [entry.raw, entry]));
    const right = new Map((await two.entries()).map((entry) => [entry.raw, entry]));
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const [a, b] = [left.get(name), right.get(name)];
      if (a !== undefined && b !== undefined && a.id === b.id && a.mode === b.mode) continue;
      const raw = `${prefix}${name}`;
      const [aTree, bTree] = [a?.mode === TREE_MODE ? a : undefined, b?.mode === TREE_MODE ? b : undefined];
      if (aTree !== undefined || bTree !== undefined) {
        await compare(
          aTree === undefined ? NO_FOLDER : one.open(aTree),
          bTree === undefined ? NO_FOLDER : two.open(bTree),
          `${raw}/`,
        );
      }
      const [aFile, bFile] = [aTree === undefined ? a : undefined, bTree === undefined ? b : undefined];
      if (aFile !== undefined || bFile !== undefined) {
        differences.push({
          raw,
          before: aFile === undefined ? undefined : stateOf(aFile),
          after: bFile === undefined ? undefined : stateOf(bFile),
        });
      }
    }
  };
  await compare(before, after, "");
  return differences.sort((a, b) => (a.raw < b.raw ? -1 : a.raw > b.raw ? 1 : 0));
}
