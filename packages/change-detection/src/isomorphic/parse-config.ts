/** One variable of a git configuration file. */
export interface ConfigVariable {
  /** Section and name in lower case, the subsection between them as it is: `core.filemode`, `filter.LFS.clean`. */
  readonly key: string;
  /** `undefined` for a name without `=`, which means true. */
  readonly value: string | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", "\\": "\\", '"': '"' };

const isSpace = (one: string | undefined): boolean => one === " " || one === "\t" || one === "\r";

/**
 * Reads a git configuration file (git-config, "Syntax"). Gives the variables in order, or the number of the line that is not in the syntax:
 * git then refuses to work, too.
 */
export function parseConfig(content: string): readonly ConfigVariable[] | { readonly badLine: number } {
  // Carriage returns before line ends are nothing to git.
  const text = content.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const variables: ConfigVariable[] = [];
  let section: string | undefined;
  let at = 0;

  const bad = (): { readonly badLine: number } => ({ badLine: text.slice(0, at).split("\n").length });
  const skipLine = (): void => {
    const end = text.indexOf("\n", at);
    at = end === -1 ? text.length : end;
  };

  /** The header that begins at `[`; `undefined` when it is none. */
  const readSection = (): string | undefined => {
    const match = /\[([A-Za-z0-9.-]*)(?:[ \t]+"((?:[^"\\\n\0]|\\[^\n\0])*)")?\]/y;
    match.lastIndex = at;
    const [whole, name, subsection] = match.exec(text) ?? [];
    if (whole === undefined || name === undefined) return undefined;
    at += whole.length;
    const first = name.toLowerCase();
    return subsection === undefined ? first : `${first}.${subsection.replaceAll(/\\(.)/gs, "$1")}`;
  };

  /** The value after `=`; `undefined` when quotes or escapes are wrong. */
  const readValue = (): string | undefined => {
    let value = "";
    let spaces = "";
    let isQuoted = false;
    for (; at < text.length; at += 1) {
      const one = text[at] ?? "";
      if (one === "\n") break;
      if (!isQuoted && isSpace(one)) {
        if (value !== "") spaces += one;
        continue;
      }
      if (!isQuoted && (one === "#" || one === ";")) {
        skipLine();
        break;
      }
      value += spaces;
      spaces = "";
      if (one === '"') {
        isQuoted = !isQuoted;
      } else if (one === "\\") {
        at += 1;
        const escaped = text[at] ?? "";
        if (escaped === "\n" || escaped === "") continue;
        const meaning = ESCAPES[escaped];
        if (meaning === undefined) return undefined;
        value += meaning;
      } else {
        value += one;
      }
    }
    return isQuoted ? undefined : value;
  };

  while (at < text.length) {
    const one = text[at];
    if (one === "\n" || isSpace(one)) {
      at += 1;
    } else if (one === "#" || one === ";") {
      skipLine();
    } else if (one === "[") {
      section = readSection();
      if (section === undefined) return bad();
    } else {
      const name = /[A-Za-z][A-Za-z0-9-]*/y;
      name.lastIndex = at;
      const match = name.exec(text)?.[0];
      if (match === undefined) return bad();
      at += match.length;
      while (text[at] === " " || text[at] === "\t") at += 1;
      let value: string | undefined;
      if (text[at] === "=") {
        at += 1;
        value = readValue();
        if (value === undefined) return bad();
      } else if (at < text.length && text[at] !== "\n") {
        return bad();
      }
      const key = match.toLowerCase();
      variables.push({ key: section === undefined ? key : `${section}.${key}`, value });
    }
  }
  return variables;
}
