/** The folder of a path, `""` at the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}

/** The last segment of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A name inside a folder. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}

/**
 * Resolves a relative path as manifests write it against a folder of the tree; `undefined` where it leaves the tree, is absolute or
 * holds what no path can hold.
 */
export function resolvePath(folder: string, relative: string): string | undefined {
  if (/^(?:[\\/~]|[A-Za-z]:)/.test(relative) || relative.includes("\0")) return undefined;
  const segments = folder === "" ? [] : folder.split("/");
  for (const segment of relative.replaceAll("\\", "/").split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.join("/");
}

/** Tells whether a path is a folder or something below it, by segments. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** The part of a path below a folder that it is within. */
export function pathBelow(path: string, folder: string): string {
  return folder === "" ? path : path.slice(folder.length + 1);
}

/** The folders above a path, nearest first, `""` last. */
export function* foldersAbove(path: string): Generator<string> {
  for (let at = path; at !== "";) {
    at = folderOf(at);
    yield at;
  }
}
