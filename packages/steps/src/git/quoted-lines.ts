import path from "node:path";

const MARKDOWN = /^\.(?:md|markdown|mdown|mkd|mdx)$/i;
const ASCIIDOC = /^\.(?:adoc|asciidoc)$/i;
const MARKUP = /^\.(?:html?|xhtml)$/i;
/** Their texts of several lines stand between grave accents. */
const ACCENTS = /^\.(?:[cm]?[jt]sx?|vue|svelte|go)$/i;
/** Their texts of several lines stand between three quotation marks. */
const TRIPLES = /^\.(?:pyi?|java|kts?|scala|swift|cs|exs?|groovy|jl|toml)$/i;

/**
 * For each line the number of the quotation that it begins in (a block of code in a document, a text of several lines in code), or nothing. What quotes in a language is known by its letters alone: nothing is parsed. Pure, and linear in the text.
 */
export function quotedLines(file: string, lines: readonly string[]): readonly (number | undefined)[] {
  const extension = path.posix.extname(file);
  if (MARKDOWN.test(extension)) return between(lines, fences());
  if (ASCIIDOC.test(extension)) return between(lines, delimiters());
  if (MARKUP.test(extension)) return between(lines, tags());
  if (ACCENTS.test(extension)) return between(lines, letters(/\\[\s\S]|`/g));
  if (TRIPLES.test(extension)) return between(lines, letters(/\\[\s\S]|"""|'''/g));
  return lines.map(() => undefined);
}

/** Says after each line whether what follows is quoted. */
type Reader = (line: string) => boolean;

function between(lines: readonly string[], read: Reader): readonly (number | undefined)[] {
  let [number, isQuoted] = [0, false];
  return lines.map((line) => {
    const [was, quote] = [isQuoted, number];
    isQuoted = read(line);
    if (isQuoted && !was) number += 1;
    return was ? quote : undefined;
  });
}

/** Blocks of Markdown between fences, and of HTML in it. */
function fences(): Reader {
  let fence: string | undefined;
  const readTags = tags();
  return (line) => {
    const [, mark, rest = ""] = /^(?: {0,3}|[ >*+\d.-]*)(`{3,}|~{3,})(.*)$/.exec(line.trimEnd()) ?? [];
    if (fence === undefined) {
      if (mark === undefined) return readTags(line);
      fence = mark;
    } else if (mark?.startsWith(fence) === true && rest.trim() === "") fence = undefined;
    return fence !== undefined;
  };
}

/** Blocks of AsciiDoc between two equal lines. */
function delimiters(): Reader {
  let begun: string | undefined;
  return (line) => {
    const text = line.trimEnd();
    if (begun === undefined && /^(?:-{4,}|\.{4,}|`{3,})$/.test(text)) begun = text;
    else if (begun === text) begun = undefined;
    return begun !== undefined;
  };
}

function tags(): Reader {
  let depth = 0;
  return (line) => {
    for (const [tag] of line.matchAll(/<\/?pre\b/gi)) depth = tag.startsWith("</") ? Math.max(0, depth - 1) : depth + 1;
    return depth > 0;
  };
}

/** Texts between two equal marks; the pattern also finds what is escaped, which begins with a backslash. */
function letters(pattern: RegExp): Reader {
  let begun: string | undefined;
  return (line) => {
    for (const [mark] of line.matchAll(pattern)) {
      if (mark.startsWith("\\")) continue;
      if (begun === undefined) begun = mark;
      else if (begun === mark) begun = undefined;
    }
    return begun !== undefined;
  };
}
