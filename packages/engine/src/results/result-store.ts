import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../state/read-state-file.ts";
import type { StoredSuccess } from "./stored-success.ts";

/** Version of the entry format; an entry of another version is a miss and is left alone. */
const FORMAT_VERSION = 1;

/** Successes by fingerprint, one JSON file each in two-letter folders, with the step's log beside it. */
export interface ResultStore {
  /** The success stored under a fingerprint (full or relevant); `undefined` when there is none that is whole. */
  find(fingerprint: string): StoredSuccess | undefined;
  /** Path of the log stored with a success, whether or not it exists. */
  logPath(fingerprint: string): string;
  /** Stores a success under its fingerprints; a kill at any moment leaves either nothing or a whole entry. */
  put(success: StoredSuccess, logFile: string | undefined): void;
  /** Removes what is stored under some fingerprints; what cannot be removed stays. */
  forget(fingerprints: readonly string[]): void;
}

interface Entry {
  readonly formatVersion: number;
  /** SHA-256 over the JSON text of `success`. */
  readonly checksum: string;
  readonly success: StoredSuccess;
}

/** Options of {@link createResultStore}. */
export interface ResultStoreOptions {
  /** Told of an entry that is damaged, after it was set aside under a `.corrupt` name. Without it nothing is set aside. */
  readonly onCorrupt?: ((file: string) => void) | undefined;
}

/** Opens the store in a folder that may not exist yet. */
export function createResultStore(folder: string, options: ResultStoreOptions = {}): ResultStore {
  const fileOf = (fingerprint: string, extension: string): string =>
    [folder, fingerprint.slice(0, 2), fingerprint + extension].join(path.sep);

  const find = (fingerprint: string): StoredSuccess | undefined => {
    const file = fileOf(fingerprint, ".json");
    let text: string;
    try {
      text = readStateFile(file).toString("utf8");
    } catch {
      return undefined;
    }
    const entry = decode(text);
    if (entry === "other-version") return undefined;
    const matches =
      entry !== "corrupt" && (entry.fingerprint === fingerprint || entry.relevantFingerprint === fingerprint);
    if (matches) return entry;
    if (options.onCorrupt !== undefined) {
      setAside(file);
      options.onCorrupt(file);
    }
    return undefined;
  };

  const put = (success: StoredSuccess, logFile: string | undefined): void => {
    const successText = JSON.stringify(success);
    const text = `{"formatVersion":${FORMAT_VERSION},"checksum":"${sha256(successText)}","success":${successText}}\n`;
    // The log goes first: once the entry is there, so is its log.
    if (logFile !== undefined) copyLog(logFile, fileOf(success.fingerprint, ".log"));
    for (const fingerprint of [success.fingerprint, success.relevantFingerprint]) {
      if (fingerprint === undefined) continue;
      const file = fileOf(fingerprint, ".json");
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileAtomic(file, text);
    }
  };

  const forget = (fingerprints: readonly string[]): void => {
    for (const fingerprint of fingerprints) {
      try {
        // The entry goes first: without it nobody looks for the log.
        for (const extension of [".json", ".log"]) rmSync(fileOf(fingerprint, extension), { force: true });
      } catch {
        // In a folder that may not be written.
      }
    }
  };

  return { find, put, forget, logPath: (fingerprint) => fileOf(fingerprint, ".log") };
}

function decode(text: string): StoredSuccess | "corrupt" | "other-version" {
  let entry: Entry;
  try {
    entry = JSON.parse(text) as Entry;
  } catch {
    return "corrupt";
  }
  if (typeof entry !== "object" || entry === null) return "corrupt";
  if (Number.isInteger(entry.formatVersion) && entry.formatVersion !== FORMAT_VERSION) return "other-version";
  if (entry.success === undefined || entry.checksum !== sha256(JSON.stringify(entry.success))) return "corrupt";
  return entry.success;
}

function setAside(file: string): void {
  try {
    renameSync(file, `${file}.corrupt`);
  } catch {
    // Where it cannot be renamed it stays a miss.
  }
}

function copyLog(from: string, to: string): void {
  const temporary = `${to}.${process.pid}.tmp`;
  mkdirSync(path.dirname(to), { recursive: true });
  try {
    copyFileSync(from, temporary);
    renameSync(temporary, to);
  } catch {
    rmSync(temporary, { force: true });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
