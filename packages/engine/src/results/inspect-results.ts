import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readSync } from "node:fs";
import path from "node:path";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import { BLOB_FOLDER } from "../outputs/output-store.ts";
import { RESULTS_FOLDER } from "../state/state-directory.ts";
import { listResults, type StoredFiles } from "./list-results.ts";
import { createResultStore } from "./result-store.ts";

/** What is stored of steps that passed. */
export interface StoredResults {
  readonly count: number;
  /** On disk, with logs and without contents of outputs. */
  readonly sizeBytes: number;
  /** Contents of outputs that they need, each counted once, and what these take. */
  readonly contentCount: number;
  readonly contentBytes: number;
}

/** A stored success that is not replayed. */
export interface DamagedResult {
  readonly fingerprint: string;
  /**
   * `damaged`: it is cut, was edited, or is of another version; `content-missing`, `content-damaged`: of what it left a content is gone or is not
   * what it was.
   */
  readonly reason: "damaged" | "content-missing" | "content-damaged";
}

/** What came of reading every stored success. */
export interface ResultsCheck {
  readonly checkedCount: number;
  readonly validCount: number;
  readonly damaged: readonly DamagedResult[];
}

const CHUNK_BYTES = 256 * 1_024;

/** Counts what is stored of steps that passed, which runs replay. Reads no contents. */
export function describeResults({ directory }: Pick<LoadedWorkflow, "directory">): StoredResults {
  const entries = entriesIn(folderOf(directory));
  const contents = new Map(
    entries.flatMap(({ contents: own }) => own.map(({ sha256, sizeBytes }) => [sha256, sizeBytes])),
  );
  return {
    count: entries.length,
    sizeBytes: entries.reduce((sum, { ownBytes }) => sum + ownBytes, 0),
    contentCount: contents.size,
    contentBytes: [...contents.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** Reads every stored success and every content that one needs. Removes nothing: a run takes none that is damaged. */
export function checkResults({ directory }: Pick<LoadedWorkflow, "directory">): ResultsCheck {
  const folder = folderOf(directory);
  const store = createResultStore(folder);
  const entries = entriesIn(folder);
  /** By hash, as steps share contents. */
  const known = new Map<string, DamagedResult["reason"] | undefined>();
  const judgeContent = (sha256: string): DamagedResult["reason"] | undefined => {
    if (!known.has(sha256)) known.set(sha256, checkContent(path.join(folder, BLOB_FOLDER), sha256));
    return known.get(sha256);
  };
  const damaged = entries.flatMap(({ fingerprint, contents }): readonly DamagedResult[] => {
    if (store.find(fingerprint) === undefined) return [{ fingerprint, reason: "damaged" }];
    const reason = contents.map(({ sha256 }) => judgeContent(sha256)).find((found) => found !== undefined);
    return reason === undefined ? [] : [{ fingerprint, reason }];
  });
  return { checkedCount: entries.length, validCount: entries.length - damaged.length, damaged };
}

function folderOf(directory: string): string {
  return path.join(directory, STATE_FOLDER_NAME, RESULTS_FOLDER);
}

/** The successes; a file that is set aside or half-written is none. */
function entriesIn(folder: string): readonly StoredFiles[] {
  try {
    return [...listResults(folder).values()].filter(({ fingerprint, files }) =>
      files.some((file) => file.endsWith(`${fingerprint}.json`)),
    );
  } catch (error) {
    // Without a single success there is no store yet.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function checkContent(folder: string, sha256: string): DamagedResult["reason"] | undefined {
  let file: number;
  try {
    file = openSync(path.join(folder, sha256.slice(0, 2), sha256), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return "content-missing";
  }
  try {
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, length));
    }
    return hash.digest("hex") === sha256 ? undefined : "content-damaged";
  } catch {
    return "content-damaged";
  } finally {
    closeSync(file);
  }
}
