import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chooseResultsToDrop, type ResultLimits, type StoredResult } from "./choose-results-to-drop.ts";

/** What stored successes and their logs may take: 500 MiB, for 30 days. */
export const RESULT_LIMITS: ResultLimits = { maxBytes: 500 * 2 ** 20, maxAgeMs: 30 * 86_400_000 };

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
  const files = listFiles(folder);
  for (const fingerprint of chooseResultsToDrop([...files.values()], limits, nowMs)) {
    for (const file of files.get(fingerprint)?.files ?? []) rmSync(file, { force: true });
  }
  writeFileSync(marker, "");
}

/** By fingerprint, the entry with its log; what was left half-written counts as one of its own. */
function listFiles(folder: string): ReadonlyMap<string, StoredResult & { readonly files: readonly string[] }> {
  const found = new Map<string, StoredResult & { readonly files: readonly string[] }>();
  for (const pair of readdirSync(folder, { withFileTypes: true })) {
    if (!pair.isDirectory()) continue;
    for (const name of readdirSync(path.join(folder, pair.name))) {
      const file = path.join(folder, pair.name, name);
      const stat = statSync(file, { throwIfNoEntry: false });
      if (stat?.isFile() !== true) continue;
      const fingerprint = name.replace(/\.(json|log)$/, "");
      const known = found.get(fingerprint);
      found.set(fingerprint, {
        fingerprint,
        sizeBytes: (known?.sizeBytes ?? 0) + stat.size,
        storedAtMs: Math.max(known?.storedAtMs ?? 0, stat.mtimeMs),
        files: [...(known?.files ?? []), file],
      });
    }
  }
  return found;
}
