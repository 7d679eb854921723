import type { WorktreeInspection } from "@ai-workflow/change-detection";
import { createGitRunner } from "../benchmark/git-runner.ts";
import type { GitFacts } from "./git-checks.ts";

/** Longest time for one question to git, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Asks git about itself and the repository of a directory; writes nothing.
 *
 * @param inspection - what change detection said of the directory
 */
export async function readGitFacts(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
  { changes, files, hiddenEdits }: WorktreeInspection,
): Promise<GitFacts> {
  const run = createGitRunner(directory, environment);
  const ask = async (...args: readonly string[]): Promise<string | undefined> => {
    try {
      return await run(args, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch {
      // Not started, outside of a repository, or not in time: it is not known, then.
      return undefined;
    }
  };
  const [version, shallow, settings, objects] = await Promise.all([
    ask("--version"),
    ask("rev-parse", "--is-shallow-repository"),
    ask("config", "--list", "-z"),
    ask("count-objects", "-v"),
  ]);
  return {
    version: version?.trim().replace(/^git version /, ""),
    changes: changes.known
      ? { known: true, ref: changes.base.ref, count: changes.changes.length }
      : { known: false, code: changes.code, message: changes.message, remedy: changes.remedy },
    fileCount: files?.length,
    isShallow: shallow?.trim() === "true",
    settings: parseSettings(settings ?? ""),
    objects: parseObjects(objects),
    hiddenEdits,
    keepsModes: process.platform !== "win32",
  };
}

/** Reads `git config --list -z`: a name, a line end, a value; a name alone means true. */
export function parseSettings(text: string): ReadonlyMap<string, string> {
  const rows = text.split("\0").filter((row) => row !== "");
  return new Map(
    rows.map((row) => {
      const end = row.indexOf("\n");
      return end === -1 ? [row.toLowerCase(), "true"] : [row.slice(0, end).toLowerCase(), row.slice(end + 1)];
    }),
  );
}

/** Reads `git count-objects -v`. */
function parseObjects(text: string | undefined): GitFacts["objects"] {
  const numberOf = (key: string): number => Number(new RegExp(`^${key}: (\\d+)$`, "m").exec(text ?? "")?.[1]);
  const [loose, packs] = [numberOf("count"), numberOf("packs")];
  return Number.isNaN(loose) || Number.isNaN(packs) ? undefined : { loose, packs };
}
