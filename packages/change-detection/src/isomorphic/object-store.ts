import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import path from "node:path";
import type * as IsomorphicGit from "isomorphic-git";
import type { RepositoryMemory } from "./repository-memory.ts";
import type { GitCache } from "../cache/open-git-cache.ts";
import { formatCommit, parseCommit, parseKeptCommit, type Commit } from "./commit.ts";
import { broken, unsupported } from "./engine-failure.ts";
import { parseTree, type TreeEntry } from "./parse-tree.ts";

/** What isomorphic-git is given instead of a file system: it can read, and every attempt to write fails. */
const refuse = (): Promise<never> => Promise.reject(new Error("this engine never writes to a repository"));
const READ_ONLY = {
  promises: {
    readFile: async (file: string, options?: { encoding?: "utf8" } | "utf8") => readFileSync(file, options),
    readdir: async (folder: string) => readdirSync(folder),
    stat: async (file: string) => statSync(file),
    lstat: async (file: string) => lstatSync(file),
    readlink: async (file: string) => readlinkSync(file, { encoding: "buffer" }),
    writeFile: refuse,
    unlink: refuse,
    mkdir: refuse,
    rmdir: refuse,
    symlink: refuse,
    chmod: refuse,
  },
};

/** Objects of a repository, those that it borrows from others included. */
export interface ObjectStore {
  /** `undefined` for an object that is not there. */
  readonly read: (id: string) => Promise<{ readonly type: string; readonly content: Buffer } | undefined>;
  /** Is an object here, in this repository or in those that it borrows from? */
  readonly has: (id: string) => Promise<boolean>;
  /** @throws {EngineFailure} when it is missing or none. */
  readonly tree: (id: string) => Promise<readonly TreeEntry[]>;
  /** `undefined` for a commit that is not there. May be answered from memory or cache, without the object. */
  readonly commit: (id: string) => Promise<Commit | undefined>;
  /** The same for one of the many commits that a search passes: other processes are not told of them. */
  readonly passedCommit: (id: string) => Promise<Commit | undefined>;
  /** The same without reading any object: `undefined` where it is not known. */
  readonly knownCommit: (id: string) => Commit | undefined;
  /** Is every object what its id says, with the parents that it names? Not after `git replace`, grafts or in a shallow clone. */
  readonly isPlain: boolean;
  /** The ids that begin like this. */
  readonly expand: (start: string) => Promise<readonly string[]>;
}

/** git follows a chain of borrowed objects no further. */
const MAXIMUM_ALTERNATE_DEPTH = 5;

/** Folders that hold objects: the own one, then those named in `info/alternates`, as folders that contain `objects`. */
function objectFolders(gitDir: string, depth = 0, found: string[] = []): string[] {
  if (found.includes(gitDir) || depth > MAXIMUM_ALTERNATE_DEPTH) return found;
  found.push(gitDir);
  let list: string;
  try {
    list = readFileSync(path.join(gitDir, "objects", "info", "alternates"), "utf8");
  } catch {
    return found;
  }
  for (const line of list.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const folder = path.resolve(gitDir, "objects", line);
    if (line.startsWith('"') || path.basename(folder) !== "objects") {
      throw unsupported(`it borrows objects from ${JSON.stringify(line)}`);
    }
    objectFolders(path.dirname(folder), depth + 1, found);
  }
  return found;
}

/** Replacements made by `git replace`: what is asked for, and what is given instead. */
function readReplacements(commonDir: string): Map<string, string> {
  const replacements = new Map<string, string>();
  const add = (id: string, by: string): void => {
    if (/^[0-9a-f]{40}$/.test(id) && /^[0-9a-f]{40}$/.test(by)) replacements.set(id, by);
  };
  try {
    for (const line of readFileSync(path.join(commonDir, "packed-refs"), "latin1").split("\n")) {
      const match = /^([0-9a-f]{40}) refs\/replace\/([0-9a-f]{40})$/.exec(line);
      if (match !== null) add(match[2] ?? "", match[1] ?? "");
    }
  } catch {
    // There need be none.
  }
  const folder = path.join(commonDir, "refs", "replace");
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return replacements;
  }
  for (const name of names) add(name, readFileSync(path.join(folder, name), "latin1").trim());
  return replacements;
}

/** Parents that were changed by `info/grafts`. */
function readGrafts(commonDir: string): Map<string, readonly string[]> {
  const grafts = new Map<string, readonly string[]>();
  try {
    for (const line of readFileSync(path.join(commonDir, "info", "grafts"), "latin1").split("\n")) {
      const ids = line.trim().split(/\s+/);
      const [id, ...parents] = ids;
      if (id !== undefined && ids.every((one) => /^[0-9a-f]{40}$/.test(one))) grafts.set(id, parents);
    }
  } catch {
    // There need be none.
  }
  return grafts;
}

