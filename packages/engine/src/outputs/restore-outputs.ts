import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  type Stats,
} from "node:fs";
import path from "node:path";
import type { BlobStore } from "./blob-store.ts";
import { findOutputs } from "./find-outputs.ts";
import { PERMISSIONS, type OutputEntry, type OutputManifest } from "./output-manifest.ts";

/** What a restore did, or why it did nothing. */
export type RestoredOutputs =
  | {
      readonly restored: true;
      /** Files, links and empty folders that had to be written or removed. */ readonly changes: number;
    }
  | { readonly restored: false; readonly because: string };

/** What restoring needs. */
export interface RestoreOptions {
  /** Absolute path of the target directory. */
  readonly target: string;
  /** `outputs` of the step: what is there beside the manifest goes, so that a replay leaves what the step left. */
  readonly globs: readonly string[];
  readonly blobs: BlobStore;
  /** Absolute path of a folder on the file system of the target, for files on the way. */
  readonly staging: string;
}

/**
 * Makes the outputs of a step what they were. Everything is prepared and checked beside the place before the first file is moved into it; a
 * kill in between leaves some files of each kind, which the next look finds out and mends. Nothing is written through a link or outside of
 * the target. What is right already is not touched.
 */
export function restoreOutputs(manifest: OutputManifest, options: RestoreOptions): RestoredOutputs {
  const { target, globs, blobs, staging } = options;
  const wanted = new Map(manifest.entries.map((entry) => [entry.path, entry]));
  const stale = findOutputs(target, globs).filter(({ path: file }) => !wanted.has(file));
  const due = manifest.entries.filter((entry) => !isThere(target, entry));
  if (due.length === 0 && stale.length === 0) return { restored: true, changes: 0 };
  for (const { path: file } of due) {
    const blocked = findBlocked(target, file);
    if (blocked === undefined) continue;
    const remedy = "remove it, or name the folder that it leads to in `outputs`";
    const because = `${JSON.stringify(blocked)} is a link, and nothing is written through one: ${remedy}`;
    return { restored: false, because };
  }
  mkdirSync(staging, { recursive: true });
  const folder = mkdtempSync(path.join(staging, "outputs-"));
  try {
    const ready = due.map((entry, index): readonly [OutputEntry, string] => {
      const temporary = path.join(folder, String(index));
      if (entry.kind === "link") symlinkSync(entry.target, temporary);
      else if (entry.kind === "folder") mkdirSync(temporary);
      else {
        // A private file is private on the way, too.
        blobs.copyTo(entry.sha256, temporary, entry.mode ?? (entry.executable ? 0o755 : 0o644));
        if (entry.mode !== undefined) chmodSync(temporary, entry.mode);
      }
      return [entry, temporary];
    });
    for (const { path: file, kind } of stale) {
      if (kind !== "folder") rmSync(path.join(target, file), { force: true });
    }
    for (const [entry, temporary] of ready) moveInto(target, entry.path, temporary);
    removeEmptied(target, globs, wanted);
    return { restored: true, changes: due.length + stale.length };
  } catch (error) {
    return { restored: false, because: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether every content that a restore may need is in the store. */
export function canRestore({ entries }: OutputManifest, blobs: Pick<BlobStore, "has">): boolean {
  return entries.every((entry) => entry.kind !== "file" || blobs.has(entry.sha256));
}

function isThere(target: string, entry: OutputEntry): boolean {
  const place = path.join(target, entry.path);
  const stat = statOf(place);
  if (stat === undefined || findBlocked(target, entry.path) !== undefined) return false;
  if (entry.kind === "link") return stat.isSymbolicLink() && readlinkSync(place) === entry.target;
  if (entry.kind === "folder") return stat.isDirectory();
  if (!stat.isFile() || stat.size !== entry.sizeBytes || !hasModeOf(entry, stat)) return false;
  return hashOf(place) === entry.sha256;
}

function hasModeOf({ mode, executable }: OutputEntry & { readonly kind: "file" }, stat: Stats): boolean {
  return mode === undefined ? ((stat.mode & 0o111) !== 0) === executable : (stat.mode & PERMISSIONS) === mode;
}

/** Removes the empty folders that the step did not leave, and those that are empty when these are gone. */
function removeEmptied(target: string, globs: readonly string[], wanted: ReadonlyMap<string, OutputEntry>): void {
  for (;;) {
    const emptied = findOutputs(target, globs).filter(({ path: file, kind }) => kind === "folder" && !wanted.has(file));
    if (emptied.length === 0) return;
    for (const { path: folder } of emptied) rmdirSync(path.join(target, folder));
  }
}

/** The first folder on the way to a file that is a link. */
function findBlocked(target: string, file: string): string | undefined {
  const parts = file.split("/").slice(0, -1);
  for (let length = 1; length <= parts.length; length += 1) {
    const folder = parts.slice(0, length).join("/");
    const stat = statOf(path.join(target, folder));
    if (stat === undefined) return undefined;
    if (stat.isSymbolicLink()) return folder;
  }
  return undefined;
}

/** Moves a file to its place. What stands there and is a folder goes: the step left a file of that name. */
function moveInto(target: string, file: string, temporary: string): void {
  const parts = file.split("/");
  for (let length = 1; length < parts.length; length += 1) {
    const folder = path.join(target, ...parts.slice(0, length));
    const stat = statOf(folder);
    if (stat?.isSymbolicLink() === true)
      throw new Error(`${JSON.stringify(parts.slice(0, length).join("/"))} became a link`);
    if (stat !== undefined && !stat.isDirectory()) rmSync(folder);
    if (stat?.isDirectory() !== true) mkdirSync(folder);
  }
  const place = path.join(target, file);
  // No folder takes the place of a file by itself, nor a file that of a folder.
  const isFolder = statOf(temporary)?.isDirectory() === true;
  if (isFolder || statOf(place)?.isDirectory() === true) rmSync(place, { recursive: true, force: true });
  renameSync(temporary, place);
}

/** What stands at a path, links not followed; `undefined` also where a file stands in place of a folder on the way. */
function statOf(place: string): Stats | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

const buffer = Buffer.allocUnsafe(256 * 1_024);

function hashOf(file: string): string | undefined {
  let opened: number;
  try {
    opened = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    const hash = createHash("sha256");
    for (;;) {
      const length = readSync(opened, buffer, 0, buffer.length, null);
      if (length === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(opened);
  }
}
