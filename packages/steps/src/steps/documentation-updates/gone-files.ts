import type { NameChange } from "./compare-names.ts";

/** As much of a change as is looked at. */
interface ListedChange {
  readonly path: string;
  readonly previousPath?: string | undefined;
  readonly status: string;
}

/** Files that a change took away or moved, by their former paths, which documents may name. Pure. */
export function goneFiles(list: readonly ListedChange[], files: ReadonlySet<string>): readonly NameChange[] {
  const former = list.flatMap(({ path, previousPath, status }) => {
    if (status === "deleted") return [path];
    return previousPath === undefined || files.has(previousPath) ? [] : [previousPath];
  });
  return former.map((file) => ({ kind: "file", name: file, signature: "", change: "removed", file }));
}
