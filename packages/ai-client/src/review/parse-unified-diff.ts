import type { Hunk, HunkLine } from "./hunk.ts";
import { unquoteGitPath } from "./unquote-git-path.ts";

const HUNK_HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(?: |$)/;
/** Lines between `diff --git` and the first hunk that say nothing about the path or the lines. */
const EXTENDED_HEADER =
  /^(?:old mode|new mode|deleted file mode|new file mode|copy from|rename from|similarity index|dissimilarity index|index) /;
/** Letters that git puts before paths: by default `a/` and `b/`; with `diff.mnemonicPrefix` the others. */
const PREFIX = /^([abciow12])\//;

class DiffReader {
  readonly #lines: readonly string[];
  #index = 0;

  constructor(text: string) {
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    this.#lines = lines;
  }

  peek(): string | undefined {
    return this.#lines[this.#index];
  }

  next(): string | undefined {
    const line = this.#lines[this.#index];
    if (line !== undefined) this.#index += 1;
    return line;
  }

  problem(message: string): SyntaxError {
    return new SyntaxError(`Cannot parse diff: line ${this.#index + 1} ${message}`);
  }
}

function readPath(reader: DiffReader, text: string): { prefix: string; path: string } | undefined {
  // After an unquoted name with white space git writes a tab.
  const quoted = unquoteGitPath(text);
  const whole = quoted?.path ?? (text.endsWith("\t") ? text.slice(0, -1) : text);
  if (whole === "/dev/null" && quoted === undefined) return undefined;
  const prefix = PREFIX.exec(whole)?.[1];
  if (prefix === undefined || whole.length < 3) throw reader.problem("names a path without the usual prefix");
  return { prefix, path: whole.slice(2) };
}

function requirePair(reader: DiffReader, oldPrefix: string, newPrefix: string): void {
  // Equal letters are folders of a diff without prefixes.
  if (oldPrefix === newPrefix)
    throw reader.problem("names paths without prefixes; use --src-prefix=a/ --dst-prefix=b/");
}

/** The new path in `diff --git`; `undefined` where only other headers tell it (a rename without quotes). */
function readGitHeader(reader: DiffReader, rest: string): string | undefined {
  const first = unquoteGitPath(rest);
  if (first !== undefined || rest.endsWith('"')) {
    const start = first?.length ?? rest.lastIndexOf(' "');
    const second = rest.slice(start + 1);
    const from = readPath(reader, rest.slice(0, start));
    const to = readPath(reader, second);
    if (from === undefined || to === undefined) throw reader.problem("is no header that git writes");
    requirePair(reader, from.prefix, to.prefix);
    return to.path;
  }
  // `a/NAME b/NAME`: where both names are equal, the space in the middle parts them.
  const middle = (rest.length - 1) / 2;
  if (!Number.isInteger(middle) || rest[middle] !== " ") return undefined;
  const [from, to] = [rest.slice(0, middle), rest.slice(middle + 1)];
  if (from.slice(2) !== to.slice(2) || !PREFIX.test(from) || !PREFIX.test(to)) {
    if (from === to) requirePair(reader, "", "");
    return undefined;
  }
  requirePair(reader, from.slice(0, 1), to.slice(0, 1));
  return to.slice(2);
}

function readHunk(reader: DiffReader, header: RegExpExecArray): Hunk {
  const count = (text: string | undefined): number => (text === undefined ? 1 : Number(text));
  const [oldStart, oldCount] = [Number(header[1]), count(header[2])];
  const [newStart, newCount] = [Number(header[3]), count(header[4])];
  const lines: HunkLine[] = [];
  let oldLeft = oldCount;
  let newLeft = newCount;
  // By count alone: what a line says must not decide where the hunk ends.
  while (oldLeft > 0 || newLeft > 0) {
    const line = reader.next();
    const text = line?.slice(1) ?? "";
    switch (line?.[0]) {
      case "+":
        lines.push({ kind: "added", text });
        newLeft -= 1;
        break;
      case "-":
        lines.push({ kind: "removed", text });
        oldLeft -= 1;
        break;
      case "\\":
        break;
      case " ":
      case undefined:
        // With `diff.suppressBlankEmpty` an empty line has no mark.
        if (line === undefined) throw reader.problem("is missing: the diff ends inside a hunk");
        lines.push({ kind: "kept", text });
        oldLeft -= 1;
        newLeft -= 1;
        break;
      default:
        throw reader.problem("is no line of a hunk");
    }
    if (oldLeft < 0 || newLeft < 0) throw reader.problem("follows a line too many in a hunk");
  }
  while (reader.peek()?.startsWith("\\ ") === true) reader.next();
  return { oldStart, oldCount, newStart, newCount, lines };
}

