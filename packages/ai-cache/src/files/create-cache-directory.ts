import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Creates the cache's `directory`, if it is not there, and `folder` within it, for the owner alone. Throws what the file
 * system throws.
 */
export function createCacheDirectory(directory: string, folder: string): void {
  if (mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined) {
    // Answers quote the code they are about: a new cache keeps itself out of git.
    writeFileSync(join(directory, ".gitignore"), "*\n");
  }
  mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
}
