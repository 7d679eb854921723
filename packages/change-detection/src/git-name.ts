import { isUtf8 } from "node:buffer";

/** A file name as git knows it: text, and its bytes where text cannot hold it. */
export interface GitName {
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
}

/** Output of git as one string, and how to turn a piece of it into a name. */
export interface DecodedOutput {
  readonly text: string;
  readonly toName: (raw: string) => GitName;
  /** Is `text` the bytes one by one, because they are not UTF-8? */
  readonly isLatin1: boolean;
}

const plainName = (raw: string): GitName => ({ path: raw, bytes: undefined });

function nameFromLatin1(raw: string): GitName {
  const bytes = Buffer.from(raw, "latin1");
  return isUtf8(bytes) ? plainName(bytes.toString("utf8")) : { path: bytes.toString("utf8"), bytes };
}

/** Decodes NUL-separated output at once: as UTF-8 where all of it is, else byte by byte so that no name is damaged. */
export function decodeOutput(output: Buffer): DecodedOutput {
  return isUtf8(output)
    ? { text: output.toString("utf8"), toName: plainName, isLatin1: false }
    : { text: output.toString("latin1"), toName: nameFromLatin1, isLatin1: true };
}

/** A key that is different for different names, also where two of them look the same as text. */
export function nameKey(name: GitName): string {
  return name.bytes === undefined ? name.path : `\0${Buffer.from(name.bytes).toString("latin1")}`;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Orders text as the bytes of its UTF-8 form would be ordered, without making them where that can be avoided. */
export function compareAsUtf8(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 puts surrogates (characters above U+FFFF) before U+E000 to U+FFFF, UTF-8 puts them after; all else agrees.
  return SURROGATE.test(a) || SURROGATE.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : 1;
}

/** Orders names by their bytes, as git's index does. */
export function compareNames(
  aPath: string,
  aBytes: Uint8Array | undefined,
  bPath: string,
  bBytes: Uint8Array | undefined,
): number {
  return aBytes === undefined && bBytes === undefined
    ? compareAsUtf8(aPath, bPath)
    : Buffer.compare(aBytes ?? Buffer.from(aPath, "utf8"), bBytes ?? Buffer.from(bPath, "utf8"));
}
