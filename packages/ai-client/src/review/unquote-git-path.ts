const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92,
};

/**
 * Reads a path that git wrote in quotes (`"a/\303\244"`) at the start of `text`: the path, and how many characters it took.
 * `undefined` when there is none. Bytes that are no UTF-8 become U+FFFD.
 *
 * Source: git's documentation of `core.quotePath`.
 */
export function unquoteGitPath(text: string): { readonly path: string; readonly length: number } | undefined {
  if (!text.startsWith('"')) return undefined;
  const parts: Buffer[] = [];
  let index = 1;
  while (index < text.length && text[index] !== '"') {
    const octal = /^\\([0-3][0-7]{2})/.exec(text.slice(index, index + 4))?.[1];
    const escaped = text[index] === "\\" ? ESCAPES[text[index + 1] ?? ""] : undefined;
    if (octal !== undefined) {
      parts.push(Buffer.from([Number.parseInt(octal, 8)]));
      index += 4;
    } else if (escaped !== undefined) {
      parts.push(Buffer.from([escaped]));
      index += 2;
    } else if (text[index] === "\\") {
      return undefined;
    } else {
      const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
      parts.push(Buffer.from(character, "utf8"));
      index += character.length;
    }
  }
  return index < text.length ? { path: Buffer.concat(parts).toString("utf8"), length: index + 1 } : undefined;
}
