import { lstatSync, readlinkSync } from "node:fs";
import path from "node:path";
import type { BlobStore } from "./blob-store.ts";
import { findOutputs } from "./find-outputs.ts";
import { isSafeLink, type OutputEntry, type OutputManifest } from "./output-manifest.ts";

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
  const found = findOutputs(target, globs);
  const not = (because: string): CapturedOutputs => ({ captured: false, because });
  if (found.length === 0) return not(`nothing matches its outputs ${globs.join(", ")}`);
  if (found.length > MAX_OUTPUT_FILES)
    return not(`its outputs are ${found.length} files, more than ${MAX_OUTPUT_FILES}`);
  const entries: OutputEntry[] = [];
  let totalBytes = 0;
  for (const { path: file, kind } of found) {
    const place = path.join(target, file);
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
    entries.push({ kind, path: file, ...blobs.put(place), executable: (stat.mode & 0o111) !== 0 });
  }
  return { captured: true, manifest: { entries } };
}
