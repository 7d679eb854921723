import { existsSync, realpathSync } from "node:fs";
import { fingerprintFiles } from "../fingerprints/fingerprint-files.ts";
import { unreadableId } from "../disk/unreadable-id.ts";
import type { PathState } from "../path-facts.ts";
import { isRepository } from "../walk/is-repository.ts";
import { broken, EngineFailure, unsupported } from "./engine-failure.ts";
import { findRepository } from "./find-repository.ts";
import { openRepository, type Repository } from "./open-repository.ts";
import { nameFromRaw, rawOnDisk } from "./raw-name.ts";
import type { ReadWorkTree } from "./work-tree-request.ts";

const SUBMODULE_MODE = "160000";

/** A repository inside the work tree of another. */
export interface Nested {
  /** The commit that is checked out; `undefined` before the first one. */
  readonly commit: string | undefined;
  readonly isDirty: boolean;
  /** The commit, and what differs from it. */
  readonly state: PathState;
}

interface Tools {
  readonly readWorkTree: ReadWorkTree;
  readonly signal: AbortSignal | undefined;
}

async function openNested(outer: Repository, raw: string): Promise<Repository> {
  const { path, bytes } = nameFromRaw(raw);
  // The functions that find a repository take text.
  if (bytes !== undefined) throw unsupported(`the repository ${JSON.stringify(path)} has a name that is not UTF-8`);
  const directory = `${outer.place.root}/${path}`;
  const place = findRepository(directory, outer.environment);
  if (place.root !== realpathSync(directory)) throw broken(`${JSON.stringify(path)} is no repository of its own`);
  return openRepository(place, outer.memoryOf, outer.environment);
}

async function read(outer: Repository, raw: string, { readWorkTree, signal }: Tools): Promise<Nested> {
  const inner = await openNested(outer, raw);
  const commit = inner.refs.resolve("HEAD");
  const work = await readWorkTree(inner, {
    wantsFiles: true,
    hashesUntracked: () => true,
    isExcluded: undefined,
    signal,
  });
  const isDirty = work.entries.length > 0;
  const isClean = !isDirty && work.hiddenEdits.length === 0;
  const name = commit ?? "unborn";
  const id = isClean ? name : `${name}+${fingerprintFiles(work.files ?? [])}`;
  return { commit, isDirty, state: { mode: SUBMODULE_MODE, id } };
}

/** What is at the place of a submodule that is a directory; `undefined` where none is checked out. */
export async function readSubmodule(outer: Repository, raw: string, tools: Tools): Promise<Nested | undefined> {
  const folder = rawOnDisk(outer.place.root, raw);
  if (!isRepository(folder)) {
    const git = typeof folder === "string" ? `${folder}/.git` : Buffer.concat([folder, Buffer.from("/.git")]);
    if (!existsSync(git)) return undefined;
    throw broken(`the submodule ${JSON.stringify(nameFromRaw(raw).path)} has a .git that leads nowhere`);
  }
  return read(outer, raw, tools);
}

/** The state of a repository that the outer one does not track; one that cannot be read equals no other. */
export async function readUntrackedRepository(outer: Repository, raw: string, tools: Tools): Promise<PathState> {
  try {
    return (await read(outer, raw, tools)).state;
  } catch (error) {
    if (error instanceof EngineFailure && error.answer.code !== "unsupported") {
      return { mode: SUBMODULE_MODE, id: unreadableId() };
    }
    throw error;
  }
}
