import { createHash } from "node:crypto";
import { lstatSync, readlinkSync } from "node:fs";
import { fingerprintFiles } from "../fingerprints/fingerprint-files.ts";
import { nameKey, type GitName } from "../git-name.ts";
import type { Git } from "./git-process.ts";
import { parseLsFiles } from "./parse-ls-files.ts";
import { parseStatus, type StatusEntry } from "./parse-status.ts";
import type { FileEntry } from "../change.ts";
import type { PathState } from "../path-facts.ts";

/** Arguments of the one `git status` that says everything about index and work tree, whatever the user's configuration. */
export const STATUS_ARGS: readonly string[] = [
  "--no-optional-locks",
  "-c",
  "status.renameLimit=1000",
  "-c",
  // A missing order file would end git; this one cancels the setting.
  "diff.orderFile=/dev/null",
  "status",
  "--porcelain=v2",
  "-z",
  "--untracked-files=all",
  "--branch",
  "--no-ahead-behind",
  "--find-renames=50%",
  "--ignore-submodules=none",
];

/** Arguments that list the whole index with content ids, from any directory. */
export const LS_FILES_ARGS: readonly string[] = [
  "--no-optional-locks",
  "ls-files",
  "-s",
  "-z",
  "--full-name",
  "--",
  ":/",
];

/** `id` of a file whose content cannot be read. */
const UNREADABLE = "unreadable";
/** Files looked at before the event loop gets a turn. */
const FILES_PER_TURN = 500;

const toBytes = (name: GitName): Buffer =>
  name.bytes === undefined ? Buffer.from(name.path, "utf8") : Buffer.from(name.bytes);

/** The path on disk; bytes where the name is not text. */
function onDisk(root: string, name: GitName): string | Buffer {
  return name.bytes === undefined ? `${root}/${name.path}` : Buffer.concat([Buffer.from(`${root}/`), name.bytes]);
}

/** A line for `hash-object --stdin-paths`, which understands C quoting for names that a line cannot hold. */
function toStdinLine(name: GitName): Buffer {
  const bytes = toBytes(name);
  const needsQuotes = bytes[0] === 0x22 || bytes.includes(0x0a) || bytes.includes(0x0d);
  if (!needsQuotes) return Buffer.concat([bytes, Buffer.from("\n")]);
  const quoted = bytes
    .toString("latin1")
    .replaceAll(/["\\\n\r]/g, (character) =>
      character === "\n" ? String.raw`\n` : character === "\r" ? String.raw`\r` : `\\${character}`,
    );
  return Buffer.from(`"${quoted}"\n`, "latin1");
}

function blobId(content: Buffer, idLength: number): string {
  return createHash(idLength === 64 ? "sha256" : "sha1")
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest("hex");
}

/** Content ids of regular files after clean filters, one process for all of them unless one vanishes in between. */
async function hashFiles(git: Git, root: string, names: readonly GitName[]): Promise<readonly (string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  while (ids.length < names.length) {
    const rest = names.slice(ids.length);
    const result = await git(["hash-object", "--stdin-paths"], {
      cwd: root,
      stdin: Buffer.concat(rest.map(toStdinLine)),
    });
    const lines = result.stdout.toString("latin1").split("\n").slice(0, -1);
    ids.push(...lines.slice(0, rest.length));
    if (ids.length === names.length) break;
    // The process ends at the first file it cannot read: that one has no id, the others get their turn.
    ids.push(undefined);
    if (result.outcome !== "exited") {
      while (ids.length < names.length) ids.push(undefined);
    }
  }
  return ids;
}

/** A submodule or nested repository: its commit, and what differs from it. */
async function nestedState(git: Git, directory: string, isDirty: boolean): Promise<PathState | undefined> {
  const [status, list] = await Promise.all([
    git(isDirty ? STATUS_ARGS : ["rev-parse", "--verify", "-q", "HEAD"], { cwd: directory }),
    isDirty ? git(LS_FILES_ARGS, { cwd: directory }) : undefined,
  ]);
  if (status.exitCode !== 0) return { mode: "160000", id: UNREADABLE };
  if (list === undefined) return { mode: "160000", id: status.stdout.toString("latin1").trim() };
  const report = parseStatus(status.stdout);
  const commit = report.headOid ?? "unborn";
  if (report.entries.length === 0) return { mode: "160000", id: commit };
  const states = await readWorkStates(git, directory, report.entries, commit.length === 64 ? 64 : 40);
  return { mode: "160000", id: `${commit}+${fingerprintFiles(listFiles(list.stdout, report.entries, states))}` };
}

/**
 * Mode and content id, as they are now, of every path that differs from the index. Symbolic links count by their target text and are
 * never followed. A key without a value is a path that is not there any more.
 */
export async function readWorkStates(
  git: Git,
  root: string,
  entries: readonly StatusEntry[],
  idLength: number,
): Promise<ReadonlyMap<string, PathState | undefined>> {
  const states = new Map<string, PathState | undefined>();
  const regular: GitName[] = [];
  const modes: string[] = [];
  let looked = 0;
  for (const entry of entries) {
    const { name } = entry;
    const key = nameKey(name);
    if (!entry.unstaged && !entry.untracked) continue;
    if (entry.workMode === undefined && !entry.untracked) {
      if (!states.has(key)) states.set(key, undefined);
      continue;
    }
    looked += 1;
    if (looked % FILES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    if (entry.submodule !== undefined || name.path.endsWith("/")) {
      const dirty = entry.submodule === undefined || entry.submodule.dirty;
      states.set(key, await nestedState(git, `${root}/${name.path}`, dirty));
      continue;
    }
    const path = onDisk(root, name);
    try {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) states.set(key, undefined);
      else if (stats.isSymbolicLink()) {
        states.set(key, { mode: "120000", id: blobId(readlinkSync(path, { encoding: "buffer" }), idLength) });
      } else if (stats.isFile()) {
        regular.push(name);
        // git's word on the mode of a tracked file honours core.fileMode.
        const isExecutable = process.platform !== "win32" && (stats.mode & 0o100) !== 0;
        const known = entry.workMode?.startsWith("100") === true ? entry.workMode : undefined;
        modes.push(known ?? (isExecutable ? "100755" : "100644"));
      } else states.set(key, undefined);
    } catch {
      states.set(key, { mode: entry.workMode ?? "100644", id: UNREADABLE });
    }
  }
  const ids = regular.length === 0 ? [] : await hashFiles(git, root, regular);
  for (const [position, name] of regular.entries()) {
    const id = ids[position];
    const mode = modes[position] ?? "100644";
    const isGone = id === undefined && lstatSync(onDisk(root, name), { throwIfNoEntry: false }) === undefined;
    states.set(nameKey(name), isGone ? undefined : { mode, id: id ?? UNREADABLE });
  }
  return states;
}

/** All files of the work tree with the identity of their present content, in no particular order where something differs. */
export function listFiles(
  lsFiles: Buffer,
  entries: readonly StatusEntry[],
  states: ReadonlyMap<string, PathState | undefined>,
): FileEntry[] {
  if (entries.length === 0) return parseLsFiles(lsFiles, undefined);
  const files = parseLsFiles(lsFiles, (key) => states.has(key));
  for (const entry of entries) {
    const state = states.get(nameKey(entry.name));
    if (state === undefined || (!entry.unstaged && !entry.untracked)) continue;
    const { path, bytes } = entry.name;
    files.push(bytes === undefined ? { path, ...state } : { path, ...state, pathBytes: bytes });
  }
  return files;
}
