/** How a language writes what is no code. */
export type Syntax = "script" | "python" | "go";

/** Words after which a slash begins a regular expression. */
const BEFORE_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|throw|await|yield|instanceof|new)$/;

/**
 * The text with spaces in place of comments and of what strings, templates and regular expressions hold; their quotes stay, and so do line
 * ends, so that every place is where it was. Not a parser: a slip stays on its line. Pure; takes time in proportion to the text.
 */
export function maskCode(text: string, syntax: Syntax): string {
  const out = text.split("");
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) if (out[at] !== "\n" && out[at] !== "\r") out[at] = " ";
  };
  let at = 0;
  /** The last characters of code, for what a slash means. */
  let before = "";
  while (at < text.length) {
    const end =
      syntax === "python" ? endInPython(text, at) : endInC(text, at, { before, isScript: syntax === "script" });
    if (end === undefined) {
      const character = text[at] ?? "";
      if (!/\s/.test(character)) before = (before + character).slice(-12);
      else if (/[\w$]$/.test(before)) before = `${before} `.slice(-12);
      at += 1;
      continue;
    }
    blank(at + end.opening, end.at - end.closing);
    if (!end.isComment) before = '"';
    at = end.at;
  }
  return out.join("");
}

/** Where a piece that is no code ends, and how many characters of its ends stay. */
interface Piece {
  readonly at: number;
  readonly opening: number;
  readonly closing: number;
  readonly isComment: boolean;
}

const comment = (at: number): Piece => ({ at, opening: 0, closing: 0, isComment: true });
const quoted = (at: number, length: number): Piece => ({ at, opening: length, closing: length, isComment: false });

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function endInC(
  text: string,
  at: number,
  { before, isScript }: { readonly before: string; readonly isScript: boolean },
): Piece | undefined {
  const character = text[at];
  if (character === "/" && text[at + 1] === "/") return comment(endOfLine(text, at));
  if (character === "/" && text[at + 1] === "*") {
    const end = text.indexOf("*/", at + 2);
    return comment(end === -1 ? text.length : end + 2);
  }
  if (character === '"' || character === "'") return endOfString(text, at);
  if (character === "`") return isScript ? quoted(endOfTemplate(text, at), 1) : quoted(endOfRaw(text, at), 1);
  if (isScript && character === "/" && isRegex(before, text[at + 1])) return endOfRegex(text, at);
  return undefined;
}

function endInPython(text: string, at: number): Piece | undefined {
  const character = text[at];
  if (character === "#") return comment(endOfLine(text, at));
  if (character !== '"' && character !== "'") return undefined;
  const triple = character.repeat(3);
  if (!text.startsWith(triple, at)) return endOfString(text, at);
  let end = text.indexOf(triple, at + 3);
  while (end !== -1 && text[end - 1] === "\\") end = text.indexOf(triple, end + 1);
  return quoted(end === -1 ? text.length : end + 3, 3);
}

/** A quote that nothing closes on its line is an apostrophe, such as one in the text of an element. */
function endOfString(text: string, at: number): Piece | undefined {
  const quote = text[at];
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end];
    if (character === "\\") end += 1;
    else if (character === quote) return quoted(end + 1, 1);
    else if (character === "\n") return undefined;
  }
  return undefined;
}

function endOfRaw(text: string, at: number): number {
  const end = text.indexOf("`", at + 1);
  return end === -1 ? text.length : end + 1;
}

function endOfTemplate(text: string, at: number): number {
  // Depths of braces of the expressions that are open; templates in them begin anew.
  const open: number[] = [];
  let isText = true;
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end];
    if (character === "\\") end += 1;
    else if (isText && character === "`") {
      if (open.length === 0) return end + 1;
      isText = false;
    } else if (isText && character === "$" && text[end + 1] === "{") {
      open.push(0);
      isText = false;
      end += 1;
    } else if (!isText && character === "`") {
      isText = true;
      open.push(-1);
    } else if (!isText && character === "{") open[open.length - 1] = (open.at(-1) ?? 0) + 1;
    else if (!isText && character === "}") {
      if ((open.at(-1) ?? 0) <= 0) {
        open.pop();
        isText = true;
      } else open[open.length - 1] = (open.at(-1) ?? 0) - 1;
    }
    if (!isText && character === "`" && open.at(-1) === -1) open.pop();
  }
  return text.length;
}

function isRegex(before: string, next: string | undefined): boolean {
  const last = before.trimEnd().at(-1);
  if (next === ">" || last === "<") return false;
  if (last === undefined || "(,=:[!&|?{};+-*%~^>".includes(last)) return true;
  return BEFORE_REGEX.test(before.trimEnd());
}

function endOfRegex(text: string, at: number): Piece | undefined {
  let isClass = false;
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end];
    if (character === "\\") end += 1;
    else if (character === "\n") return undefined;
    else if (character === "[") isClass = true;
    else if (character === "]") isClass = false;
    else if (character === "/" && !isClass) return quoted(end + 1, 1);
  }
  return undefined;
}
