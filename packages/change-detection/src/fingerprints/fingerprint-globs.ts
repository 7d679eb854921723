import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { DetectOptions, FileEntry } from "../change.ts";
import { createExcluder } from "../create-excluder.ts";
import { createPathMatcher } from "../create-path-matcher.ts";
import { inspectWorktree } from "../inspect-worktree.ts";
import { scopeToDirectory } from "../scope-to-directory.ts";
import { contentOnDisk } from "./content-on-disk.ts";
import { fingerprintFiles } from "./fingerprint-files.ts";
import { listPlainFiles } from "./list-plain-files.ts";

/** Which files to fingerprint. */
export interface FingerprintOptions extends Pick<DetectOptions, "engine" | "exclude" | "signal" | "timeoutMs"> {
  /** Any directory, in a repository or not; globs are relative to it and nothing outside it counts. */
  readonly directory: string;
  /** As in `createPathMatcher()`. */
  readonly globs: readonly string[];
}

/** A set of files and what stands for it. */
export interface GlobsFingerprint {
  /** SHA-256 (64 hex digits) over names, modes and contents of `files`, as by `fingerprintFiles()`. */
  readonly fingerprint: string;
  /** The files that match, with paths relative to the directory and the ids of their bytes on the disk. */
  readonly files: readonly FileEntry[];
  /** Where the list of files comes from: a repository, or the directory itself. */
  readonly source: "git" | "plain";
  /**
   * Why files had to be read although a repository knows them, such as `filter=lfs` or `core.autocrlf=true`. It is no part of the fingerprint.
   */
  readonly conversions: readonly string[];
  /** Why no repository could be asked; `undefined` where one was. */
  readonly plainBecause: string | undefined;
}

/** The nearest directory upwards that holds a `.git`, or the directory itself. */
function findTop(directory: string): string {
  let one = directory;
  while (!existsSync(join(one, ".git"))) {
    const above = dirname(one);
    if (above === one) return directory;
    one = above;
  }
  return one;
}

/** Lists the directory by its own `.gitignore` files, and by those above it up to the top of a repository that cannot be asked. */
async function listWithoutGit(
  { directory, exclude, signal }: FingerprintOptions,
  matches: (path: string) => boolean,
): Promise<readonly FileEntry[]> {
  const folder = existsSync(directory) ? realpathSync(directory) : resolve(directory);
  const top = existsSync(directory) ? findTop(folder) : folder;
  const below = relative(top, folder).replaceAll(sep, "/");
  const prefix = below === "" ? "" : `${below}/`;
  const isExcluded = createExcluder(exclude, prefix);
  const isInside = (path: string): boolean => path.startsWith(prefix) && isExcluded?.(path) !== true;
  const files = await listPlainFiles({
    root: top,
    excludeFiles: [join(top, ".git", "info", "exclude")],
    // From the top nothing is entered but what leads to the directory.
    skip: (path) => !isInside(path) && !prefix.startsWith(`${path}/`),
    keep: (path) => isInside(path) && matches(path.slice(prefix.length)),
    signal,
  });
  // A folder on the way that cannot be read stands for all that is not known of the directory.
  const lost = files.filter(({ path }) => !path.startsWith(prefix));
  return [...scopeToDirectory(files, prefix), ...lost.map((file) => ({ ...file, path: "" }))];
}

/**
 * Fingerprints the files of a directory that globs choose: the same answer in a checkout, in a copy of it without `.git` and on a machine without
 * git. What counts is what somebody sees who reads the files: path, executable bit and the bytes on the disk, the target text of a symbolic link
 * (never followed, so that nothing outside is read) and the commit of a submodule. A clean file in a repository is not read: git has its id,
 * unless attributes or settings convert content (line ends, `$Id$`, encodings, filters such as LFS).
 *
 * Files that git ignores do not count; a directory that is in no repository is read by its own `.gitignore` files. What only a repository knows makes
 * the two differ: files that it tracks although a rule hides them, rules outside the tree, submodules, modes and links where the
 * disk is not to be trusted (`core.fileMode`, `core.symlinks`, Windows).
 * Content that cannot be read makes a fingerprint that equals no other.
 *
 * @throws {TypeError | RangeError} for a bad option; rejects with the reason of `signal` when it aborts.
 * @example
 * ```js
 * const { fingerprint, files } = await fingerprintGlobs({ directory: ".", globs: ["src/", "!**" + "/*.md"] });
 * process.stdout.write(`${fingerprint} ${files.length}\n`);
 * ```
 */
export async function fingerprintGlobs(options: FingerprintOptions): Promise<GlobsFingerprint> {
  const { directory, globs, engine, exclude, signal, timeoutMs } = options;
  const matches = createPathMatcher(globs);
  // Only the list of files is asked for, so that no base is looked for.
  const inspection = await inspectWorktree({ directory, base: "HEAD", engine, exclude, signal, timeoutMs });
  const { root, prefix = "", changes } = inspection;
  if (inspection.files === undefined || root === undefined) {
    const files = await listWithoutGit(options, matches);
    const plainBecause = changes.known ? "git lists no files" : changes.message;
    return { fingerprint: fingerprintFiles(files), files, source: "plain", conversions: [], plainBecause };
  }
  const matching = inspection.files.filter(({ path }) => path.startsWith(prefix) && matches(path.slice(prefix.length)));
  const { files, conversions } = await contentOnDisk(matching, { root, engine, signal, timeoutMs });
  const scoped = scopeToDirectory(files, prefix);
  return { fingerprint: fingerprintFiles(scoped), files: scoped, source: "git", conversions, plainBecause: undefined };
}
