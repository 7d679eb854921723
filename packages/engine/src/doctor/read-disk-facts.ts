import { accessSync, constants, lstatSync, readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { EngineError } from "../errors.ts";
import { refuseNewerState } from "../state/state-directory.ts";
import type { DiskFacts, Room } from "./disk-checks.ts";
import { measureSync } from "./measure-sync.ts";

/** Types of file systems in memory, as statfs(2) names them: tmpfs and ramfs. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);
/** Where Linux has a file system in memory for everybody. */
const MEMORY_FOLDER = "/dev/shm";

/** Looks at the state folder of a target, the disk below it and the folder for temporary files. Nothing that it writes stays. */
export function readDiskFacts(target: string, allowedBytes: number): DiskFacts {
  const stateFolder = path.join(target, STATE_FOLDER_NAME);
  const state = readState(stateFolder, target);
  const folder = state.kind === "folder" ? stateFolder : target;
  const mayWrite = state.kind !== "blocked" && state.writeError === undefined;
  const temporary = tmpdir();
  return {
    stateFolder,
    state,
    stateBytes: state.kind === "folder" ? sizeOf(stateFolder) : 0,
    allowedBytes,
    room: roomOf(folder),
    sync: mayWrite ? measureSync(folder) : undefined,
    temporary: { path: temporary, writeError: writeErrorOf(temporary), room: roomOf(temporary) },
    memoryFolder: process.platform === "linux" ? readMemoryFolder() : undefined,
  };
}

function readState(folder: string, target: string): DiskFacts["state"] {
  try {
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return { kind: "missing", writeError: writeErrorOf(target) };
    if (!stat.isDirectory()) {
      const what = stat.isSymbolicLink() ? "a symbolic link" : "no folder";
      const hint = "move it away; the folder of that name holds the state of runs";
      return { kind: "blocked", message: `${folder} is ${what}`, hint };
    }
    const writeError = writeErrorOf(folder);
    if (writeError === undefined) refuseNewerState(folder);
    return { kind: "folder", writeError };
  } catch (error) {
    if (error instanceof EngineError) return { kind: "blocked", message: error.message, hint: error.hint };
    return { kind: "folder", writeError: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

/** Why a folder cannot be written; `undefined` where it can. */
function writeErrorOf(folder: string): string | undefined {
  try {
    if (!statSync(folder).isDirectory()) return "ENOTDIR";
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Bytes of all files below a folder; what cannot be read, or goes away meanwhile, counts for nothing. */
function sizeOf(folder: string): number {
  let bytes = 0;
  const open = [folder];
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
    try {
      for (const entry of readdirSync(inner, { withFileTypes: true })) {
        const place = path.join(inner, entry.name);
        if (entry.isDirectory()) open.push(place);
        else if (entry.isFile()) bytes += lstatSync(place, { throwIfNoEntry: false })?.size ?? 0;
      }
    } catch {
      // The folder is gone, or not for us.
    }
  }
  return bytes;
}

function roomOf(folder: string): Room | undefined {
  try {
    const { bsize, blocks, bavail, files, ffree, type } = statfsSync(folder);
    return {
      totalBytes: blocks * bsize,
      freeBytes: bavail * bsize,
      // Some file systems make room for files as they are needed, and say 0.
      freeFiles: files === 0 ? undefined : ffree,
      isMemory: process.platform === "linux" ? IN_MEMORY.has(type) : undefined,
    };
  } catch {
    return undefined;
  }
}

function readMemoryFolder(): DiskFacts["memoryFolder"] {
  const room = roomOf(MEMORY_FOLDER);
  if (room?.isMemory !== true || writeErrorOf(MEMORY_FOLDER) !== undefined) return undefined;
  try {
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    const options = mounts.map((line) => line.split(" ")).find(([, place]) => place === MEMORY_FOLDER)?.[3] ?? "";
    // Installers and test runners start programs from their temporary files.
    if (options.split(",").includes("noexec")) return undefined;
  } catch {
    return undefined;
  }
  return { path: MEMORY_FOLDER, freeBytes: room.freeBytes };
}
