import type { Tree } from "../src/trees/tree.ts";

/** A tree of texts, with a list of what was read. */
export interface MemoryTree extends Tree {
  readonly reads: string[];
}

export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): MemoryTree {
  const entries = new Map(Object.entries(files));
  const reads: string[] = [];
  return {
    reads,
    paths: async () => [...entries.keys()],
    read: async (path) => {
      reads.push(path);
      const content = entries.get(path);
      return typeof content === "string" ? Buffer.from(content) : content;
    },
  };
}

/** JSON on one line, for manifests in tests. */
export const json = (value: unknown): string => JSON.stringify(value);
