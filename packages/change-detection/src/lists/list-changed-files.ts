import { lstatSync } from "node:fs";
import { categorise, type CategoryRule } from "../categories/categorise.ts";
import type { Category, Change, ChangeLayer, ChangeSet } from "../change.ts";
import { createPathMatcher } from "../create-path-matcher.ts";
import { nameOf } from "../file-entry.ts";
import { compareNames, nameKey } from "../git-name.ts";
import { pathOnDisk } from "../disk/path-on-disk.ts";

/** Files looked at between two turns of the event loop. */
const FILES_PER_TURN = 500;

/** Which of the changed files are wanted. */
export interface ListOptions {
  /**
   * As in `createPathMatcher()`, over paths as they stand in the change set.
   * @defaultValue every path
   */
  readonly globs?: readonly string[] | undefined;
  /**
   * Only files of these categories.
   * @defaultValue all categories
   */
  readonly categories?: readonly Category[] | undefined;
  /**
   * Rules that go before the built-in ones where `categories` are asked for.
   * @defaultValue none
   */
  readonly rules?: readonly CategoryRule[] | undefined;
  /**
   * Only what changed in one of these layers, such as `["staged"]` for a hook that runs before a commit.
   * @defaultValue the net list from the base to now
   */
  readonly layers?: readonly ChangeLayer[] | undefined;
}

/** The changed files that are there to work on. */
export interface ChangedFiles {
  /** Paths relative to `root` of the change set, in its order. */
  readonly paths: readonly string[];
  /** Names that are not UTF-8: no JavaScript string can hand them to a process. Not in `paths`. */
  readonly unnameable: readonly Uint8Array[];
}

const CATEGORIES: ReadonlySet<string> = new Set<Category>([
  "docs",
  "code",
  "tests",
  "config",
  "ci",
  "dependencies",
  "assets",
  "other",
]);

/** The changes of some layers, each path once. */
function unite(set: ChangeSet, layers: readonly ChangeLayer[]): readonly Change[] {
  const [only] = layers;
  if (only !== undefined && layers.length === 1) return set.layers[only];
  const byName = new Map<string, Change>();
  for (const layer of layers) for (const change of set.layers[layer]) byName.set(nameKey(nameOf(change)), change);
  return [...byName.values()].sort((a, b) => compareNames(a.path, a.pathBytes, b.path, b.pathBytes));
}

/**
 * Lists the changed files that a step can work on: regular files that are on the disk now. A renamed file counts by its new path. Left out are
 * deleted files, submodules and repositories inside, and symbolic links: a tool that writes would follow them out of the repository.
 *
 * @throws {TypeError} when it is not known what changed, so that this is never taken for "nothing", and for a bad glob.
 * @throws {RangeError} for a category or layer that does not exist.
 * @example
 * ```js
 * const { paths } = await listChangedFiles(changes, { globs: ["**" + "/*.ts"], layers: ["staged"] });
 * ```
 */
export async function listChangedFiles(set: ChangeSet, options: ListOptions = {}): Promise<ChangedFiles> {
  const { globs, categories, rules, layers } = options;
  // Not for the compiler: a caller in JavaScript may hand over a `ChangesUnknown`.
  if (!set.known) {
    throw new TypeError("Cannot list changed files: `set` must be a known change set, got one that is unknown");
  }
  const layer = layers?.find((one) => !Object.hasOwn(set.layers, one));
  if (layer !== undefined) {
    throw new RangeError(
      `Cannot list changed files: \`layers\` must name layers of changes, got ${JSON.stringify(layer)}`,
    );
  }
  const category = categories?.find((one) => !CATEGORIES.has(one));
  if (category !== undefined) {
    throw new RangeError(
      `Cannot list changed files: \`categories\` must name categories, got ${JSON.stringify(category)}`,
    );
  }
  const matches = globs === undefined ? undefined : createPathMatcher(globs);
  const wanted = categories === undefined ? undefined : new Set(categories);

  const paths: string[] = [];
  const unnameable: Uint8Array[] = [];
  let looked = 0;
  for (const change of layers === undefined ? set.changes : unite(set, layers)) {
    const { path, pathBytes, status } = change;
    if (status === "deleted" || status === "submodule" || path.endsWith("/")) continue;
    if (matches?.(path) === false) continue;
    if (wanted?.has(categorise(path, rules).category) === false) continue;
    looked += 1;
    if (looked % FILES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    if (!isRegularFile(pathOnDisk(set.root, nameOf(change)))) continue;
    if (pathBytes === undefined) paths.push(path);
    else unnameable.push(pathBytes);
  }
  return { paths, unnameable };
}

function isRegularFile(path: string | Buffer): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A folder on the way is a file by now, or may not be entered: nothing that a tool could open.
    return false;
  }
}
