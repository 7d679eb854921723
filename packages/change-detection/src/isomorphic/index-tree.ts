import { createHash } from "node:crypto";
import type { Folder } from "./compare-trees.ts";
import type { IndexEntry } from "./parse-index.ts";
import type { TreeEntry } from "./parse-tree.ts";

interface Node {
  readonly id: string;
  readonly entries: readonly TreeEntry[];
  readonly folders: ReadonlyMap<string, Node>;
}

function hashTree(entries: readonly TreeEntry[]): string {
  let body = "";
  for (const { mode, raw, id } of entries) {
    body += `${mode.replace(/^0/, "")} ${raw}\0${Buffer.from(id, "hex").toString("latin1")}`;
  }
  return createHash("sha1").update(`tree ${body.length}\0${body}`, "latin1").digest("hex");
}

/**
 * The index as the trees that a commit of it would have, with their ids: where they equal those of HEAD nothing is staged, and no object
 * has to be read to know it. Unmerged paths and those of `git add -N` are not part of it, as in git. O(n).
 *
 * @param entries - sorted, as in an index
 */
export function indexTree(entries: readonly IndexEntry[]): Folder {
  const files = entries.filter(({ stage, isIntentToAdd }) => stage === 0 && !isIntentToAdd);
  let at = 0;
  const build = (prefix: string): Node => {
    const list: TreeEntry[] = [];
    const folders = new Map<string, Node>();
    for (;;) {
      const file = files[at];
      if (file === undefined || !file.raw.startsWith(prefix)) break;
      const slash = file.raw.indexOf("/", prefix.length);
      if (slash === -1) {
        list.push({ raw: file.raw.slice(prefix.length), mode: file.mode, id: file.id });
        at += 1;
      } else {
        const name = file.raw.slice(prefix.length, slash);
        const node = build(`${prefix}${name}/`);
        folders.set(name, node);
        list.push({ raw: name, mode: "040000", id: node.id });
      }
    }
    return { id: hashTree(list), entries: list, folders };
  };
  const toFolder = (node: Node): Folder => ({
    id: node.id,
    entries: async () => node.entries,
    open: (entry) => toFolder(node.folders.get(entry.raw) ?? node),
  });
  return toFolder(build(""));
}
