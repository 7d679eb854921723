import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CacheKey } from "../key/create-cache-key.ts";

const FOLDER_NAME = /^[0-9a-f]{2}$/;

/** The folder within the cache directory for what belongs to `key`: its first two digits. */
export function fanOutFolder(key: CacheKey): string {
  return key.slice(0, 2);
}

/** Whether a folder within the cache directory is one of those of {@link fanOutFolder}. */
export function isFanOutFolder(name: string): boolean {
  return FOLDER_NAME.test(name);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Every name in the folders of keys. Never throws; what cannot be listed is left out. */
export function* listFanOut(directory: string): Generator<{ readonly folder: string; readonly name: string }> {
  for (const folder of namesIn(directory)) {
    if (!isFanOutFolder(folder)) continue;
    for (const name of namesIn(join(directory, folder))) yield { folder, name };
  }
}
