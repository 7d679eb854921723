import { lstatSync } from "node:fs";
import type { DetectOptions, FileEntry } from "../change.ts";
import { createGit, type Git } from "../native/git-process.ts";
import { pathOnDisk } from "../disk/path-on-disk.ts";
import { createDiskReader } from "../disk/read-disk-content.ts";
import { unreadableId } from "../disk/unreadable-id.ts";
import { nameOf } from "../file-entry.ts";
import { mayConvertSome } from "../native/may-convert.ts";

/** Files read between two turns of the event loop. */
const FILES_PER_TURN = 200;
/** Names that go to git in one write. */
const NAMES_PER_PIECE = 256;

/** Files with the ids of their bytes on the disk. */
export interface DiskContents {
  /** In the order of the files that came in; those that vanished meanwhile are left out. */
  readonly files: readonly FileEntry[];
  /** Why files had to be read, such as `filter=lfs` or `core.autocrlf=true`, sorted. Empty where git's ids were those of the bytes. */
  readonly conversions: readonly string[];
}

const LINK_MODE = "120000";
const NO_BLOB = "0".repeat(40);
const NONE: ReadonlyMap<string, string> = new Map();

/** Whether the id is none of a SHA-256 repository. */
const hasSha1 = ({ id, mode }: FileEntry): boolean =>
  mode === "160000" || id.length === 40 || id.startsWith("unreadable:");

const isRegularFile = ({ mode }: FileEntry): boolean => mode.startsWith("100");

function* toStdin(files: readonly FileEntry[]): Generator<Buffer> {
  const end = Buffer.from([0]);
  for (let start = 0; start < files.length; start += NAMES_PER_PIECE) {
    const names = files.slice(start, start + NAMES_PER_PIECE);
    yield Buffer.concat(names.flatMap(({ path, pathBytes }) => [pathBytes ?? Buffer.from(path, "utf8"), end]));
  }
}

const OFF: ReadonlySet<string> = new Set(["false", "no", "off", "0", ""]);

/** The setting that converts line ends by itself, as a reason; `undefined` where none does. */
async function readAutoConversion(git: Git, root: string): Promise<string | undefined> {
  const result = await git(["config", "-z", "--get-regexp", String.raw`^core\.autocrlf$`], { cwd: root });
  if (result.exitCode === 1) return undefined;
  if (result.exitCode !== 0) return "core.autocrlf unknown";
  // Records of <key> LF <value> NUL, without LF and value for a key that stands alone and means true; the last one counts.
  const [, value = "true"] = (result.stdout.toString("utf8").split("\0").at(-2) ?? "").split("\n");
  return OFF.has(value.toLowerCase()) ? undefined : `core.autocrlf=${value}`;
}

const CONVERTING: ReadonlySet<string> = new Set(["text", "crlf", "eol", "ident", "filter", "working-tree-encoding"]);

/** The reason for what `git lfs install` sets up. */
const LFS = "filter=lfs";

/** Why git may keep other bytes of a file than those on the disk. */
interface Conversion {
  readonly reason: string;
  /** Whether git's bytes are always fewer where they differ: line ends and `$Id: ... $` only ever lose some. */
  readonly shortens: boolean;
}

/**
 * What may convert a file. `text` goes before `crlf`, its old name; without them an `eol` alone makes a file text. Values that git does not know
 * convert nothing: such a file is looked at for nothing, which is never wrong.
 */
function conversionOf(attributes: ReadonlyMap<string, string>, automatic: string | undefined): Conversion | undefined {
  const isSet = (value: string | undefined): value is string => value !== undefined && value !== "unset";
  const because = (name: string, value: string, shortens: boolean): Conversion => ({
    reason: value === "set" ? name : `${name}=${value}`,
    shortens,
  });
  for (const name of ["filter", "working-tree-encoding"]) {
    const value = attributes.get(name);
    if (isSet(value)) return because(name, value, false);
  }
  const ident = attributes.get("ident");
  if (isSet(ident)) return because("ident", ident, true);
  const name = attributes.has("text") ? "text" : "crlf";
  const text = attributes.get(name);
  if (text !== undefined) return isSet(text) ? because(name, text, true) : undefined;
  const eol = attributes.get("eol");
  if (isSet(eol)) return because("eol", eol, true);
  return automatic === undefined ? undefined : { reason: automatic, shortens: true };
}