/** Commits at which a shallow clone ends; `undefined` for a complete one. */
export function readShallow(commonDir: string): ReadonlySet<string> | undefined {
  let list: string;
  try {
    list = readFileSync(path.join(commonDir, "shallow"), "latin1");
  } catch {
    return undefined;
  }
  return new Set(list.split("\n").filter((line) => line !== ""));
}

/**
 * Opens the objects of a repository, read by isomorphic-git. What was read is kept in `memory`: it is named by its content, so it cannot go
 * stale. isomorphic-git keeps each pack that it needs in memory as a whole and verifies it once.
 */
export async function openObjectStore(
  commonDir: string,
  options: {
    readonly memory: RepositoryMemory;
    readonly usesReplacements: boolean;
    /** Where commits are kept for other processes. */
    readonly cache: GitCache | undefined;
  },
): Promise<ObjectStore> {
  const { memory, usesReplacements, cache } = options;
  const folders = objectFolders(commonDir);
  const replacements = usesReplacements ? readReplacements(commonDir) : new Map<string, string>();
  const grafts = readGrafts(commonDir);
  const shallow = readShallow(commonDir);
  let library: typeof IsomorphicGit | undefined;
  const load = async (): Promise<typeof IsomorphicGit> => (library ??= await import("isomorphic-git"));

  const read: ObjectStore["read"] = async (id) => {
    const { readObject } = await load();
    const oid = replacements.get(id) ?? id;
    for (const gitdir of folders) {
      try {
        const result = await readObject({ fs: READ_ONLY, gitdir, oid, format: "content", cache: memory.objects });
        return { type: result.type, content: Buffer.from(result.object as Uint8Array) };
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === "NotFoundError") continue;
        throw broken(
          `the object ${id} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
          error,
        );
      }
    }
    return undefined;
  };

  const withParents = (id: string, commit: Commit): Commit => {
    const parents = shallow?.has(id) === true ? [] : grafts.get(id);
    return parents === undefined ? commit : { ...commit, parents };
  };
  /** Commits that the cache knows. They need not be in this repository, so they are kept apart from those that were read here. */
  const told = new Map<string, Commit | undefined>();
  const ask = (id: string): Commit | undefined => {
    if (cache === undefined) return undefined;
    if (!told.has(id)) told.set(id, parseKeptCommit(cache.get("commit", [id])));
    return told.get(id);
  };
  const knownCommit = (id: string): Commit | undefined => {
    if (replacements.has(id)) return undefined;
    const commit = memory.commits.get(id) ?? ask(id);
    return commit === undefined ? undefined : withParents(id, commit);
  };
  const commitOf = async (id: string, isKept: boolean): Promise<Commit | undefined> => {
    const known = knownCommit(id);
    if (known !== undefined) return known;
    const object = await read(id);
    if (object === undefined) return undefined;
    const commit = object.type === "commit" ? parseCommit(object.content) : undefined;
    if (commit === undefined) throw broken(`the object ${id} is no commit that can be read`);
    if (replacements.has(id)) return withParents(id, commit);
    memory.commits.set(id, commit);
    if (isKept) cache?.set("commit", [id], formatCommit(commit));
    return withParents(id, commit);
  };

  return {
    read,
    has: async (id) => memory.commits.get(id) !== undefined || (await read(id)) !== undefined,
    tree: async (id) => {
      const known = memory.trees.get(id);
      if (known !== undefined && !replacements.has(id)) return known;
      const object = await read(id);
      if (object === undefined) throw broken(`the tree ${id} is missing`);
      const entries = object.type === "tree" ? parseTree(object.content) : undefined;
      if (entries === undefined) throw broken(`the object ${id} is no tree that can be read`);
      if (!replacements.has(id)) memory.trees.set(id, entries);
      return entries;
    },
    commit: (id) => commitOf(id, true),
    passedCommit: (id) => commitOf(id, false),
    knownCommit,
    isPlain: replacements.size === 0 && grafts.size === 0 && shallow === undefined,
    expand: async (start) => {
      const { expandOid } = await load();
      const ids = new Set<string>();
      for (const gitdir of folders) {
        try {
          ids.add(await expandOid({ fs: READ_ONLY, gitdir, oid: start, cache: memory.objects }));
        } catch (error) {
          const { code, data } = error as { readonly code?: unknown; readonly data?: { readonly matches?: string[] } };
          if (code === "AmbiguousError") for (const id of data?.matches ?? []) ids.add(id);
          else if (code !== "NotFoundError") throw broken(`objects cannot be listed: ${String(error)}`, error);
        }
      }
      return [...ids];
    },
  };
}