interface FileDiff {
  readonly path: string;
  /** `undefined` where git takes the file for binary and does not say what changed inside. */
  readonly hunks: readonly Hunk[] | undefined;
}

function readFile(reader: DiffReader, header: string): FileDiff {
  let path = readGitHeader(reader, header);
  let oldPath: { prefix: string; path: string } | undefined;
  const hunks: Hunk[] = [];
  let isBinary = false;
  for (;;) {
    const line = reader.peek();
    if (line === undefined || line.startsWith("diff ")) break;
    const hunkHeader = HUNK_HEADER.exec(line);
    reader.next();
    if (hunkHeader !== null) {
      hunks.push(readHunk(reader, hunkHeader));
    } else if (hunks.length > 0) {
      throw reader.problem("follows a line that belongs to nothing");
    } else if (line.startsWith("--- ")) {
      oldPath = readPath(reader, line.slice(4));
    } else if (line.startsWith("+++ ")) {
      const newPath = readPath(reader, line.slice(4));
      if (oldPath !== undefined && newPath !== undefined) requirePair(reader, oldPath.prefix, newPath.prefix);
      path = (newPath ?? oldPath)?.path;
    } else if (line.startsWith("rename to ") || line.startsWith("copy to ")) {
      const name = line.slice(line.indexOf(" to ") + 4);
      path = unquoteGitPath(name)?.path ?? name;
    } else if (line.startsWith("Binary files ")) {
      isBinary = true;
    } else if (line === "GIT binary patch") {
      isBinary = true;
      // Its lines have no spaces.
      while (reader.peek() !== undefined && reader.peek()?.startsWith("diff ") !== true) reader.next();
    } else if (!EXTENDED_HEADER.test(line)) {
      throw reader.problem("follows a line that is no header git writes");
    }
  }
  if (path === undefined) throw reader.problem("follows a file without a name that can be told");
  return { path, hunks: isBinary ? undefined : hunks };
}

/**
 * The hunks of a diff as `git diff` writes it, by path: the new one, of deleted files the old one. Files without hunks (renamed, another
 * mode) have an empty list. Files that git takes for binary are missing, as it does not say what changed in them; `.gitattributes` can
 * make it take any file for one. Where lines of a hunk end is told by counting, whatever they look like.
 *
 * Use `git diff --no-color --no-ext-diff --no-textconv --submodule=short --src-prefix=a/ --dst-prefix=b/`, decoded as UTF-8. Combined
 * diffs (of merges), diffs without prefixes and text of anything else around the diff are refused.
 *
 * @throws {SyntaxError} when the text is not such a diff, naming the line
 */
export function parseUnifiedDiff(text: string): Map<string, readonly Hunk[]> {
  const reader = new DiffReader(text);
  const files = new Map<string, readonly Hunk[]>();
  for (let line = reader.peek(); line !== undefined; line = reader.peek()) {
    if (line.startsWith("diff --cc ") || line.startsWith("diff --combined ")) {
      throw reader.problem("begins a combined diff; compare with one parent");
    }
    if (!line.startsWith("diff --git ")) throw reader.problem("does not begin with `diff --git`");
    reader.next();
    const file = readFile(reader, line.slice("diff --git ".length));
    // A file that became a link, or the other way round, is deleted and then created: the latter counts.
    if (file.hunks === undefined) files.delete(file.path);
    else files.set(file.path, file.hunks);
  }
  return files;
}
