import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";

/** Contents of files by their SHA-256. A content appears as a whole or not at all. */
export interface BlobStore {
  /** Takes the content of a file. Gives its hash and size. */
  put(file: string): { readonly sha256: string; readonly sizeBytes: number };
  has(sha256: string): boolean;
  /**
   * Writes a content to a file that does not exist yet, and checks it on the way.
   *
   * @throws {BlobError} when the store does not have it, or what it has is damaged; then nothing is left at `file`
   */
  copyTo(sha256: string, file: string, mode: number): void;
}

/** The store does not have a content, or a damaged one. */
export class BlobError extends Error {
  override readonly name = "BlobError";
}

const CHUNK_BYTES = 256 * 1_024;

/** @param folder - where contents are kept, in two-letter folders; need not exist yet */
export function createBlobStore(folder: string): BlobStore {
  const placeOf = (sha256: string): string => path.join(folder, sha256.slice(0, 2), sha256);
  return {
    put(file) {
      mkdirSync(folder, { recursive: true });
      const temporary = path.join(folder, `.${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
      // A link put in the file's place would lead anywhere.
      const source = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        if (!fstatSync(source).isFile()) throw new BlobError(`${file} is no file`);
        const copied = copy(source, openSync(temporary, "wx", 0o600));
        const place = placeOf(copied.sha256);
        if (!existsSync(place)) {
          mkdirSync(path.dirname(place), { recursive: true });
          renameSync(temporary, place);
        }
        return copied;
      } finally {
        closeSync(source);
        rmSync(temporary, { force: true });
      }
    },
    has: (sha256) => existsSync(placeOf(sha256)),
    copyTo(sha256, file, mode) {
      let source: number;
      try {
        source = openSync(placeOf(sha256), constants.O_RDONLY | constants.O_NOFOLLOW);
      } catch (error) {
        throw new BlobError(`the stored content of ${path.basename(file)} is gone`, { cause: error });
      }
      try {
        const copied = copy(source, openSync(file, "wx", mode));
        if (copied.sha256 === sha256) return;
        rmSync(file, { force: true });
        rmSync(placeOf(sha256), { force: true });
        throw new BlobError(`the stored content of ${path.basename(file)} is damaged`);
      } finally {
        closeSync(source);
      }
    },
  };
}

/** Copies everything that is read from one file to another, and hashes it. Closes the second. */
function copy(source: number, destination: number): { readonly sha256: string; readonly sizeBytes: number } {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let sizeBytes = 0;
  try {
    for (;;) {
      const length = readSync(source, buffer, 0, buffer.length, null);
      if (length === 0) break;
      const part = buffer.subarray(0, length);
      hash.update(part);
      for (let written = 0; written < length;) written += writeSync(destination, part, written);
      sizeBytes += length;
    }
  } finally {
    closeSync(destination);
  }
  return { sha256: hash.digest("hex"), sizeBytes };
}
