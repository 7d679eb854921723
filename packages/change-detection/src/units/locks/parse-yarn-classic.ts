/** One entry of a `yarn.lock` of version 1. */
export interface YarnClassicEntry {
  /** The patterns that it answers, such as `lodash@^4.17.0`. */
  readonly patterns: readonly string[];
  /** Plain members: `version`, `resolved`, `integrity`. */
  readonly fields: ReadonlyMap<string, string>;
  /** Members of `dependencies` and `optionalDependencies`. */
  readonly needs: readonly { readonly name: string; readonly range: string }[];
}

const WORD = /"(?:[^"\\]|\\.)*"|[^\s,:"][^\s,"]*/g;

function words(line: string): readonly string[] {
  return (line.match(WORD) ?? []).map((word) => {
    if (!word.startsWith('"')) return word;
    try {
      return String(JSON.parse(word));
    } catch {
      return word.slice(1, -1);
    }
  });
}

/**
 * Parses yarn's own format of version 1: entries at the margin, members indented by two, members of members by four.
 * @throws {SyntaxError} for a line that is none of these, with its number.
 */
export function parseYarnClassic(text: string): readonly YarnClassicEntry[] {
  const entries: YarnClassicEntry[] = [];
  let fields = new Map<string, string>();
  let needs: { name: string; range: string }[] = [];
  let group: string | undefined;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const indent = line.length - line.trimStart().length;
    const body = line.trim();
    if (body === "" || body.startsWith("#")) continue;
    const refuse = (): never => {
      throw new SyntaxError(`line ${at + 1} is not understood`);
    };
    if (indent === 0) {
      if (!body.endsWith(":")) refuse();
      fields = new Map();
      needs = [];
      group = undefined;
      const patterns = words(body.slice(0, -1));
      if (patterns.length === 0) refuse();
      entries.push({ patterns, fields, needs });
      continue;
    }
    if (entries.length === 0) refuse();
    if (body.endsWith(":") && indent === 2) {
      group = body.slice(0, -1);
      continue;
    }
    const [name, value, ...rest] = words(body);
    if (name === undefined || value === undefined || rest.length > 0) refuse();
    else if (indent === 2) {
      group = undefined;
      fields.set(name, value);
    } else if (group === "dependencies" || group === "optionalDependencies") needs.push({ name, range: value });
    else if (group === undefined) refuse();
    else fields.set(`${group} ${name}`, value);
  }
  return entries;
}
