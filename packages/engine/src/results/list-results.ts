import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { isOutputManifest, type OutputManifest } from "../outputs/output-manifest.ts";
import { BLOB_FOLDER } from "../outputs/output-store.ts";
import type { StoredResult } from "./choose-results-to-drop.ts";

/** A stored success, and where it is. */
export interface StoredFiles extends StoredResult {
  readonly files: readonly string[];
  /** What `files` take. */
  readonly ownBytes: number;
  /** The contents that its outputs are made of. */
  readonly contents: readonly { readonly sha256: string; readonly sizeBytes: number }[];
}

/**
 * By fingerprint, the entry with its log; what was left half-written counts as one of its own.
 *
 * @throws what the file system throws; without a single success there is no store yet (ENOENT)
 */
export function listResults(folder: string): ReadonlyMap<string, StoredFiles> {
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
        ownBytes: (known?.ownBytes ?? 0) + stat.size,
        storedAtMs: Math.max(known?.storedAtMs ?? 0, stat.mtimeMs),
        files: [...(known?.files ?? []), file],
        contents: [...(known?.contents ?? []), ...outputs.flatMap((entry) => (entry.kind === "file" ? [entry] : []))],
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