/** Attributes of the files that have any, by the position of the file; `undefined` where git does not say. */
async function readAttributes(
  git: Git,
  root: string,
  files: readonly FileEntry[],
): Promise<ReadonlyMap<number, ReadonlyMap<string, string>> | undefined> {
  const result = await git(["check-attr", "--all", "--stdin", "-z"], { cwd: root, stdin: toStdin(files) });
  if (result.exitCode !== 0) return undefined;
  const found = new Map<number, Map<string, string>>();
  // Records come in the order of the names: <path> NUL <attribute> NUL <value> NUL
  const fields = result.stdout.toString("latin1").split("\0");
  let position = -1;
  let current: string | undefined;
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [path, attribute = "", value = ""] = fields.slice(index, index + 3);
    if (path !== current) {
      current = path;
      do position += 1;
      while (position < files.length && latin1Name(files[position]) !== path);
      if (position >= files.length) return undefined;
    }
    if (!CONVERTING.has(attribute)) continue;
    const known = found.get(position);
    if (known === undefined) found.set(position, new Map([[attribute, value]]));
    else known.set(attribute, value);
  }
  return found;
}

function latin1Name(file: FileEntry | undefined): string | undefined {
  return file && Buffer.from(file.pathBytes ?? Buffer.from(file.path, "utf8")).toString("latin1");
}

/** Lengths of blobs in bytes, in the order of the ids; `undefined` for one that git does not have. */
async function readBlobLengths(
  git: Git,
  root: string,
  ids: readonly string[],
): Promise<readonly (number | undefined)[]> {
  if (ids.length === 0) return [];
  // What is no id could be read as a revision.
  const lines = ids.map((id) => (/^[\da-f]{40}$/.test(id) ? id : NO_BLOB));
  const stdin = [Buffer.from(`${lines.join("\n")}\n`, "latin1")];
  const result = await git(["cat-file", "--batch-check=%(objectsize)"], { cwd: root, stdin });
  const answers = result.stdout.toString("latin1").split("\n");
  return ids.map((_, index) => (/^\d+$/.test(answers[index] ?? "") ? Number(answers[index]) : undefined));
}

function hasLength(path: string | Buffer, length: number): boolean {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.size === length;
  } catch {
    return false;
  }
}

/** By file, why its content may not be what its id stands for. */
async function findConversions(
  files: readonly FileEntry[],
  root: string,
  git: Git,
): Promise<ReadonlyMap<FileEntry, Conversion>> {
  const regular = files.filter(isRegularFile);
  if (!files.every(hasSha1)) {
    const reason = "objects are SHA-256";
    return new Map(files.flatMap((file) => (file.mode === "160000" ? [] : [[file, { reason, shortens: false }]])));
  }
  if (regular.length === 0) return new Map();
  const [automatic, attributes] = await Promise.all([
    readAutoConversion(git, root),
    readAttributes(git, root, regular),
  ]);
  const found = new Map<FileEntry, Conversion>();
  for (const [position, file] of regular.entries()) {
    const conversion =
      attributes === undefined
        ? { reason: "attributes unknown", shortens: false }
        : conversionOf(attributes.get(position) ?? NONE, automatic);
    if (conversion !== undefined) found.set(file, conversion);
  }
  return found;
}

