import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, sep } from "node:path";
import { createCacheDirectory } from "../files/create-cache-directory.ts";
import { isMissing } from "../files/file-access.ts";
import { fanOutFolder, listFanOut } from "../files/list-fan-out.ts";
import type { CacheKey } from "../key/create-cache-key.ts";
import { decodeEntry } from "./cache-entry.ts";
import type { CacheStore, StoredEntry, StoreRead } from "./cache-store.ts";

const ENTRY_NAME = /^([0-9a-f]{64})\.json$/;
// A pipe under an entry's name would block an ordinary open for ever.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const NEW_FILE = { flag: "wx", mode: 0o600 } as const;
// No answer is this long; a file that is must not fill the memory.
const MAX_READ_BYTES = 256 * 1024 * 1024;

// What most answers fit into: they are read into one place kept for it, which costs less than a new buffer each time.
const SCRATCH_BYTES = 64 * 1024;
// How far the time of a file just written may be from the time it should have. Not being exact saves a call per write;
// kernels round by some milliseconds anyway.
const WRITE_TIME_TOLERANCE_MS = 1000;

/**
 * A store of one JSON file an entry, `<directory>/<first two digits>/<key>.json`. A file appears whole or not at all
 * (temporary file, then rename); it is not synced, because an entry lost in a power cut is a miss and a torn one fails
 * its checksum. Nothing is created or read before the first use. The time of last use is the file's modification time.
 */
export function createDiskStore(directory: string, maxBytes: number): CacheStore {
  const writerId = randomUUID();
  let writeCount = 0;
  let scratch: Buffer | undefined;
  const root = join(directory, sep);
  const stemOf = (key: CacheKey): string => root + fanOutFolder(key) + sep + key;
  const fileOf = (key: CacheKey): string => `${stemOf(key)}.json`;

  // In its own folder alone: elsewhere it is never looked for, and would be counted for ever.
  function* keys(): Generator<CacheKey> {
    for (const { folder, name } of listFanOut(directory)) {
      const key = ENTRY_NAME.exec(name)?.[1];
      if (key?.startsWith(folder) === true) yield key as CacheKey;
    }
  }

  function writeTemporary(key: CacheKey, temporary: string, bytes: Buffer): void {
    try {
      writeFileSync(temporary, bytes, NEW_FILE);
    } catch (error) {
      if (!isMissing(error)) throw error;
      createCacheDirectory(directory, fanOutFolder(key));
      writeFileSync(temporary, bytes, NEW_FILE);
    }
  }

  // The bytes are good until the next call.
  function read(descriptor: number, sizeBytes: number): Buffer {
    scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    if (sizeBytes > SCRATCH_BYTES) return readFileSync(descriptor);
    const readBytes = readSync(descriptor, scratch, 0, sizeBytes, 0);
    return readBytes === sizeBytes ? scratch.subarray(0, sizeBytes) : readFileSync(descriptor);
  }

  return {
    get(key): StoreRead {
      let descriptor: number | undefined;
      try {
        descriptor = openSync(fileOf(key), READ_FLAGS);
        const stat = fstatSync(descriptor);
        if (!stat.isFile()) return { found: false, reason: "unreadable" };
        if (stat.size > MAX_READ_BYTES) return { found: false, reason: "corrupt" };
        const decoded = decodeEntry(read(descriptor, stat.size), key);
        if (!decoded.ok) return { found: false, reason: decoded.problem };
        const lastUsedMs = Math.round(stat.mtimeMs);
        return { found: true, entry: decoded.entry, sizeBytes: stat.size, lastUsedMs };
      } catch (error) {
        return { found: false, reason: isMissing(error) ? "absent" : "unreadable" };
      } finally {
        if (descriptor !== undefined) closeSync(descriptor);
      }
    },
    put(entry, bytes): boolean {
      if (bytes.byteLength > maxBytes) return false;
      writeCount += 1;
      const stem = stemOf(entry.key);
      const temporary = `${stem}.${writerId}.${writeCount}.tmp`;
      try {
        writeTemporary(entry.key, temporary, bytes);
        if (Math.abs(entry.createdMs - Date.now()) > WRITE_TIME_TOLERANCE_MS) {
          utimesSync(temporary, entry.createdMs / 1000, entry.createdMs / 1000);
        }
        renameSync(temporary, `${stem}.json`);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
      return true;
    },
    touch(key, usedMs): void {
      try {
        utimesSync(fileOf(key), usedMs / 1000, usedMs / 1000);
      } catch {
        // A cache that can be read but not written still serves; it only evicts in the order of writing.
      }
    },
    delete(key): boolean {
      try {
        lstatSync(fileOf(key));
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
      // Recursive, because a directory may stand where the file should be.
      rmSync(fileOf(key), { recursive: true, force: true });
      return true;
    },
    list(): StoredEntry[] {
      const entries: StoredEntry[] = [];
      for (const key of keys()) {
        try {
          const { size, mtimeMs } = lstatSync(fileOf(key));
          entries.push({ key, sizeBytes: size, lastUsedMs: Math.round(mtimeMs) });
        } catch {
          // Another process removed it between the two calls.
        }
      }
      return entries;
    },
  };
}
