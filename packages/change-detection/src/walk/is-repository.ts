import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from "node:fs";
import { isAbsolute } from "node:path";

/** A path of the file system: bytes where it is not UTF-8. */
type DiskPath = string | Buffer;

/** git looks no further into a `.git` file than this, in bytes. */
const LARGEST_GIT_FILE = 1024 * 1024;

function below(folder: DiskPath, name: string): DiskPath {
  return typeof folder === "string" ? `${folder}/${name}` : Buffer.concat([folder, Buffer.from(`/${name}`)]);
}

function joinBytes(folder: DiskPath, target: Buffer): Buffer {
  return isAbsolute(target.toString("latin1"))
    ? target
    : Buffer.concat([Buffer.from(folder), Buffer.from("/"), target]);
}

/** The first bytes of a regular file; `undefined` for what is none or cannot be read. */
function readStart(path: DiskPath, length: number): Buffer | undefined {
  let file: number | undefined;
  try {
    if (!statSync(path).isFile()) return undefined;
    file = openSync(path, "r");
    if (!fstatSync(file).isFile()) return undefined;
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, 0));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function isReachable(path: DiskPath): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function leadsSomewhere(head: DiskPath): boolean {
  try {
    if (lstatSync(head).isSymbolicLink()) return readlinkSync(head, "latin1").startsWith("refs/");
  } catch {
    return false;
  }
  const text = readStart(head, 255)?.toString("latin1") ?? "";
  return /^(?:ref:\s*refs\/|[\da-f]{40})/i.test(text);
}

/** Whether a folder is what git takes for the inside of a repository: a HEAD, `objects` and `refs`. Nothing in it need be readable. */
function isGitDirectory(folder: DiskPath): boolean {
  if (!leadsSomewhere(below(folder, "HEAD"))) return false;
  const common = readStart(below(folder, "commondir"), 4096);
  const shared =
    common === undefined
      ? folder
      : joinBytes(folder, Buffer.from(common.toString("latin1").replace(/[\r\n]+$/, ""), "latin1"));
  return isReachable(below(shared, "objects")) && isReachable(below(shared, "refs"));
}

/**
 * Whether git takes a directory that holds a `.git` for a repository of its own (`is_nonbare_repository_dir()` in setup.c): `.git` is a
 * git directory, or a file that leads to one or cannot be read. A `.git` of any other kind means nothing.
 */
export function isRepository(directory: DiskPath): boolean {
  const git = below(directory, ".git");
  let content: Buffer;
  try {
    const stats = statSync(git);
    if (stats.isDirectory()) return isGitDirectory(git);
    if (!stats.isFile() || stats.size > LARGEST_GIT_FILE) return false;
  } catch {
    return false;
  }
  try {
    content = readFileSync(git);
  } catch {
    return true;
  }
  const text = content.toString("latin1");
  if (!text.startsWith("gitdir: ")) return false;
  const target = text.slice("gitdir: ".length).replace(/[\r\n]+$/, "");
  return target !== "" && isGitDirectory(joinBytes(directory, Buffer.from(target, "latin1")));
}
