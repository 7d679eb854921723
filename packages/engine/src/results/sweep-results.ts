import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BLOB_FOLDER } from "../outputs/output-store.ts";
import { isOutputManifest, type OutputManifest } from "../outputs/output-manifest.ts";
import { chooseResultsToDrop, type ResultLimits, type StoredResult } from "./choose-results-to-drop.ts";

/** What stored successes, their logs and outputs may take: 2 GiB, for 30 days. An output that several successes share counts for each. */
export const RESULT_LIMITS: ResultLimits = { maxBytes: 2 * 2 ** 30, maxAgeMs: 30 * 86_400_000 };

/** Time between two looks through the store. */
const SWEEP_EVERY_MS = 86_400_000;

/** Its time tells when the store was last looked through. */
const MARKER = ".swept";

/**
 * Removes stored successes beyond the limits; at most once a day, for it looks at every file of the store.
 *
 * @param nowMs - milliseconds since 1970
 */
export function sweepResults(folder: string, nowMs: number, limits: ResultLimits = RESULT_LIMITS): void {
  const marker = path.join(folder, MARKER);
  const swept = statSync(marker, { throwIfNoEntry: false });
  if (swept !== undefined && Math.abs(nowMs - swept.mtimeMs) < SWEEP_EVERY_MS) return;
  const results = listResults(folder);
  const dropped = new Set(chooseResultsToDrop([...results.values()], limits, nowMs));
  const needed = new Set<string>();
  for (const { fingerprint, files, blobs } of results.values()) {
    if (dropped.has(fingerprint)) for (const file of files) rmSync(file, { force: true });
    else for (const sha256 of blobs) needed.add(sha256);
  }
  removeBlobs(path.join(folder, BLOB_FOLDER), needed);
  writeFileSync(marker, "");
}

/** Removes contents that no stored success needs. */
function removeBlobs(folder: string, needed: ReadonlySet<string>): void {
  let names: readonly string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  for (const name of names) {
    const file = path.join(folder, name);
    const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    if (isFile && !needed.has(path.basename(name))) rmSync(file, { force: true });
  }
}

interface StoredFiles extends StoredResult {
  readonly files: readonly string[];
  /** Hashes of the contents that its outputs are made of. */
  readonly blobs: readonly string[];
}

/** By fingerprint, the entry with its log; what was left half-written counts as one of its own. */
function listResults(folder: string): ReadonlyMap<string, StoredFiles> {
  const found = new Map<string, StoredFiles>();
  for (const pair of readdirSync(folder, { withFileTypes: true })) {
    if (!pair.isDirectory() || pair.name === BLOB_FOLDER) continue;
    for (const name of readdirSync(path.join(folder, pair.name))) {
      const file = path.join(folder, pair.name, name);
      const stat = statSync(file, { throwIfNoEntry: false });
      if (stat?.isFile() !== true) continue;
      const fingerprint = name.replace(/\.(json|log)$/, "");
      const known = found.get(fingerprint);
      const outputs = name.endsWith(".json") ? readManifest(file) : [];
      const outputBytes = outputs.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.sizeBytes : 0), 0);
      found.set(fingerprint, {
        fingerprint,
        sizeBytes: (known?.sizeBytes ?? 0) + stat.size + outputBytes,
        storedAtMs: Math.max(known?.storedAtMs ?? 0, stat.mtimeMs),
        files: [...(known?.files ?? []), file],
        blobs: [...(known?.blobs ?? []), ...outputs.flatMap((entry) => (entry.kind === "file" ? entry.sha256 : []))],
      });
    }
  }
  return found;
}

/** What a stored success needs; one that cannot be read needs nothing, for it is never replayed. */
function readManifest(file: string): OutputManifest["entries"] {
  try {
    const entry = JSON.parse(readFileSync(file, "utf8")) as {
      readonly success?: { readonly outputs?: unknown };
    } | null;
    const outputs = entry?.success?.outputs;
    return isOutputManifest(outputs) ? outputs.entries : [];
  } catch {
    return [];
  }
}
