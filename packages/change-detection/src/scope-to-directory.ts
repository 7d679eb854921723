import type { Change, ChangeSet, FileEntry, WorktreeInspection } from "./change.ts";

function cutBytes(bytes: Uint8Array | undefined, prefix: string): Uint8Array | undefined {
  return bytes?.subarray(Buffer.byteLength(prefix, "utf8"));
}

function scopeChange(change: Change, prefix: string): Change | undefined {
  const { path, previousPath, pathBytes, previousPathBytes, layers, status } = change;
  const isInside = path.startsWith(prefix);
  const wasInside = previousPath?.startsWith(prefix) === true;
  if (isInside) {
    const bytes = cutBytes(pathBytes, prefix);
    const previousBytes = wasInside ? cutBytes(previousPathBytes, prefix) : undefined;
    return {
      path: path.slice(prefix.length),
      ...(wasInside ? { previousPath: previousPath.slice(prefix.length) } : undefined),
      // What came in from outside is new in here.
      status: previousPath !== undefined && !wasInside ? "added" : status,
      layers,
      ...(bytes === undefined ? undefined : { pathBytes: bytes }),
      ...(previousBytes === undefined ? undefined : { previousPathBytes: previousBytes }),
    };
  }
  if (!wasInside) return undefined;
  const bytes = cutBytes(previousPathBytes, prefix);
  return {
    path: previousPath.slice(prefix.length),
    status: "deleted",
    layers,
    ...(bytes === undefined ? undefined : { pathBytes: bytes }),
  };
}

function scopeFiles(files: readonly FileEntry[], prefix: string): readonly FileEntry[] {
  const inside: FileEntry[] = [];
  for (const file of files) {
    if (!file.path.startsWith(prefix)) continue;
    const bytes = cutBytes(file.pathBytes, prefix);
    inside.push({
      path: file.path.slice(prefix.length),
      mode: file.mode,
      id: file.id,
      ...(bytes === undefined ? undefined : { pathBytes: bytes }),
    });
  }
  return inside;
}

function scopeChanges(set: ChangeSet): ChangeSet {
  if (set.prefix === "") return set;
  const changes: Change[] = [];
  for (const change of set.changes) {
    const scoped = scopeChange(change, set.prefix);
    if (scoped !== undefined) changes.push(scoped);
  }
  return { ...set, root: `${set.root}/${set.prefix.replace(/\/$/, "")}`, prefix: "", changes };
}

/**
 * Maps paths from the git top level to paths relative to the directory that was asked for, and drops what lies outside.
 * A file renamed across the border is added or deleted inside. Cheap and without copies at the git top level.
 */
export function scopeToDirectory(changes: ChangeSet): ChangeSet;
export function scopeToDirectory(inspection: WorktreeInspection): WorktreeInspection;
export function scopeToDirectory(files: readonly FileEntry[], prefix: string): readonly FileEntry[];
export function scopeToDirectory(
  what: ChangeSet | WorktreeInspection | readonly FileEntry[],
  prefix = "",
): ChangeSet | WorktreeInspection | readonly FileEntry[] {
  if (!("changes" in what)) return prefix === "" ? what : scopeFiles(what, prefix);
  if ("known" in what) return scopeChanges(what);
  const { changes, files, root } = what;
  if (root === undefined || what.prefix === undefined || what.prefix === "") return what;
  return {
    changes: changes.known ? scopeChanges(changes) : changes,
    files: files === undefined ? undefined : scopeFiles(files, what.prefix),
    root: `${root}/${what.prefix.replace(/\/$/, "")}`,
    prefix: "",
  };
}