/** What is needed to look at the disk. */
export interface DiskOptions extends Pick<DetectOptions, "engine" | "signal" | "timeoutMs"> {
  /** What paths are relative to: the git top level, as in `WorktreeInspection`. */
  readonly root: string;
  /**
   * `"portable"` ids are those that a copy of the files without git would have. `"local"` ones need only tell contents of one repository
   * apart, for less reading: the pointer of a file in Git LFS, which names the content by SHA-256, stands for it, and ids of a SHA-256
   * repository stay where nothing is converted.
   * @defaultValue `"portable"`
   */
  readonly ids?: "portable" | "local" | undefined;
}

/**
 * Replaces git's ids by those of the bytes on the disk wherever the two differ: git keeps a file's content after line ends, `$Id$`, encodings and
 * filters (LFS) were undone, while whoever reads the file sees what is on the disk. The id is then the SHA-1 that git would give those bytes,
 * so that it says the same with git and without. Modes stay git's; links and repositories inside stay as they are.
 *
 * Nothing is asked where neither attributes nor settings could convert anything. Else only files are read that filters or encodings apply to,
 * and those whose length shows that line ends or `$Id$` were converted. Where git cannot be
 * asked (there is none, `engine` is `"isomorphic"`, or it fails), or has ids of another kind (SHA-256), every file is read. One limit is git's own: a
 * file that git wrote through a conversion which was switched off since, and that nobody has touched, still counts by git's id.
 *
 * @param files - as `inspectWorktree()` gives them
 * @throws with the reason of `signal` when it aborts.
 */
export async function contentOnDisk(files: readonly FileEntry[], options: DiskOptions): Promise<DiskContents> {
  const { root, engine, signal, timeoutMs, ids = "portable" } = options;
  const isLocal = ids === "local";
  if ((isLocal || files.every(hasSha1)) && !mayConvertSome(root, files.map(nameOf), process.env)) {
    return { files, conversions: [] };
  }
  const git: Git =
    engine === "isomorphic"
      ? () => Promise.resolve({ outcome: "not-started", exitCode: null, stdout: Buffer.alloc(0), stderr: "" })
      : createGit({ environment: process.env, signal, timeoutMs });
  const conversions = await findConversions(files, root, git);
  const isTrusted = ({ reason }: Conversion): boolean => isLocal && reason === LFS;
  const shortened = [...conversions].flatMap(([file, one]) => (one.shortens || isTrusted(one) ? [file] : []));
  const lengths = await readBlobLengths(
    git,
    root,
    shortened.map(({ id }) => id),
  );
  const lengthOf = new Map(shortened.map((file, index) => [file, lengths[index]]));

  const read = createDiskReader(signal);
  /** The file with the id of its bytes; `undefined` where it vanished. */
  const readAgain = async (file: FileEntry, path: string | Buffer): Promise<FileEntry | undefined> => {
    const isLink = file.mode === LINK_MODE;
    let content = await read(path, isLink ? "link" : "file");
    // Without core.symlinks a link is a file that holds the target text.
    if (isLink && content.outcome === "gone") content = await read(path, "file");
    if (content.outcome === "gone") return undefined;
    if (content.outcome === "unreadable") return { ...file, id: unreadableId() };
    return { ...file, mode: content.mode === LINK_MODE ? LINK_MODE : file.mode, id: content.id };
  };

  const reasons = new Set<string>();
  const result: FileEntry[] = [];
  let looked = 0;
  for (const file of files) {
    const conversion = conversions.get(file);
    if (conversion === undefined) {
      result.push(file);
      continue;
    }
    looked += 1;
    if (looked % FILES_PER_TURN === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    const path = pathOnDisk(root, nameOf(file));
    const length = lengthOf.get(file);
    if (length !== undefined && hasLength(path, length)) {
      result.push(file);
      continue;
    }
    reasons.add(conversion.reason);
    if (length !== undefined && isTrusted(conversion)) {
      result.push({ ...file, id: `${file.id}+content` });
      continue;
    }
    const again = await readAgain(file, path);
    if (again !== undefined) result.push(again);
  }
  return { files: result, conversions: [...reasons].sort() };
}
