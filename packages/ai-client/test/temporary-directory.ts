import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new empty directory, by its real path, that is removed when the running test ends. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "ai-client-")));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
