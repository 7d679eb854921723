import { lstatSync, readlinkSync } from "node:fs";
import path from "node:path";
import { BlobError, type BlobStore } from "./blob-store.ts";
import { findOutputs, type FoundOutput } from "./find-outputs.ts";
import { isSafeLink, PERMISSIONS, type OutputEntry, type OutputManifest } from "./output-manifest.ts";

/** What came of storing the outputs of a step. */
export type CapturedOutputs =
  | { readonly captured: true; readonly manifest: OutputManifest }
  /** They cannot be restored as they are, so nothing is replayed. */
  | { readonly captured: false; readonly because: string };

/** Bytes that the outputs of one step may take. */
export const MAX_OUTPUT_BYTES: number = 512 * 2 ** 20;

/** Files that a step may leave. */
const MAX_OUTPUT_FILES = 50_000;

/**
 * Stores what a step left under its outputs.
 *
 * @param target - absolute path of the target directory
 * @param globs - `outputs` of the step
 */
export function captureOutputs(
  target: string,
  globs: readonly string[],
  blobs: BlobStore,
  maxBytes: number = MAX_OUTPUT_BYTES,
): CapturedOutputs {
  const not = (because: string): CapturedOutputs => ({ captured: false, because });
  let found: readonly FoundOutput[];
  try {
    found = findOutputs(target, globs);
  } catch (error) {
    return not(`its outputs cannot be listed (${whyUnreadable(error)})`);
  }
  if (found.every(({ kind }) => kind === "folder")) return not(`nothing matches its outputs ${globs.join(", ")}`);
  if (found.length > MAX_OUTPUT_FILES)
    return not(`its outputs are ${found.length} files, more than ${MAX_OUTPUT_FILES}`);
  const entries: OutputEntry[] = [];
  let totalBytes = 0;
  for (const { path: file, kind } of found) {
    const place = path.join(target, file);
    if (kind === "folder") {
      entries.push({ kind, path: file });
      continue;
    }
    try {
      if (kind === "link") {
        const link = readlinkSync(place);
        if (!isSafeLink(file, link))
          return not(`its output ${JSON.stringify(file)} is a link that leads out of the target`);
        entries.push({ kind, path: file, target: link });
        continue;
      }
      const stat = lstatSync(place);
      totalBytes += stat.size;
      if (totalBytes > maxBytes) return not(`its outputs are larger than ${Math.round(maxBytes / 2 ** 20)} MB`);
      const executable = (stat.mode & 0o111) !== 0;
      entries.push({ kind, path: file, ...blobs.put(place), executable, mode: stat.mode & PERMISSIONS });
    } catch (error) {
      return not(`its output ${JSON.stringify(file)} cannot be read (${whyUnreadable(error)})`);
    }
  }
  return { captured: true, manifest: { entries } };
}

/** Errors that say that a file went, became another one, may not be read, or has a name that is no UTF-8 and so was not found by it. */
const UNREADABLE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "EINVAL", "ENXIO"]);

/**
 * The code of an error of one step's files, which are no matter of other steps.
 *
 * @throws any other error: then nothing can be stored
 */
function whyUnreadable(error: unknown): string {
  if (error instanceof BlobError) return "no file";
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !UNREADABLE.has(code)) throw error;
  return code;
}
