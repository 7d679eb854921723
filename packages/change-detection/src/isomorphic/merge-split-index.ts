import type { BadIndex, IndexEntry } from "./parse-index.ts";

const WORD_BYTES = 8;
const WORD_BITS = 64;
const ID_BYTES = 20;

/** What the extension `link` says (gitformat-index, "Split index"). */
export interface IndexLink {
  /** Names the shared index; all zeros where there is none. */
  readonly baseId: string;
  /** Positions in the shared index that are gone. */
  readonly deleted: ReadonlySet<number>;
  /** Positions in the shared index that the first, nameless entries replace, in order. */
  readonly replaced: readonly number[];
}

/** Reads an EWAH bitmap (Documentation/technical/bitmap-format): the positions of its ones, and where it ends. */
function readBitmap(bytes: Buffer, start: number, limit: number): { ones: number[]; next: number } | undefined {
  if (start + 8 > bytes.length) return undefined;
  const words = bytes.readUInt32BE(start + 4);
  const next = start + 8 + words * WORD_BYTES + 4;
  if (next > bytes.length) return undefined;
  const ones: number[] = [];
  let position = 0;
  for (let word = 0; word < words;) {
    const marker = bytes.readBigUInt64BE(start + 8 + word * WORD_BYTES);
    const running = Number((marker >> 1n) & 0xffff_ffffn);
    const literals = Number(marker >> 33n);
    if ((marker & 1n) === 1n) {
      if (position + running * WORD_BITS > limit + WORD_BITS) return undefined;
      for (let bit = 0; bit < running * WORD_BITS; bit += 1) ones.push(position + bit);
    }
    position += running * WORD_BITS;
    if (word + 1 + literals > words) return undefined;
    for (let literal = 0; literal < literals; literal += 1) {
      let rest = bytes.readBigUInt64BE(start + 8 + (word + 1 + literal) * WORD_BYTES);
      for (let bit = 0; rest !== 0n; bit += 1, rest >>= 1n) if ((rest & 1n) === 1n) ones.push(position + bit);
      position += WORD_BITS;
    }
    word += 1 + literals;
  }
  return { ones, next };
}

/**
 * Reads the content of the extension `link`; `undefined` when it is damaged.
 *
 * @param limit - no shared index has more entries
 */
export function parseIndexLink(content: Buffer, limit: number = 2 ** 26): IndexLink | undefined {
  if (content.length < ID_BYTES) return undefined;
  const baseId = content.toString("hex", 0, ID_BYTES);
  if (content.length === ID_BYTES) return { baseId, deleted: new Set(), replaced: [] };
  const deleted = readBitmap(content, ID_BYTES, limit);
  const replaced = deleted === undefined ? undefined : readBitmap(content, deleted.next, limit);
  return deleted === undefined || replaced === undefined
    ? undefined
    : { baseId, deleted: new Set(deleted.ones), replaced: replaced.ones };
}

/** Joins the entries of a shared index with the difference from it. */
export function mergeSplitIndex(
  shared: readonly IndexEntry[],
  own: readonly IndexEntry[],
  { deleted, replaced }: IndexLink,
): readonly IndexEntry[] | BadIndex {
  const merged: (IndexEntry | undefined)[] = [...shared];
  for (const [order, position] of replaced.entries()) {
    const before = merged[position];
    const entry = own[order];
    if (before === undefined || entry === undefined || entry.raw !== "") {
      return { problem: "its link to the shared index is wrong" };
    }
    merged[position] = { ...entry, raw: before.raw };
  }
  for (const position of deleted) {
    if (position >= merged.length) return { problem: "its link to the shared index is wrong" };
    merged[position] = undefined;
  }
  const added = own.slice(replaced.length);
  if (added.some(({ raw }) => raw === "")) return { problem: "its link to the shared index is wrong" };
  const byKey = new Map<string, IndexEntry>();
  for (const entry of [...merged, ...added]) {
    if (entry !== undefined) byKey.set(`${entry.raw}\0${entry.stage}`, entry);
  }
  return [...byKey.values()].sort((a, b) => (a.raw === b.raw ? a.stage - b.stage : a.raw < b.raw ? -1 : 1));
}
