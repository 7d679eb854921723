import type { AreaCheck } from "./check.ts";
import type { SyncMeasurement } from "./measure-sync.ts";

/** Room on a file system, in bytes. */
export interface Room {
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Files that can still be made; `undefined` where the file system has no such limit. */
  readonly freeFiles: number | undefined;
  /** Whether it is memory (tmpfs or ramfs); `undefined` where that cannot be told. */
  readonly isMemory: boolean | undefined;
}

/** What is known of the places that runs write to. */
export interface DiskFacts {
  /** Absolute path of the state folder. */
  readonly stateFolder: string;
  readonly state:
    | { readonly kind: "missing" | "folder"; readonly writeError: string | undefined }
    | { readonly kind: "blocked"; readonly message: string; readonly hint: string };
  /** What is in the state folder. */
  readonly stateBytes: number;
  /** What it may hold by the configuration. */
  readonly allowedBytes: number;
  readonly room: Room | undefined;
  readonly sync: SyncMeasurement | undefined;
  readonly temporary: {
    readonly path: string;
    readonly writeError: string | undefined;
    readonly room: Room | undefined;
  };
  /** A folder in memory that everybody may write to and run programs from, where there is one. */
  readonly memoryFolder: { readonly path: string; readonly freeBytes: number } | undefined;
}

const MB = 2 ** 20;
const GB = 2 ** 30;
/** Below, a run may not be able to keep its record; below ten times as much it is time to make room. */
const NO_ROOM = 50 * MB;
const LITTLE_ROOM = 10 * NO_ROOM;
const FEW_FILES = 1_000;
/** From this on it is a disk over a network or one that turns; local ones take a tenth. */
const SLOW_SYNC_MS = 25;
/** What tests and builds commonly want of a folder for temporary files. */
const TEMPORARY_BYTES = GB;
/** Cleaning goes on in runs from somewhat above the limits. */
const TOLERANCE = 1.5;

/** Judges the state folder, the disk below it and the folder for temporary files. Pure. */
export function checkDisk(facts: DiskFacts): readonly AreaCheck[] {
  return [checkState(facts), ...checkSize(facts), ...checkRoom(facts), ...checkSpeed(facts), checkTemporary(facts)];
}

function checkState({ state, stateFolder }: DiskFacts): AreaCheck {
  const id = "state-folder";
  if (state.kind === "blocked") return { id, state: "problem", message: state.message, mend: state.hint };
  if (state.writeError !== undefined) {
    return {
      id,
      state: "problem",
      message: `${stateFolder} cannot be written (${state.writeError}): nothing would be kept of a run, nor replayed later`,
      mend:
        state.writeError === "EROFS"
          ? "mount the file system for writing"
          : `make ${state.kind === "missing" ? "the folder it belongs in" : "it"} yours, or writable for you (chmod -R u+w)`,
    };
  }
  const message =
    state.kind === "missing"
      ? `no run has been here yet; state goes to ${stateFolder}`
      : `${stateFolder} can be written`;
  return { id, state: "ok", message };
}

function checkSize({ state, stateBytes, allowedBytes }: DiskFacts): readonly AreaCheck[] {
  if (state.kind !== "folder") return [];
  const id = "state-size";
  const message = `the state folder holds ${size(stateBytes)}`;
  if (stateBytes <= TOLERANCE * allowedBytes) return [{ id, state: "ok", message }];
  const more = `${message}, more than the ${size(allowedBytes)} that \`retention\` and \`ai_cache\` allow`;
  return [{ id, state: "advice", message: more, mend: "ai-workflow clean && ai-workflow cache clean" }];
}

function checkRoom({ room }: DiskFacts): readonly AreaCheck[] {
  if (room === undefined) return [];
  const id = "disk-room";
  const mend = "make room on the disk; `ai-workflow clean` removes what `retention` does not keep";
  const { freeBytes, freeFiles } = room;
  if (freeFiles !== undefined && freeFiles < FEW_FILES) {
    return [
      { id, state: "problem", message: `the disk with the state has room for only ${freeFiles} more files`, mend },
    ];
  }
  const message = `${size(freeBytes)} free on the disk with the state`;
  if (freeBytes < NO_ROOM) return [{ id, state: "problem", message: `only ${message}`, mend }];
  if (freeBytes < LITTLE_ROOM) return [{ id, state: "advice", message: `only ${message}`, mend }];
  return [{ id, state: "ok", message }];
}

function checkSpeed({ sync }: DiskFacts): readonly AreaCheck[] {
  if (sync === undefined) return [];
  const id = "disk-speed";
  if (!sync.ok) return [{ id, state: "unknown", message: `how fast the disk is could not be measured (${sync.code})` }];
  const took = `${sync.medianMs < 10 ? sync.medianMs.toFixed(1) : sync.medianMs.toFixed(0)} ms until 4 KiB are on the disk`;
  if (sync.medianMs < SLOW_SYNC_MS) return [{ id, state: "ok", message: took }];
  return [
    {
      id,
      state: "advice",
      message: `${took}: that is slow`,
      mend: "work in a folder on a local disk, not over a network",
    },
  ];
}

function checkTemporary({ temporary: { path, writeError, room }, memoryFolder }: DiskFacts): AreaCheck {
  const id = "temporary-folder";
  const other = "export TMPDIR=<a folder that you may write to>";
  if (writeError !== undefined) {
    return {
      id,
      state: "problem",
      message: `temporary files go to ${path}, which cannot be written (${writeError})`,
      mend: other,
    };
  }
  if (room === undefined) return { id, state: "ok", message: `temporary files go to ${path}` };
  const where = `temporary files go to ${path}${room.isMemory === true ? ", in memory" : ""}`;
  const free = `${size(room.freeBytes)} of ${size(room.totalBytes)} free`;
  if (room.freeBytes < NO_ROOM) return { id, state: "problem", message: `${where}: only ${free}`, mend: other };
  if (room.freeBytes < TEMPORARY_BYTES) {
    return { id, state: "advice", message: `${where}: only ${free}, which tests and builds may fill`, mend: other };
  }
  if (room.isMemory === false && memoryFolder !== undefined && memoryFolder.freeBytes >= 2 * TEMPORARY_BYTES) {
    return {
      id,
      state: "advice",
      message: `${where}, on a disk; steps that write many are faster in memory, of which ${memoryFolder.path} has ${size(memoryFolder.freeBytes)} free`,
      mend: `export TMPDIR=${memoryFolder.path}`,
    };
  }
  return { id, state: "ok", message: `${where}: ${free}` };
}

function size(bytes: number): string {
  return bytes < GB ? `${(bytes / MB).toFixed(bytes < 10 * MB ? 1 : 0)} MB` : `${(bytes / GB).toFixed(1)} GB`;
}
