import type { Version } from "../../release/semver.ts";

/** What a change log says of a version. */
export type VersionEntry =
  | { readonly kind: "there" | "unreleased" }
  /** It does not list versions, so that nothing is missing. */
  | { readonly kind: "no-list" }
  /** It lists others; the line of the first of these, from 1. */
  | { readonly kind: "missing"; readonly line: number };

/** A line that begins what is told of a version: a heading of any kind, a name in bold, an anchor or the version alone. */
const ENTRY =
  /^ {0,3}(?:(?:#{1,6}|=+ |<h\d[^>]*>|\d{4}-\d\d-\d\d:)[\s[\]>*]*(?:[\w@/-]{1,40} +){0,3}?|(?:\*\*|[*-] +(?:\*\*)?|<a name=")?(?:(?:version|release) +)?)\[?(?:v[ .]?)?(?<version>\d{1,9}(?:\.\d{1,9}){1,2})(?![\w.]*[a-z]\w*\.\w)/i;
/** What else may be one, of words that are not known. */
const HEADING = /^ {0,3}(?:#|=|\*\*|<[ah]|\[)/;
const UNDERLINE = /^ {0,3}(?:={3,}|-{3,}|~{3,})\s*$/;
/** The sections of what is not released yet, by their usual headings. */
const UNRELEASED =
  /^ {0,3}(?:#{1,6}|=+|\*\*|<h\d[^>]*>)?[\s[*]*(?:unreleased|upcoming|next(?: (?:release|version))?|master|main|head|trunk|in (?:progress|development)|to be released|tbd)\b/i;
/** One version may be that of something else. */
const MIN_ENTRIES = 2;

/**
 * Looks for the entry of a version in a change log, whatever its form and order. A log without an entry for any patch release needs none:
 * some say what minor releases bring alone. Pure.
 */
export function findVersionEntry(text: string, { major, minor, patch }: Version): VersionEntry {
  const lines = text.split(/\r?\n/).map((line) => withoutAddresses(line));
  const exact = new RegExp(String.raw`(?<![\d.]|\d[-\w])v?\.?${major}\.${minor}\.${patch}(?!\d|\.\d)`, "i");
  const short = new RegExp(String.raw`(?<![\d.])${major}\.${minor}(?!\.?\d)`);
  const entries = lines.flatMap((line, index) => {
    const version = ENTRY.exec(line)?.groups?.["version"];
    return version === undefined ? [] : [{ line: index + 1, text: line, version }];
  });
  // Texts tell of versions of other things too.
  const isHeading = (line: string, index: number): boolean =>
    ENTRY.test(line) || HEADING.test(line) || UNDERLINE.test(lines[index + 1] ?? "");
  if (lines.some((line, index) => exact.test(line) && isHeading(line, index))) return { kind: "there" };
  const [first] = entries;
  if (first === undefined || new Set(entries.map(({ version }) => version)).size < MIN_ENTRIES)
    return { kind: "no-list" };
  if (lines.slice(0, first.line).some((line) => UNRELEASED.test(line))) return { kind: "unreleased" };
  const keepsPatches = entries.some(({ version }) => Number(version.split(".")[2] ?? 0) > 0);
  const isOfMinor = ({ version }: { readonly version: string }): boolean =>
    version === `${major}.${minor}` || version === `${major}.${minor}.0`;
  if ((!keepsPatches || patch === 0) && entries.some((entry) => isOfMinor(entry) || short.test(entry.text)))
    return { kind: "there" };
  return { kind: "missing", line: first.line };
}

/** Addresses of comparisons and of what links say name versions as well. */
function withoutAddresses(line: string): string {
  return line
    .replaceAll(/\]\([^()\s]*\)/g, "]")
    .replace(/^\s*\[[^\]]+\]:.*$/, "")
    .replaceAll(/https?:\/\/[^\s)>\]]+/g, "");
}
