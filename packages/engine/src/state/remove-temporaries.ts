import { readdirSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * Removes what a process that was killed had written and not yet put in its place. To be called by the holder of the lock; goes through all of
 * the state folder.
 *
 * @param state - absolute path of the state folder
 * @param pid - id of the process that was killed
 */
export function removeTemporaries(state: string, pid: number): void {
  const isLeft = new RegExp(String.raw`^(?:\..*\.${pid}\.\d+|\.${pid}-[0-9a-f]+|[0-9a-f]+\.log\.${pid})\.tmp$`, "s");
  const folders = [state];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    // Only whoever holds the lock restores outputs.
    const isStaging = folder === path.join(state, "cache", "staging");
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const place = path.join(folder, entry.name);
      if (isStaging || isLeft.test(entry.name)) rmSync(place, { recursive: true, force: true });
      else if (entry.isDirectory()) folders.push(place);
    }
  }
}
