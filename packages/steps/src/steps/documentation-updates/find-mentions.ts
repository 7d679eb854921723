import type { NameKind } from "./declared-name.ts";

/** A place in a document that is code. */
export interface CodeOfDocument {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** Between marks within a line of words, or a line of a block. */
  readonly kind: "inline" | "block";
  /** The words around, for `inline`. */
  readonly context: string;
}

/** What a heading names: `### client.send(message)`, `### \`send\``. */
const HEADING = /^#{1,6}\s+([^`]*\([^`]*\)[^`]*?)\s*#*\s*$/;
/** What a document in reStructuredText declares: `.. js:function:: Client.send(message)`. */
const DIRECTIVE = /^\s*\.\. (?:\w+:)?(?:function|method|class|attribute|data|option|envvar)::\s+(.+)$/;
const LIST_ITEM = /^\s*(?:[-*+]|\d+[.)])\s/;

/** Where the code is in a document: between backticks, in fenced and indented blocks, and in headings that tell how to call something. Pure. */
export function codeOfDocument(document: string): readonly CodeOfDocument[] {
  const found: CodeOfDocument[] = [];
  let fence: string | undefined;
  // Indented lines belong to a block behind an empty line, and to a list where one is open.
  let [isBehindEmpty, isIndented, isInList] = [true, false, false];
  for (const [index, line] of document.split("\n").entries()) {
    const mark = /^[ \t]*(?:>[ \t]*)*(?:[-*+][ \t]+)?(`{3,}|~{3,}|-{4,}(?=\s*$))/.exec(line)?.[1];
    const isEmpty = line.trim() === "";
    if (fence !== undefined) {
      if (mark?.[0] === fence[0] && (mark?.length ?? 0) >= fence.length && /[`~-]\s*$/.test(line)) fence = undefined;
      else found.push({ line: index + 1, text: line, kind: "block", context: line });
    } else if (mark !== undefined && mark[0] !== "-") {
      fence = mark;
    } else {
      if (!isEmpty) {
        isIndented = /^(?: {4}|\t)/.test(line) && !isInList && (isIndented || isBehindEmpty);
        isInList = LIST_ITEM.test(line) || (isInList && (/^\s/.test(line) || !isBehindEmpty));
      }
      if (isIndented && !isEmpty) found.push({ line: index + 1, text: line, kind: "block", context: line });
      const told = HEADING.exec(line)?.[1] ?? DIRECTIVE.exec(line)?.[1];
      if (told !== undefined) found.push({ line: index + 1, text: told, kind: "inline", context: line });
      for (const match of isIndented ? [] : line.matchAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g)) {
        found.push({ line: index + 1, text: (match[2] ?? "").trim(), kind: "inline", context: line });
      }
    }
    isBehindEmpty = isEmpty;
  }
  return found;
}

/** Words by which a document tells of what was. */
const OF_THE_PAST =
  /\b(?:removed|deprecated|renamed|formerly|previously|no longer|used to|was called|were called|replaced|replaces|instead of|before v?\d|until v?\d|legacy|(?:is|are) now|migrat\w+|dropped|obsolete)\b/i;

/** Objects and modules that are there without the code of a repository. */
const EVERYWHERE =
  "Array|Buffer|Date|JSON|Math|Number|Object|Promise|Reflect|String|Symbol|\\$|angular|assert|child_process|console|crypto|document|expect|express|fs|http|http2|https|jQuery|jest|location|navigator|net|os|path|process|stream|tls|url|util|vi|window|zlib";

/** Whether code of a document names something, in a way that means it and nothing else of that name. Pure. */
export function mentions({ text, kind, context }: CodeOfDocument, name: string, of: NameKind): boolean {
  if (OF_THE_PAST.test(context)) return false;
  const word = escapeRegExp(name);
  switch (of) {
    case "flag":
      return new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text);
    case "variable":
      return new RegExp(`(?<!\\w)${word}(?!\\w)`).test(text);
    case "script":
      return new RegExp(`(?<![\\w-])(?:npm|pnpm|yarn|bun) run ${word}(?![\\w:.-])`).test(text);
    case "key":
      return kind === "inline"
        ? isDistinct(name) && new RegExp(`^(?:[\\w-]+\\.)*${word}:?$`).test(text)
        : new RegExp(`^\\s*(?:- )?["']?${word}["']?\\s*:`).test(text) && isDistinct(name);
    case "setting":
      // By itself, where it is explained, or given a value in a sample.
      if (kind === "inline") {
        const isExplained = new RegExp(`^\\s*(?:[-*+|#]+|\\d+[.)])\\s*[*_]*\`[^\`]*${word}`).test(context);
        return (
          (isDistinct(name) || isExplained) && new RegExp(`^(?:[\\w$-]+\\.)*${word}\\??(?:\\s*[:=].*)?$`).test(text)
        );
      }
      return isDistinct(name) && new RegExp(`(?:^|[\\s{,])["']?${word}["']?\\s*:(?!:)`).test(text);
    case "file":
      return name.includes("/") && new RegExp(`(?<![\\w./@-])(?:\\./)?${word}(?![\\w/-])`).test(text);
    case "export": {
      const asWord = `(?<![\\w$.@/-])${word}(?![\\w$/-])`;
      // A member of something, which is not one of what every program has.
      const asMember = `(?<![\\w$.])(?!(?:${EVERYWHERE})\\.)[A-Za-z_$][\\w$]*\\.(?:[\\w$]+\\.)*${word}(?=\\s*\\()`;
      if (isDistinct(name)) return new RegExp(`${asWord}|${asMember}`).test(text);
      // A common word means it only where it is called or imported.
      return kind === "inline"
        ? new RegExp(`^${word}\\([^)]*\\)$`).test(text)
        : new RegExp(`^\\s*import\\s.*${asWord}.*\\sfrom\\s`).test(text);
    }
  }
}

/** Whether samples of a document declare a name themselves, or get it from elsewhere. Pure. */
export function isDeclaredBy(all: readonly CodeOfDocument[], name: string): boolean {
  const declares = new RegExp(
    `\\b(?:function\\*?|class|const|let|var|func|def|fn)\\s+${escapeRegExp(name)}(?![\\w$])(?!\\s*=\\s*require\\(["'][^"']*\\))`,
  );
  return all.some(({ kind, text }) => kind === "block" && text.includes(name) && declares.test(text));
}

/** Whether a name is made of several words, as no word of a sentence or of a command line is. */
export function isDistinct(name: string): boolean {
  return /[a-z\d][A-Z]|[A-Za-z\d]_[A-Za-z\d]|[A-Z]{2,}[a-z]/.test(name) && name.length >= 5;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
