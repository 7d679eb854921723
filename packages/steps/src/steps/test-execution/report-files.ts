import { readdirSync, statSync, type Dirent } from "node:fs";
import path from "node:path";

/** Where runners write reports when they are told to, or by themselves. */
const USUAL = ["junit.xml", "test-results.xml", "test-results", "reports", "coverage/junit.xml", "build/reports/junit"];
const OF_MODULES = ["target/surefire-reports", "target/failsafe-reports", "build/test-results"];
const MODULE = /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?|build\.sbt)$/;

/** More than any suite writes; a folder of data is given up. */
const MAX_FILES = 5000;
const MAX_DEPTH = 4;
/** File systems tell times in steps of their own clock. */
const CLOCK_STEP_MS = 50;

/** Places of reports below a folder where nobody names any, relative to it. Pure. */
export function usualReports(files: readonly string[]): readonly string[] {
  const modules = files.filter((file) => MODULE.test(file)).map((file) => path.posix.dirname(file));
  return [...USUAL, ...modules.flatMap((folder) => OF_MODULES.map((name) => path.posix.join(folder, name)))];
}

/**
 * The XML files at these places, files or folders relative to `directory`, that were written since then. Links are not followed.
 *
 * @param sinceMs - since the epoch
 */
export function findReports(directory: string, places: readonly string[], sinceMs: number): readonly string[] {
  const found = new Set<string>();
  const look = (file: string, depth: number): void => {
    if (found.size >= MAX_FILES) return;
    const status = statSync(path.join(directory, file), { throwIfNoEntry: false });
    if (status === undefined) return;
    if (status.isDirectory() && depth < MAX_DEPTH) {
      for (const entry of entriesOf(path.join(directory, file))) {
        if (entry.isDirectory() || (entry.isFile() && entry.name.endsWith(".xml"))) {
          look(path.posix.join(file, entry.name), depth + 1);
        }
      }
    } else if (status.isFile() && status.mtimeMs >= sinceMs - CLOCK_STEP_MS) found.add(file);
  };
  for (const place of places) look(place, 0);
  return [...found].toSorted();
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
