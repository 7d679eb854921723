import { unreadableTree } from "../errors.ts";
import type { CommitTreeOptions } from "../trees/commit-tree-options.ts";
import type { Tree } from "../trees/tree.ts";
import { EngineFailure } from "./engine-failure.ts";
import { findRepository } from "./find-repository.ts";
import { openRepository, treeOf, type Repository } from "./open-repository.ts";
import { nameFromRaw } from "./raw-name.ts";
import { sharedMemories } from "./repository-memory.ts";

/** Blob ids of the regular files by path; the other entries have no id. */
async function listFiles(
  { store }: Repository,
  commit: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string | undefined>> {
  const blobs = new Map<string, string | undefined>();
  const open = [{ raw: "", id: await treeOf(commit, store) }];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    signal?.throwIfAborted();
    for (const { raw, mode, id } of await store.tree(folder.id)) {
      const path = folder.raw === "" ? raw : `${folder.raw}/${raw}`;
      if (mode === "040000") open.push({ raw: path, id });
      else blobs.set(nameFromRaw(path).path, mode.startsWith("100") ? id : undefined);
    }
  }
  return blobs;
}

/** The files of a commit, read by isomorphic-git. */
export function openIsomorphicTree(options: CommitTreeOptions & { readonly oid: string }): Tree {
  const { directory, oid, signal } = options;
  /** What goes wrong, in the terms of the port. */
  const told = async <Answer>(action: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await action();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof EngineFailure) throw unreadableTree(error.message, error.answer.code, { cause: error });
      throw error;
    }
  };
  const openAndList = async (): Promise<{
    readonly repository: Repository;
    readonly blobs: ReadonlyMap<string, string | undefined>;
  }> => {
    const place = findRepository(directory, process.env);
    const repository = await openRepository(place, sharedMemories, process.env);
    return { repository, blobs: await listFiles(repository, oid, signal) };
  };
  let opened: ReturnType<typeof openAndList> | undefined;
  return {
    paths: () => told(async () => [...(await (opened ??= openAndList())).blobs.keys()]),
    read: (path) =>
      told(async () => {
        const { repository, blobs } = await (opened ??= openAndList());
        const id = blobs.get(path);
        if (id === undefined) return undefined;
        const object = await repository.store.read(id);
        if (object?.type !== "blob") throw unreadableTree(`the object ${id} is missing`);
        return object.content;
      }),
  };
}
