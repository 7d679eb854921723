import type { ChangesUnknown } from "../change.ts";
import { unreadableTree, type ChangeDetectionError } from "../errors.ts";
import type { DecodedOutput } from "../git-name.ts";
import type { CommitTreeOptions } from "../trees/commit-tree-options.ts";
import type { Tree } from "../trees/tree.ts";
import { createBlockReader } from "./block-reader.ts";
import { explainFailure } from "./explain-failure.ts";
import { createGit, type Git, type GitResult } from "./git-process.ts";

/** Blob ids of the regular files by path, from `git ls-tree -r -z`; the other entries have no id. */
function readListing(output: Buffer): ReadonlyMap<string, string | undefined> {
  const blobs = new Map<string, string | undefined>();
  const reader = createBlockReader(({ text, toName }: DecodedOutput) => {
    let start = 0;
    while (start < text.length) {
      // <mode> <type> <id> TAB <path> NUL
      const tab = text.indexOf("\t", start);
      const end = tab === -1 ? -1 : text.indexOf("\0", tab);
      const [mode = "", , id] = text.slice(start, tab).split(" ");
      if (end === -1 || id === undefined) {
        throw unreadableTree("git ls-tree printed a record that is cut off or unknown");
      }
      blobs.set(toName(text.slice(tab + 1, end)).path, mode.startsWith("100") ? id : undefined);
      start = end + 1;
    }
    return text.length;
  });
  reader.push(output);
  reader.end();
  return blobs;
}

/** Contents in the order of the ids, from `git cat-file --batch`; `undefined` for what is missing. */
function readContents(output: Buffer, count: number): readonly (Uint8Array | undefined)[] {
  const contents: (Uint8Array | undefined)[] = [];
  let start = 0;
  while (contents.length < count) {
    const end = output.indexOf(0x0a, start);
    const [, type, size] = output.toString("latin1", start, end).split(" ");
    const sizeBytes = Number(size);
    if (end === -1 || (type !== "missing" && !(start + sizeBytes < output.length))) {
      throw unreadableTree("git cat-file printed an object that is cut off or unknown");
    }
    start = end + 1;
    if (type === "missing") contents.push(undefined);
    else {
      contents.push(output.subarray(start, start + sizeBytes));
      start += sizeBytes + 1;
    }
  }
  return contents;
}

interface Asked {
  readonly id: string;
  readonly resolve: (content: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
}

/** Gathers what is asked for in one turn of the event loop and asks git once. */
function createBatchReader(git: Git, cwd: string, fail: (result: GitResult) => Promise<ChangeDetectionError>) {
  let waiting: Asked[] = [];
  const ask = async (batch: readonly Asked[]): Promise<void> => {
    const stdin = [Buffer.from(batch.map(({ id }) => `${id}\n`).join(""))];
    const result = await git(["cat-file", "--batch"], { cwd, stdin });
    if (result.exitCode !== 0) throw await fail(result);
    for (const [index, content] of readContents(result.stdout, batch.length).entries()) {
      const { id, resolve, reject } = batch[index] as Asked;
      if (content === undefined) reject(unreadableTree(`the object ${id} is missing`));
      else resolve(content);
    }
  };
  return (id: string): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      waiting.push({ id, resolve, reject });
      if (waiting.length > 1) return;
      setImmediate(() => {
        const batch = waiting;
        waiting = [];
        ask(batch).catch((error: unknown) => {
          for (const one of batch) one.reject(error);
        });
      });
    });
}

/** The files of a commit, through the `git` binary. */
export function openNativeTree(options: CommitTreeOptions & { readonly oid: string }): Tree {
  const { directory, oid, cache, signal, timeoutMs } = options;
  const git = createGit({ environment: process.env, signal, timeoutMs });
  const fail = async (result: GitResult): Promise<ChangeDetectionError> => {
    const { code, message }: ChangesUnknown = await explainFailure(result, git, directory);
    return unreadableTree(message, code);
  };
  const list = async (): Promise<ReadonlyMap<string, string | undefined>> => {
    const known = cache?.get("tree", [oid]);
    if (known !== undefined) return readListing(known);
    const result = await git(["ls-tree", "-r", "-z", "--full-tree", oid], { cwd: directory });
    if (result.exitCode !== 0) throw await fail(result);
    cache?.set("tree", [oid], result.stdout);
    return readListing(result.stdout);
  };
  const readBlob = createBatchReader(git, directory, fail);
  let listing: Promise<ReadonlyMap<string, string | undefined>> | undefined;
  return {
    paths: async () => [...(await (listing ??= list())).keys()],
    read: async (path) => {
      const id = (await (listing ??= list())).get(path);
      return id === undefined ? undefined : readBlob(id);
    },
  };
}
