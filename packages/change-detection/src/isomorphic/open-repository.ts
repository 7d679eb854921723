import path from "node:path";
import type { GitCache } from "../cache/open-git-cache.ts";
import type { Environment } from "../environment.ts";
import type { RepositoryPlace } from "./find-repository.ts";
import { openObjectStore, type ObjectStore } from "./object-store.ts";
import { openRefs, type Refs } from "./read-refs.ts";
import { broken } from "./engine-failure.ts";
import type { RepositoryMemory } from "./repository-memory.ts";

/** Settings of git by which a work tree is read. */
export interface WorkSettings {
  readonly fileMode: boolean;
  readonly symlinks: boolean;
  readonly ignoreCase: boolean;
  readonly precomposes: boolean;
  readonly trustsCtime: boolean;
  /** Only size and seconds of the mtime count. */
  readonly isMinimal: boolean;
  readonly isSparse: boolean;
  readonly autoCrlf: boolean;
}

/** A repository that is open for reading. */
export interface Repository {
  readonly place: RepositoryPlace;
  readonly refs: Refs;
  readonly store: ObjectStore;
  readonly memory: RepositoryMemory;
  readonly settings: WorkSettings;
  readonly environment: Environment;
  /** Opens the memory of another one, for submodules. */
  readonly memoryOf: (gitDir: string) => RepositoryMemory;
}

function readSettings({ config }: RepositoryPlace): WorkSettings {
  const autoCrlf = config.text("core.autocrlf");
  const checkStat = config.text("core.checkstat") ?? "default";
  return {
    fileMode: config.flag("core.filemode") ?? process.platform !== "win32",
    symlinks: config.flag("core.symlinks") ?? true,
    ignoreCase: config.flag("core.ignorecase") ?? false,
    precomposes: process.platform === "darwin" && (config.flag("core.precomposeunicode") ?? false),
    trustsCtime: config.flag("core.trustctime") ?? true,
    isMinimal: checkStat.toLowerCase() === "minimal",
    isSparse:
      (config.flag("core.sparsecheckout") ?? false) && !(config.flag("sparse.expectfilesoutsideofpatterns") ?? false),
    autoCrlf: autoCrlf?.toLowerCase() === "input" || (autoCrlf !== undefined && config.flag("core.autocrlf") === true),
  };
}

/**
 * Opens a repository that was found.
 *
 * @param cache - where facts about objects are kept for other processes. Default: nowhere
 */
export async function openRepository(
  place: RepositoryPlace,
  memoryOf: (gitDir: string) => RepositoryMemory,
  environment: Environment,
  cache?: GitCache,
): Promise<Repository> {
  const memory = memoryOf(place.gitDir);
  const usesReplacements = place.config.flag("core.usereplacerefs") ?? true;
  const store = await openObjectStore(place.commonDir, { memory, usesReplacements, cache });
  return { place, refs: openRefs(place), store, memory, settings: readSettings(place), environment, memoryOf };
}

/** The tree of a commit. */
export async function treeOf(commit: string, store: ObjectStore): Promise<string> {
  const found = await store.commit(commit);
  if (found === undefined) throw broken(`the commit ${commit} is missing`);
  return found.tree;
}

/** Rule files beside those of the work tree, lowest precedence first. */
export function excludeFilesOf({ place, environment }: Repository): readonly string[] {
  const home = environment["HOME"] ?? "";
  const xdg = environment["XDG_CONFIG_HOME"] || path.join(home, ".config");
  const excludes = place.config.file("core.excludesfile") ?? path.join(xdg, "git", "ignore");
  return [path.resolve(place.root, excludes), path.join(place.commonDir, "info", "exclude")];
}
