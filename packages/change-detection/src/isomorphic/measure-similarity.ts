/** How much of each kind of piece a content is made of: bytes by hash of the piece. */
export type Spans = ReadonlyMap<number, number>;

/** The largest prime for which git's tables were made. */
const HASH_BASE = 107_927;
/** Pieces end at a line feed, or after this many bytes. */
const LONGEST_PIECE = 64;
/** git looks for a NUL in this many bytes to tell binary from text. */
const BYTES_LOOKED_AT = 8000;

/** A content is binary when it has a NUL near its start (`buffer_is_binary()` in xdiff-interface.c). */
export function isBinary(content: Uint8Array): boolean {
  return content.subarray(0, BYTES_LOOKED_AT).includes(0);
}

/**
 * Cuts a content into pieces and counts bytes by the hash of the piece, as `hash_chars()` of git's diffcore-delta.c does (with the last line
 * counted also without a line feed, as since git 2.44). O(n).
 */
export function readSpans(content: Uint8Array): Spans {
  const isText = !isBinary(content);
  const spans = new Map<number, number>();
  let [one, two, length] = [0, 0, 0];
  const add = (): void => {
    const hash = ((one + Math.imul(two, 0x61)) >>> 0) % HASH_BASE;
    spans.set(hash, (spans.get(hash) ?? 0) + length);
    [one, two, length] = [0, 0, 0];
  };
  for (let at = 0; at < content.length; at += 1) {
    const byte = content[at] ?? 0;
    if (isText && byte === 0x0d && content[at + 1] === 0x0a) continue;
    const before = one;
    one = ((one << 7) ^ (two >>> 25)) >>> 0;
    two = ((two << 7) ^ (before >>> 25)) >>> 0;
    one = (one + byte) >>> 0;
    length += 1;
    if (length >= LONGEST_PIECE || byte === 0x0a) add();
  }
  if (length > 0) add();
  return spans;
}

/** Bytes of one content that are found in the other (`diffcore_count_changes()`). */
export function countCopied(from: Spans, to: Spans): number {
  let copied = 0;
  for (const [hash, bytes] of from) copied += Math.min(bytes, to.get(hash) ?? 0);
  return copied;
}
