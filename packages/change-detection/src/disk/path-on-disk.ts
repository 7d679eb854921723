import type { GitName } from "../git-name.ts";

/** Where a file is; bytes where the name is not text. */
export function pathOnDisk(root: string, name: GitName): string | Buffer {
  return name.bytes === undefined ? `${root}/${name.path}` : Buffer.concat([Buffer.from(`${root}/`), name.bytes]);
}
