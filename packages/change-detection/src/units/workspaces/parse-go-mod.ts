/** What is read from a `go.mod` or `go.work`. */
export interface GoManifest {
  readonly module: string | undefined;
  /** Folders of `use`. */
  readonly uses: readonly string[];
  readonly requires: readonly { readonly path: string; readonly version: string; readonly isIndirect: boolean }[];
  /** `replace` lines; `target` is a folder or `path version`. */
  readonly replaces: readonly {
    readonly path: string;
    readonly version: string | undefined;
    readonly target: string;
  }[];
  /** The remaining directives (`go`, `toolchain`, `godebug`, `exclude`), one a line. */
  readonly settings: string;
}

function unquote(word: string): string {
  if (word.startsWith("`") && word.endsWith("`") && word.length > 1) return word.slice(1, -1);
  if (!word.startsWith('"')) return word;
  try {
    const text: unknown = JSON.parse(word);
    return typeof text === "string" ? text : word;
  } catch {
    return word;
  }
}

/**
 * Reads the lines of a `go.mod` or `go.work`; what it does not know it keeps under `settings`.
 * @see https://go.dev/ref/mod#go-mod-file-grammar
 */
export function parseGoMod(text: string): GoManifest {
  let module: string | undefined;
  const uses: string[] = [];
  const requires: { path: string; version: string; isIndirect: boolean }[] = [];
  const replaces: { path: string; version: string | undefined; target: string }[] = [];
  const settings: string[] = [];
  let block: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const comment = line.indexOf("//");
    // A path such as https://x would hold "//", but neither file has URLs.
    const isIndirect = comment !== -1 && /^\/\/\s*indirect\b/.test(line.slice(comment));
    const words = (
      (comment === -1 ? line : line.slice(0, comment)).match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[^\s()]+|[()]/g) ?? []
    ).map(unquote);
    if (words.length === 0) continue;
    if (block !== undefined && words[0] === ")") {
      block = undefined;
      continue;
    }
    if (block === undefined && words[1] === "(") {
      block = words[0];
      continue;
    }
    const [directive, ...rest] = block === undefined ? words : [block, ...words];
    const [first] = rest;
    if (first === undefined) continue;
    if (directive === "module") module = first;
    else if (directive === "use") uses.push(first);
    else if (directive === "require") requires.push({ path: first, version: rest[1] ?? "", isIndirect });
    else if (directive === "replace") {
      const arrow = rest.indexOf("=>");
      if (arrow === -1) continue;
      replaces.push({
        path: first,
        version: arrow === 2 ? rest[1] : undefined,
        target: rest.slice(arrow + 1).join(" "),
      });
    } else if (directive !== "retract") settings.push([directive, ...rest].join(" "));
  }
  return { module, uses, requires, replaces, settings: settings.sort().join("\n") };
}

/** Compares two Go module versions by semantic versioning, pre-releases and pseudo-versions included. */
export function compareGoVersions(a: string, b: string): number {
  const parse = (version: string): { readonly core: readonly number[]; readonly pre: readonly string[] } => {
    const [, major = "0", minor = "0", patch = "0", pre] =
      /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?/.exec(version) ?? [];
    return { core: [major, minor, patch].map(Number), pre: pre === undefined ? [] : pre.split(".") };
  };
  const [left, right] = [parse(a), parse(b)];
  for (let at = 0; at < 3; at += 1) {
    const difference = (left.core[at] ?? 0) - (right.core[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (let at = 0; at < Math.max(left.pre.length, right.pre.length); at += 1) {
    const [x, y] = [left.pre[at], right.pre[at]];
    if (x === y) continue;
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    const [isNumberX, isNumberY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (isNumberX && isNumberY) return Number(x) - Number(y);
    if (isNumberX !== isNumberY) return isNumberX ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}
