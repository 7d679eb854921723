import { createHash } from "node:crypto";

/** What git knew of a file on the disk when it last looked; times are seconds and nanoseconds, all of it cut to 32 bits. */
export interface IndexStat {
  readonly ctimeSeconds: number;
  readonly ctimeNanoseconds: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly inode: number;
  readonly sizeBytes: number;
}

/** One entry of the index. */
export interface IndexEntry {
  /** The path, one character a byte. Empty only for entries of a split index that replace one of the shared index. */
  readonly raw: string;
  /** `100644`, `100755`, `120000`, `160000`; `040000` for a folder of a sparse index. */
  readonly mode: string;
  readonly id: string;
  /** 0, or 1 to 3 for the versions of an unmerged path. */
  readonly stage: number;
  readonly isAssumedUnchanged: boolean;
  readonly isSkipped: boolean;
  readonly isIntentToAdd: boolean;
  readonly stat: IndexStat;
}

/** An index file of version 2, 3 or 4. */
export interface GitIndex {
  readonly entries: readonly IndexEntry[];
  /** Content of the extension `link`: the entries are only the difference from a shared index. */
  readonly link: Buffer | undefined;
  /** Extensions that one must understand to read the index, and that this reader does not. */
  readonly unknownExtensions: readonly string[];
}

/** The bytes are no index; tells why. */
export interface BadIndex {
  readonly problem: string;
}

const ID_BYTES = 20;
const HEADER_BYTES = 12;
const ENTRY_BYTES = 62;

const MODES: ReadonlyMap<number, string> = new Map([
  [0o100644, "100644"],
  [0o100755, "100755"],
  [0o120000, "120000"],
  [0o160000, "160000"],
  [0o040000, "040000"],
]);

/** Paths that no git writes and that would lead out of the work tree. */
const UNSAFE_PATH = /(?:^|\/)\.{0,2}(?:\/|$)/;

function isChecksumRight(bytes: Buffer): boolean {
  const trailer = bytes.subarray(-ID_BYTES);
  // index.skipHash leaves the place empty.
  if (trailer.every((byte) => byte === 0)) return true;
  return createHash("sha1").update(bytes.subarray(0, -ID_BYTES)).digest().equals(trailer);
}

/** Reads a number in git's offset encoding; `undefined` when it is cut off or too large for an index. */
function readOffset(bytes: Buffer, start: number, end: number): { value: number; next: number } | undefined {
  let at = start;
  let byte = bytes[at] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    at += 1;
    if (at >= end || value > 2 ** 24) return undefined;
    byte = bytes[at] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return at < end ? { value, next: at + 1 } : undefined;
}

function readExtensions(bytes: Buffer, start: number, end: number): Omit<GitIndex, "entries"> | BadIndex {
  let link: Buffer | undefined;
  const unknownExtensions: string[] = [];
  let at = start;
  while (at < end) {
    if (at + 8 > end) return { problem: "an extension is cut off" };
    const name = bytes.toString("latin1", at, at + 4);
    const length = bytes.readUInt32BE(at + 4);
    at += 8;
    if (at + length > end) return { problem: `the extension ${JSON.stringify(name)} is cut off` };
    if (name === "link") link = bytes.subarray(at, at + length);
    // Names that begin with a capital letter may be passed over; `sdir` only announces folders among the entries.
    else if (!/^[A-Z]/.test(name) && name !== "sdir") unknownExtensions.push(name);
    at += length;
  }
  return { link, unknownExtensions };
}

/**
 * Reads an index file (gitformat-index) of a repository with SHA-1 ids. Everything is checked: bytes that are no index, or one that was cut
 * or damaged, give a {@link BadIndex}, never entries that were not there. O(n).
 */
export function parseIndex(bytes: Buffer): GitIndex | BadIndex {
  if (bytes.length < HEADER_BYTES + ID_BYTES) return { problem: "it is too short" };
  if (bytes.toString("latin1", 0, 4) !== "DIRC") return { problem: "bad signature" };
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return { problem: `version ${version} is unknown` };
  if (!isChecksumRight(bytes)) return { problem: "its checksum is wrong: it is cut off or damaged" };

  const count = bytes.readUInt32BE(8);
  const end = bytes.length - ID_BYTES;
  const entries: IndexEntry[] = [];
  let at = HEADER_BYTES;
  let previous = "";
  let previousStage = 0;
  for (let index = 0; index < count; index += 1) {
    const start = at;
    if (start + ENTRY_BYTES > end) return { problem: `entry ${index} is cut off` };
    const flags = bytes.readUInt16BE(start + 60);
    const isExtended = (flags & 0x4000) !== 0;
    if (isExtended && version === 2) return { problem: `entry ${index} has flags that version 2 does not know` };
    const moreFlags = isExtended ? bytes.readUInt16BE(start + 62) : 0;
    at = start + ENTRY_BYTES + (isExtended ? 2 : 0);

    let kept = "";
    if (version === 4) {
      const dropped = readOffset(bytes, at, end);
      if (dropped === undefined || dropped.value > previous.length) return { problem: `entry ${index} has a bad name` };
      kept = previous.slice(0, previous.length - dropped.value);
      at = dropped.next;
    }
    const nameEnd = bytes.indexOf(0, at);
    if (nameEnd === -1 || nameEnd >= end) return { problem: `entry ${index} is cut off` };
    const whole = kept + bytes.toString("latin1", at, nameEnd);
    const length = flags & 0xfff;
    if (length !== Math.min(whole.length, 0xfff)) return { problem: `entry ${index} has a bad name` };
    at = version === 4 ? nameEnd + 1 : start + ((nameEnd - start + 8) & ~7);

    const mode = MODES.get(bytes.readUInt32BE(start + 24));
    if (mode === undefined) return { problem: `entry ${index} has an unknown mode` };
    const raw = mode === "040000" && whole.endsWith("/") ? whole.slice(0, -1) : whole;
    if (raw !== "" && UNSAFE_PATH.test(raw)) return { problem: `entry ${index} has an unsafe name` };
    const stage = (flags >> 12) & 3;
    if (raw !== "" && previous !== "" && (whole < previous || (whole === previous && stage <= previousStage))) {
      return { problem: `entry ${index} is out of order` };
    }
    previous = whole;
    previousStage = stage;
    entries.push({
      raw,
      mode,
      id: bytes.toString("hex", start + 40, start + 60),
      stage,
      isAssumedUnchanged: (flags & 0x8000) !== 0,
      isSkipped: (moreFlags & 0x4000) !== 0,
      isIntentToAdd: (moreFlags & 0x2000) !== 0,
      stat: {
        ctimeSeconds: bytes.readUInt32BE(start),
        ctimeNanoseconds: bytes.readUInt32BE(start + 4),
        mtimeSeconds: bytes.readUInt32BE(start + 8),
        mtimeNanoseconds: bytes.readUInt32BE(start + 12),
        inode: bytes.readUInt32BE(start + 20),
        sizeBytes: bytes.readUInt32BE(start + 36),
      },
    });
  }
  const extensions = readExtensions(bytes, at, end);
  if ("problem" in extensions) return extensions;
  if (extensions.link === undefined && entries.some(({ raw }) => raw === ""))
    return { problem: "an entry has no name" };
  return { entries, ...extensions };
}
