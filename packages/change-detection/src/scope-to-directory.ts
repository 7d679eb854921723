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

function scopeList(changes: readonly Change[], prefix: string): readonly Change[] {
  return changes.flatMap((change) => scopeChange(change, prefix) ?? []);
}

function scopeChanges(set: ChangeSet): ChangeSet {
  const { prefix, changes, layers } = set;
  if (prefix === "") return set;
  return {
    ...set,
    root: `${set.root}/${prefix.replace(/\/$/, "")}`,
    prefix: "",
    changes: scopeList(changes, prefix),
    layers: {
      committed: scopeList(layers.committed, prefix),
      staged: scopeList(layers.staged, prefix),
      unstaged: scopeList(layers.unstaged, prefix),
      untracked: scopeList(layers.untracked, prefix),
    },
  };
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
  if ("layers" in what) return scopeChanges(what);
  const { changes, files, hiddenEdits, root } = what;
  const inside = what.prefix ?? "";
  if (root === undefined || inside === "") return what;
  return {
    changes: changes.known ? scopeChanges(changes) : changes,
    files: files === undefined ? undefined : scopeFiles(files, inside),
    hiddenEdits: hiddenEdits.flatMap((path) => (path.startsWith(inside) ? path.slice(inside.length) : [])),
    root: `${root}/${inside.replace(/\/$/, "")}`,
    prefix: "",
  };
}
