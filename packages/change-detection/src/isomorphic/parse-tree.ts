/** One entry of a tree object. */
export interface TreeEntry {
  /** The name, one character a byte. */
  readonly raw: string;
  /** `040000` for a tree. */
  readonly mode: string;
  readonly id: string;
}

const ID_BYTES = 20;

/** Names that no git writes and that would lead out of the work tree. */
const UNSAFE_NAME = /^\.{0,2}$|\//;

/** git's reading of the modes that old versions wrote. */
function canonicalMode(digits: string): string | undefined {
  if (!/^[0-7]{5,6}$/.test(digits)) return undefined;
  const mode = Number.parseInt(digits, 8);
  switch (mode & 0o170000) {
    case 0o100000:
      return (mode & 0o100) === 0 ? "100644" : "100755";
    case 0o120000:
      return "120000";
    case 0o040000:
      return "040000";
    default:
      return "160000";
  }
}

/** Reads a tree object with SHA-1 ids; `undefined` when the bytes are none. */
export function parseTree(content: Buffer): readonly TreeEntry[] | undefined {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const end = space === -1 ? -1 : content.indexOf(0, space);
    if (end === -1 || end + 1 + ID_BYTES > content.length) return undefined;
    const mode = canonicalMode(content.toString("latin1", at, space));
    const raw = content.toString("latin1", space + 1, end);
    if (mode === undefined || UNSAFE_NAME.test(raw)) return undefined;
    entries.push({ raw, mode, id: content.toString("hex", end + 1, end + 1 + ID_BYTES) });
    at = end + 1 + ID_BYTES;
  }
  return entries;
}
