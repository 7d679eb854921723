import { ChangeDetectionError } from "../errors.ts";
import { openNativeTree } from "../native/open-native-tree.ts";
import { isObjectId } from "../object-id.ts";
import type { Tree } from "./tree.ts";
import type { CommitTreeOptions } from "./commit-tree-options.ts";

const EMPTY: Tree = { paths: async () => [], read: async () => undefined };

/**
 * The files of a commit, from the top level of the repository that holds `directory`. Nothing is read before it is asked for; reads that
 * are asked for at the same time share one process. Only regular files have content.
 *
 * `paths()` and `read()` reject with a {@link ChangeDetectionError} CHANGE_DETECTION_UNREADABLE_TREE when the commit or a file of it
 * cannot be read, and with the reason of `signal` when it aborts.
 * @throws {TypeError} when `oid` is not an object id.
 */
export function openCommitTree(options: CommitTreeOptions): Tree {
  const { oid, engine = "auto" } = options;
  if (oid === null) return EMPTY;
  if (typeof oid !== "string" || !isObjectId(oid)) {
    throw new TypeError(`Cannot open commit tree: \`oid\` must be an object id, got ${JSON.stringify(oid)}`);
  }
  const openOther = async (): Promise<Tree> =>
    (await import("../isomorphic/open-isomorphic-tree.ts")).openIsomorphicTree({ ...options, oid });
  let other: Promise<Tree> | undefined;
  if (engine === "isomorphic") {
    return {
      paths: async () => (await (other ??= openOther())).paths(),
      read: async (path) => (await (other ??= openOther())).read(path),
    };
  }
  const native = openNativeTree({ ...options, oid });
  /** Goes on without git where it turns out that there is none. */
  const orElse = async <Answer>(ask: (tree: Tree) => Promise<Answer>): Promise<Answer> => {
    if (other !== undefined) return ask(await other);
    try {
      return await ask(native);
    } catch (error) {
      const isMissing = error instanceof ChangeDetectionError && error.unknownCode === "git-missing";
      if (engine === "native" || !isMissing) throw error;
      return ask(await (other ??= openOther()));
    }
  };
  return { paths: () => orElse((tree) => tree.paths()), read: (path) => orElse((tree) => tree.read(path)) };
}
