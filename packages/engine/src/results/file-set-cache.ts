import { createHash } from "node:crypto";
import path from "node:path";
import { fingerprintFiles, type FileEntry } from "@ai-workflow/change-detection";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../state/read-state-file.ts";
import type { FileSetHashes } from "../selection/fingerprint.ts";

/** Version of the file, and of what a hash in it means. */
const FORMAT_VERSION = 1;

/** Hashes of file sets for one state of the work tree, kept from run to run. */
export interface FileSetCache {
  /** The hashes known for exactly these files. */
  readonly forFiles: (files: readonly FileEntry[]) => FileSetHashes;
  /** Keeps what was added for the next run; where that fails the next run hashes again. */
  readonly save: () => void;
}

interface CacheFile {
  readonly formatVersion: number;
  /** Fingerprint of all files. */
  readonly listing: string;
  readonly sets: Readonly<Record<string, string>>;
}

/**
 * Which files a step reads, and the hash over them, follow from the list of all files alone. While that list stays the same no glob
 * has to be matched again.
 */
export function createFileSetCache(state: string): FileSetCache {
  const file = path.join(state, "cache", "file-sets.json");
  let listing: string | undefined;
  let sets = new Map<string, string>();
  let knownCount = 0;
  return {
    forFiles(files) {
      listing = fingerprintFiles(files);
      sets = read(file, listing);
      knownCount = sets.size;
      return sets;
    },
    save() {
      if (listing === undefined || sets.size === knownCount) return;
      const content: CacheFile = { formatVersion: FORMAT_VERSION, listing, sets: Object.fromEntries(sets) };
      const text = JSON.stringify(content);
      try {
        writeFileAtomic(file, `${sha256(text)}\n${text}\n`);
      } catch {
        // A cache that cannot be written is no reason to tell anybody.
      }
    },
  };
}

function read(file: string, listing: string): Map<string, string> {
  try {
    const [checksum, text = ""] = readStateFile(file).toString("utf8").split("\n");
    if (checksum !== sha256(text)) return new Map();
    const content = JSON.parse(text) as CacheFile;
    const fits = content.formatVersion === FORMAT_VERSION && content.listing === listing;
    return fits ? new Map(Object.entries(content.sets)) : new Map();
  } catch {
    return new Map();
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
