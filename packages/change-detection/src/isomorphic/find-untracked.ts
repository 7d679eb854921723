import { walkFiles, type WalkEntry } from "../walk/walk-files.ts";
import { foldCase } from "../walk/wildmatch.ts";
import { broken, unsupported } from "./engine-failure.ts";
import { excludeFilesOf, type Repository } from "./open-repository.ts";
import type { IndexEntry } from "./parse-index.ts";
import { nameFromRaw, rawFromName } from "./raw-name.ts";

const SUBMODULE_MODE = "160000";
/** What git passes over with a warning while it looks for untracked files. */
const PASSED_OVER: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"]);

/** Untracked files and repositories: what a walk finds and the index does not have. */
export async function findUntracked(
  repository: Repository,
  entries: readonly IndexEntry[],
  signal: AbortSignal | undefined,
): Promise<readonly WalkEntry[]> {
  const { place, settings } = repository;
  const fold = settings.ignoreCase ? foldCase : (raw: string): string => raw;
  const tracked = new Set<string>();
  const submodules = new Set<string>();
  for (const { raw, mode } of entries) {
    tracked.add(fold(raw));
    if (mode === SUBMODULE_MODE) submodules.add(nameFromRaw(raw).path);
  }
  const walk = await walkFiles({
    root: place.root,
    excludeFiles: excludeFilesOf(repository),
    ignoreCase: settings.ignoreCase,
    // What is inside of a submodule is its own affair, checked out or not.
    skip: submodules.size === 0 ? undefined : (path) => submodules.has(path),
    signal,
  });
  const problem = walk.problems.find(({ code }) => !PASSED_OVER.has(code));
  if (problem !== undefined) throw broken(`${JSON.stringify(problem.path)} cannot be read: ${problem.code}`);

  return walk.entries.filter(({ name, kind }) => {
    const text = settings.precomposes && name.bytes === undefined ? name.path.normalize("NFC") : name.path;
    const raw = fold(text === name.path ? rawFromName(name) : rawFromName({ path: text, bytes: undefined }));
    if (kind !== "nested-repository") return !tracked.has(raw);
    if (tracked.has(raw.slice(0, -1))) return false;
    if (entries.some((entry) => fold(entry.raw).startsWith(raw))) {
      throw unsupported(`files inside of the repository ${JSON.stringify(name.path)} are tracked`);
    }
    return true;
  });
}
