import { lstatSync } from "node:fs";

function isLink(path: string | Buffer): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

/**
 * Gives a function that tells whether a folder above a path, below the root, is a symbolic link: what is found there is no file of this
 * work tree and may lie anywhere. Each folder is looked at once.
 */
export function createLinkGuard(root: string): (path: string | Buffer) => boolean {
  const known = new Map<string, boolean>();
  const rootBytes = Buffer.byteLength(root);
  const isBehindLink = (path: string | Buffer): boolean => {
    const end = path.lastIndexOf("/");
    if (end <= (typeof path === "string" ? root.length : rootBytes)) return false;
    const folder = typeof path === "string" ? path.slice(0, end) : path.subarray(0, end);
    const key = typeof folder === "string" ? folder : `\0${folder.toString("latin1")}`;
    let answer = known.get(key);
    if (answer === undefined) known.set(key, (answer = isBehindLink(folder) || isLink(folder)));
    return answer;
  };
  return isBehindLink;
}
