import { createHash } from "node:crypto";
import { lstatSync, readlinkSync } from "node:fs";
import { createLinkGuard } from "../disk/link-guard.ts";
import { unreadableId } from "../disk/unreadable-id.ts";
import { nameKey, type GitName } from "../git-name.ts";
import type { PathState } from "../path-facts.ts";
import type { Git } from "./git-process.ts";
import { hashFiles } from "./hash-files.ts";
import { pathOnDisk } from "../disk/path-on-disk.ts";

/** Files looked at before the event loop gets a turn. */
const FILES_PER_TURN = 500;

/** A file to look at. */
export interface DiskFile {
  readonly name: GitName;
  /** git's word on the mode, which honours core.fileMode; `undefined` where git has none, for untracked files. */
  readonly mode: string | undefined;
}

function blobId(content: Buffer, idLength: number): string {
  return createHash(idLength === 64 ? "sha256" : "sha1")
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest("hex");
}

/** Whether executable bits mean anything in this work tree; they do where nothing says otherwise. */
async function trustsModes(git: Git, root: string): Promise<boolean> {
  const { exitCode, stdout } = await git(["config", "--type=bool", "--get", "core.fileMode"], { cwd: root });
  return exitCode !== 0 || stdout.toString("latin1").trim() !== "false";
}

/**
 * Mode and content id, as they are on the disk, by `nameKey()`. Symbolic links count by their target text and are never followed. A key
 * without a value is a path at which there is no file; content that cannot be read has an id that equals no other.
 */
export async function readDiskStates(
  git: Git,
  root: string,
  files: Iterable<DiskFile>,
  options: {
    /** Length of an object id of this repository: 40 or 64 characters. */
    readonly idLength: number;
    /** Whether contents are what git would store, or the bytes as they are. @defaultValue true */
    readonly filters?: boolean | undefined;
  },
): Promise<Map<string, PathState | undefined>> {
  const { idLength, filters = true } = options;
  const states = new Map<string, PathState | undefined>();
  const regular: GitName[] = [];
  const modes: string[] = [];
  /** Positions of executables whose mode nobody but the disk tells. */
  const executables: number[] = [];
  const isBehindLink = createLinkGuard(root);
  let looked = 0;
  for (const { name, mode } of files) {
    looked += 1;
    if (looked % FILES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    const key = nameKey(name);
    const path = pathOnDisk(root, name);
    try {
      const stats = isBehindLink(path) ? undefined : lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) states.set(key, undefined);
      else if (stats.isSymbolicLink()) {
        states.set(key, { mode: "120000", id: blobId(readlinkSync(path, { encoding: "buffer" }), idLength) });
      } else if (stats.isFile()) {
        regular.push(name);
        const isExecutable = process.platform !== "win32" && (stats.mode & 0o100) !== 0;
        const isTold = mode?.startsWith("100") === true;
        if (isExecutable && !isTold) executables.push(modes.length);
        modes.push(isTold ? mode : isExecutable ? "100755" : "100644");
      } else states.set(key, undefined);
    } catch (error) {
      // A folder above it that is a file by now, or a link to itself: there is no such file.
      const { code } = error as NodeJS.ErrnoException;
      const isGone = code === "ENOTDIR" || code === "ELOOP";
      states.set(key, isGone ? undefined : { mode: mode ?? "100644", id: unreadableId() });
    }
  }
  const [ids, areTrusted] = await Promise.all([
    regular.length === 0 ? [] : hashFiles(git, root, regular, { idLength, filters }),
    executables.length === 0 || trustsModes(git, root),
  ]);
  if (!areTrusted) for (const position of executables) modes[position] = "100644";
  for (const [position, name] of regular.entries()) {
    const id = ids[position];
    const isGone = id === undefined && isMissing(pathOnDisk(root, name));
    states.set(nameKey(name), isGone ? undefined : { mode: modes[position] ?? "100644", id: id ?? unreadableId() });
  }
  return states;
}

function isMissing(path: string | Buffer): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
