import type { FileEntry } from "../change.ts";
import type { GitName } from "../git-name.ts";
import type { Git } from "../native/git-process.ts";
import { pathOnDisk } from "../native/path-on-disk.ts";
import { createDiskReader } from "./read-disk-content.ts";
import { unreadableId } from "./unreadable-id.ts";

/** Files read between two turns of the event loop. */
const FILES_PER_TURN = 200;
/** Names that go to git in one write. */
const NAMES_PER_PIECE = 256;

/** Files with the ids of their bytes on the disk. */
export interface DiskContents {
  /** In the order of the files that came in; those that vanished meanwhile are left out. */
  readonly files: readonly FileEntry[];
  /** Why files had to be read: settings and attributes that convert content, sorted. Empty where git's ids were those of the bytes. */
  readonly conversions: readonly string[];
}

const LINK_MODE = "120000";
const NONE: ReadonlyMap<string, string> = new Map();

const isRegularFile = ({ mode }: FileEntry): boolean => mode.startsWith("100");
const nameOf = ({ path, pathBytes }: FileEntry): GitName => ({ path, bytes: pathBytes });

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

/**
 * The attribute because of which git may keep other bytes than those on the disk. `text` takes `crlf`, its old name, along; without it an
 * `eol` alone makes a file text. Values that switch an attribute off, or that git does not know, convert nothing at most: they are read for
 * nothing.
 */
function conversionOf(attributes: ReadonlyMap<string, string>, automatic: string | undefined): string | undefined {
  for (const name of ["filter", "ident", "working-tree-encoding"]) {
    const value = attributes.get(name);
    if (value !== undefined && value !== "unset") return value === "set" ? name : `${name}=${value}`;
  }
  const text = attributes.get("text") ?? attributes.get("crlf");
  if (text === "unset") return undefined;
  if (text !== undefined) return text === "set" ? "text" : `text=${text}`;
  const eol = attributes.get("eol");
  return eol !== undefined && eol !== "unset" ? `eol=${eol}` : automatic;
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

/**
 * Replaces git's ids by those of the bytes on the disk wherever the two may differ: git keeps a file's content after line ends, `$Id$`, encodings
 * and filters (LFS) were undone, while whoever reads the file sees what is on the disk. Only those files are read, all others keep git's id,
 * which is the SHA-1 of the same bytes. So an id says the same with git and without. Modes stay git's; links and repositories inside stay
 * as they are.
 *
 * Where git cannot be asked (`git` is `undefined`, or fails), or has ids of another kind (SHA-256), every file is read.
 */
export async function contentOnDisk(
  files: readonly FileEntry[],
  options: {
    /** What paths are relative to: the git top level. */
    readonly root: string;
    /** Runs git, where there is one. */
    readonly git: Git | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly nextId?: (() => string) | undefined;
  },
): Promise<DiskContents> {
  const { root, git, signal, nextId } = options;
  const regular = files.filter(isRegularFile);
  const isSha1 = files.every(({ id, mode }) => mode === "160000" || id.length === 40 || id.startsWith("unreadable:"));
  const [automatic, attributes] =
    git !== undefined && isSha1 && regular.length > 0
      ? await Promise.all([readAutoConversion(git, root), readAttributes(git, root, regular)])
      : [undefined, undefined];
  const always = !isSha1 ? "objects are SHA-256" : attributes === undefined ? "attributes unknown" : undefined;
  const read = createDiskReader();
  /** The file with the id of its bytes; `undefined` where it vanished. */
  const readAgain = async (file: FileEntry): Promise<FileEntry | undefined> => {
    const path = pathOnDisk(root, nameOf(file));
    const isLink = file.mode === LINK_MODE;
    let content = await read(path, isLink ? "link" : "file");
    // Without core.symlinks a link is a file that holds the target text.
    if (isLink && content.outcome === "gone") content = await read(path, "file");
    if (content.outcome === "gone") return undefined;
    if (content.outcome === "unreadable") return { ...file, id: unreadableId(nextId) };
    return { ...file, mode: content.mode === LINK_MODE ? LINK_MODE : file.mode, id: content.id };
  };

  const reasons = new Set<string>();
  const result: FileEntry[] = [];
  let position = -1;
  let looked = 0;
  for (const file of files) {
    const isRegular = isRegularFile(file);
    if (isRegular) position += 1;
    const reason = isRegular
      ? (always ?? conversionOf(attributes?.get(position) ?? NONE, automatic))
      : !isSha1 && file.mode === LINK_MODE
        ? always
        : undefined;
    if (reason === undefined) {
      result.push(file);
      continue;
    }
    reasons.add(reason);
    looked += 1;
    if (looked % FILES_PER_TURN === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    const again = await readAgain(file);
    if (again !== undefined) result.push(again);
  }
  return { files: result, conversions: [...reasons].sort() };
}
