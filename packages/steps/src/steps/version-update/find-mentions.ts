import path from "node:path";
import { isForeign } from "../../project/folder.ts";

/** A line of code that tells the version. */
export interface VersionMention {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What is looked for. */
export interface MentionedVersion {
  /** Such as `1.2.3`. */
  readonly version: string;
  /** Names of the packages that have it. */
  readonly names: readonly string[];
}

/** Code, and programs without an ending; documents tell of versions that were, and lock files of others'. */
const CODE =
  /(?:^|\/)[^./]+$|\.(?:[cm]?[jt]sx?|vue|py|rb|php|go|rs|java|kts?|swift|cs|cc|cpp|c|hh?|hpp|sh|bash|css|scss|sass|less|gradle|properties)$/i;
/** What a build or somebody else writes, and tests. */
const NOT_OWN =
  /(?:^|\/)(?:build|out|release|releases|coverage|tests?|specs?|__tests__|__mocks__|mocks?|benchmarks?|docs?)\/|[./](?:min|test|spec)\.[a-z]+$|(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS|CHANGES|CHANGELOG|HISTORY|README)[^/]*$/i;
/** Comments at the beginning tell what a file is of; further down they tell of what happened. */
const MAX_HEADER_LINES = 20;

/** Whether a file is one in which a version may be told beside the manifests. Pure. */
export function mayMention(file: string): boolean {
  return CODE.test(file) && !NOT_OWN.test(file) && !isForeign(file) && !/(?:^|\/)\.[^/]+\//.test(file);
}

/** Finds where code gives the version to a name that says so, and where the head of a file tells it. Pure. */
export function findMentions(
  file: string,
  text: string,
  { version, names }: MentionedVersion,
): readonly VersionMention[] {
  // A file that has it in its name is of that release.
  if (!text.includes(version) || path.posix.basename(file).includes(version)) return [];
  const own = names.map((name) => escape(path.posix.basename(name).replaceAll(/[^a-z\d]+/gi, "_"))).join("|");
  const prefix = own === "" ? "" : `(?:(?:${own})_?)?`;
  const exact = `v?${escape(version)}`;
  const given = new RegExp(
    String.raw`(?<![\w$-])_{0,2}${prefix}version(?:_?(?:name|string|number))?_{0,2}["']?\s*(?::=|=>|=|:)\s*(?:"${exact}"|'${exact}'|\x60${exact}\x60${file.endsWith(".properties") ? `|${exact}\\s*$` : ""})`,
    "i",
  );
  // A title may be written in words: "HTML5 Shiv" of html5shiv.
  const titles = names.map((name) =>
    Array.from(path.posix.basename(name), (sign) => escape(sign)).join(String.raw`[\s._-]?`),
  );
  const title = titles.length === 0 ? "" : String.raw`|(?<![\w-])(?:${titles.join("|")})(?:\.js)?\s+${exact}`;
  const told = new RegExp(
    String.raw`^\s*(?:\/[/*]|\*|#|<!--).*?(?:\bversion\W{1,4}${exact}|[\s(]v${escape(version)}${title})(?![\w-]|\.\d)|^\s*version\W{1,4}${exact}\s*$`,
    "i",
  );
  return text.split("\n").flatMap((line, index) => {
    if (line.length > 400 || !line.includes(version)) return [];
    const isTold =
      given.test(line) || (index < MAX_HEADER_LINES && told.test(line) && !/@since|@deprecated|\bsince\b/i.test(line));
    return isTold ? [{ file, line: index + 1 }] : [];
  });
}

function escape(text: string): string {
  return text.replaceAll(/[^\w]/g, String.raw`\$&`);
}
