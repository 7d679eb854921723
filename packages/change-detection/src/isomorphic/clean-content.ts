import type { Attributes } from "./read-attributes.ts";

/** How line endings are treated when git takes a content in. */
export type LineEndings = "keep" | "text" | "auto";

/** What git does to a content when it takes it in, or what of it this engine cannot do. */
export type Conversion =
  | { readonly lineEndings: LineEndings; readonly hasIdent: boolean }
  | { readonly unsupported: string };

/** Settings that conversions hang on. */
export interface ConversionSettings {
  /** Is `core.autocrlf` true or `input`? */
  readonly autoCrlf: boolean;
  /** Is a filter of this name set up? */
  readonly hasFilter: (name: string) => boolean;
}

function lineEndingsOf(attributes: Attributes, autoCrlf: boolean): LineEndings {
  const eol = attributes.get("eol");
  const hasEol = eol === "lf" || eol === "crlf";
  let action: LineEndings | undefined;
  // `crlf` is the old name of `text`.
  for (const name of ["text", "crlf"]) {
    const value = attributes.get(name);
    if (action !== undefined) break;
    if (value === true || value === "input") action = "text";
    else if (value === false) action = "keep";
    else if (value === "auto") action = "auto";
  }
  if (action === undefined) return hasEol ? "text" : autoCrlf ? "auto" : "keep";
  return action;
}

/** What git would do to a content with these attributes (`convert_attrs()` in convert.c). */
export function conversionOf(attributes: Attributes, { autoCrlf, hasFilter }: ConversionSettings): Conversion {
  const filter = attributes.get("filter");
  if (typeof filter === "string" && hasFilter(filter)) return { unsupported: `its filter ${JSON.stringify(filter)}` };
  const encoding = attributes.get("working-tree-encoding");
  if (encoding !== undefined && encoding !== "" && !/^utf-?8$/i.test(String(encoding))) {
    return { unsupported: `its working-tree-encoding ${JSON.stringify(encoding)}` };
  }
  return { lineEndings: lineEndingsOf(attributes, autoCrlf), hasIdent: attributes.get("ident") === true };
}

interface TextStats {
  readonly crlf: number;
  readonly looksBinary: boolean;
}

/** Counts as git does to tell text from binary (`gather_stats()` and `convert_is_binary()` in convert.c). */
function textStats(content: Uint8Array): TextStats {
  let [nul, loneCr, crlf, printable, nonPrintable] = [0, 0, 0, 0, 0];
  for (let at = 0; at < content.length; at += 1) {
    const byte = content[at] ?? 0;
    if (byte === 0x0d) {
      if (content[at + 1] === 0x0a) {
        crlf += 1;
        at += 1;
      } else loneCr += 1;
    } else if (byte === 0x0a) {
      // A line feed alone says nothing.
    } else if (byte === 0x7f) nonPrintable += 1;
    else if (byte >= 0x20 || byte === 0x08 || byte === 0x09 || byte === 0x1b || byte === 0x0c) printable += 1;
    else {
      if (byte === 0) nul += 1;
      nonPrintable += 1;
    }
  }
  // The end-of-file mark of old systems.
  if (content.at(-1) === 0x1a) nonPrintable -= 1;
  return { crlf, looksBinary: loneCr > 0 || nul > 0 || Math.floor(printable / 128) < nonPrintable };
}

const withoutCr = (content: Buffer): Buffer =>
  Buffer.from(content.toString("latin1").replaceAll("\r\n", "\n"), "latin1");

/**
 * Gives a content as git stores it, with line endings and `$Id$` converted (`crlf_to_git()` and `ident_to_git()` in convert.c).
 *
 * @param readIndexed - the content that the index has for the path; asked only where line endings are guessed: what was stored with CRLF
 *   stays so
 */
export async function cleanContent(
  content: Buffer,
  conversion: { readonly lineEndings: LineEndings; readonly hasIdent: boolean },
  readIndexed: () => Promise<Buffer | undefined>,
): Promise<Buffer> {
  let result = content;
  if (conversion.lineEndings !== "keep" && content.includes("\r\n")) {
    if (conversion.lineEndings === "text") result = withoutCr(content);
    else if (!textStats(content).looksBinary) {
      const indexed = await readIndexed();
      const stored = indexed?.includes(0x0d) === true ? textStats(indexed) : undefined;
      if (stored === undefined || stored.looksBinary || stored.crlf === 0) result = withoutCr(content);
    }
  }
  if (conversion.hasIdent && result.includes("$Id")) {
    result = Buffer.from(result.toString("latin1").replaceAll(/\$Id:[^$\n]*\$/g, "$$Id$$"), "latin1");
  }
  return result;
}
