import type { NameKind } from "./declared-names.ts";

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

/** Where the code is in a document: between backticks, and in fenced blocks. Pure. */
export function codeOfDocument(document: string): readonly CodeOfDocument[] {
  const found: CodeOfDocument[] = [];
  let fence: string | undefined;
  for (const [index, line] of document.split("\n").entries()) {
    const mark = /^[ \t]*(?:>[ \t]*)*(?:[-*+][ \t]+)?(`{3,}|~{3,}|-{4,}(?=\s*$))/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.[0] === fence[0] && (mark?.length ?? 0) >= fence.length && /[`~-]\s*$/.test(line)) fence = undefined;
      else found.push({ line: index + 1, text: line, kind: "block", context: line });
    } else if (mark !== undefined && mark[0] !== "-") {
      fence = mark;
    } else {
      for (const match of line.matchAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g)) {
        found.push({ line: index + 1, text: (match[2] ?? "").trim(), kind: "inline", context: line });
      }
    }
  }
  return found;
}

/** Words by which a document tells of what was. */
const OF_THE_PAST =
  /\b(?:removed|deprecated|renamed|formerly|previously|no longer|used to|was called|were called|replaced|replaces|instead of|before v?\d|until v?\d|legacy|migrat\w+|dropped|obsolete)\b/i;

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
    case "export": {
      const asWord = `(?<![\\w$.@/-])${word}(?![\\w$/-])`;
      if (isDistinct(name)) return new RegExp(asWord).test(text);
      // A common word means it only where it is called or imported.
      return kind === "inline"
        ? new RegExp(`^${word}\\([^)]*\\)$`).test(text)
        : new RegExp(`^\\s*import\\s.*${asWord}.*\\sfrom\\s`).test(text);
    }
  }
}

/** Whether a name is made of several words, as no word of a sentence or of a command line is. */
function isDistinct(name: string): boolean {
  return /[a-z\d][A-Z]|[A-Za-z\d]_[A-Za-z\d]|[A-Z]{2,}[a-z]/.test(name) && name.length >= 5;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
