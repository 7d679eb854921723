import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import type { FileEntry } from "../change.ts";
import { READ_FILE_ITSELF } from "../disk/open-flags.ts";
import type { Tree } from "./tree.ts";

function readRegular(file: string): Uint8Array | undefined {
  let open: number;
  try {
    open = openSync(file, READ_FILE_ITSELF);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ELOOP: a link. What is there and cannot be read must not look as if there were nothing.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "ENXIO") return undefined;
    throw error;
  }
  try {
    return fstatSync(open).isFile() ? readFileSync(open) : undefined;
  } finally {
    closeSync(open);
  }
}

/**
 * The files of a work tree, as they were listed, with their present content. Only listed regular files can be read, and none through a
 * symbolic link.
 */
export function openWorkTree(root: string, files: readonly FileEntry[]): Tree {
  let listed: Set<string> | undefined;
  return {
    paths: async () => files.map((file) => file.path),
    read: async (name) => {
      listed ??= new Set(files.filter(({ mode }) => mode.startsWith("100")).map((file) => file.path));
      return listed.has(name) ? readRegular(path.join(root, name)) : undefined;
    },
  };
}
