import { accessSync, constants } from "node:fs";
import { createDiskReader } from "../disk/read-disk-content.ts";
import type { GitName } from "../git-name.ts";
import type { Git } from "./git-process.ts";
import { mayConvertSome } from "./may-convert.ts";
import { pathOnDisk } from "../disk/path-on-disk.ts";

/** Up to so many files it pays to see whether git must be asked. */
const FEW_FILES = 500;
/** Names that go to git in one write. */
const NAMES_PER_PIECE = 256;

const NEWLINE = Buffer.from("\n");

/** A line for `hash-object --stdin-paths`, which understands C quoting for names that a line cannot hold. */
function toStdinLine(name: GitName): Buffer {
  const bytes = name.bytes === undefined ? Buffer.from(name.path, "utf8") : Buffer.from(name.bytes);
  const needsQuotes = bytes[0] === 0x22 || bytes.includes(0x0a) || bytes.includes(0x0d);
  if (!needsQuotes) return Buffer.concat([bytes, NEWLINE]);
  const quoted = bytes
    .toString("latin1")
    .replaceAll(/["\\\n\r]/g, (character) =>
      character === "\n" ? String.raw`\n` : character === "\r" ? String.raw`\r` : `\\${character}`,
    );
  return Buffer.from(`"${quoted}"\n`, "latin1");
}

function* toStdin(names: readonly GitName[]): Generator<Buffer> {
  for (let start = 0; start < names.length; start += NAMES_PER_PIECE) {
    yield Buffer.concat(names.slice(start, start + NAMES_PER_PIECE).map(toStdinLine));
  }
}

function isReadable(root: string, name: GitName): boolean {
  try {
    accessSync(pathOnDisk(root, name), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Ids of the bytes as they are, in this process. */
async function hashBytes(
  root: string,
  names: readonly GitName[],
  signal: AbortSignal | undefined,
): Promise<readonly (string | undefined)[]> {
  const read = createDiskReader(signal);
  const ids: (string | undefined)[] = [];
  for (const name of names) {
    const content = await read(pathOnDisk(root, name), "file");
    ids.push(content.outcome === "read" && content.mode !== "120000" ? content.id : undefined);
  }
  return ids;
}

/** Ids of what git would store, from one process for all of them; without those that it cannot read where it stops at one. */
async function hashByGit(
  git: Git,
  root: string,
  names: readonly GitName[],
  filters: boolean,
): Promise<readonly (string | undefined)[]> {
  const ids: (string | undefined)[] = Array.from({ length: names.length }, () => undefined);
  let left = names.map((_, position) => position);
  while (left.length > 0) {
    const batch = left;
    const result = await git(["hash-object", ...(filters ? [] : ["--no-filters"]), "--stdin-paths"], {
      cwd: root,
      stdin: toStdin(batch.map((position) => names[position] as GitName)),
    });
    const lines = result.stdout.toString("latin1").split("\n").slice(0, -1);
    for (const [index, position] of batch.entries()) if (index < lines.length) ids[position] = lines[index];
    if (lines.length >= batch.length || result.outcome !== "exited") break;
    // The process ends at the first file it cannot read.
    left = batch.slice(lines.length + 1).filter((position) => isReadable(root, names[position] as GitName));
  }
  return ids;
}

/**
 * Content ids of regular files, after clean filters or as they are, in the order of the names; `undefined` for one that cannot be read.
 * A few files to which no conversion can apply are hashed here, which takes less time than starting git.
 */
export async function hashFiles(
  git: Git,
  root: string,
  names: readonly GitName[],
  options: { readonly idLength: number; readonly filters: boolean },
): Promise<readonly (string | undefined)[]> {
  const { idLength, filters } = options;
  const isSha1 = idLength === 40;
  const isPlain = !filters || (names.length <= FEW_FILES && !mayConvertSome(root, names, process.env));
  return isSha1 && isPlain ? hashBytes(root, names, git.signal) : hashByGit(git, root, names, filters);
}
