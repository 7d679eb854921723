/** Lines that take the place of others in a file. */
export interface LineEdit {
  /** From 1; with `endLine` the lines that go, both included. */
  readonly startLine: number;
  readonly endLine: number;
  /** What comes, without the last line end; an empty text is no line at all. */
  readonly replacement: string;
}

const CONTEXT_LINES = 3;

/**
 * The text after edits, which must be in order and not overlap. Lines end as the first one of the text does. Pure.
 *
 * @throws RangeError when an edit lies outside of the text, or they overlap
 */
export function applyEdits(text: string, edits: readonly LineEdit[]): string {
  const { lines, endsLine } = linesOf(text);
  const end = /\r\n/.test(text) ? "\r" : "";
  const result: string[] = [];
  let next = 1;
  for (const { startLine, endLine, replacement } of edits) {
    if (!(startLine >= next && endLine >= startLine && endLine <= lines.length))
      throw new RangeError(`Cannot edit: lines ${startLine} to ${endLine} overlap others or are not there`);
    result.push(...lines.slice(next - 1, startLine - 1), ...splitReplacement(replacement).map((line) => line + end));
    next = endLine + 1;
  }
  result.push(...lines.slice(next - 1));
  if (result.length === 0) return "";
  const joined = result.join("\n");
  // Where a last line without an end goes, the one before it keeps its own.
  const last = edits.at(-1);
  const isCut = last?.endLine === lines.length && splitReplacement(last.replacement).length === 0;
  return endsLine || isCut ? `${joined}\n` : joined;
}

/** A patch in the unified format that `git apply` takes, for one file that is there; empty where nothing differs. Pure. */
export function renderPatch(file: string, text: string, edits: readonly LineEdit[]): string {
  const after = applyEdits(text, edits);
  if (after === text) return "";
  const before = rowsOf(text);
  const now = rowsOf(after);
  // Edits are few and known, so that no difference has to be looked for.
  const changes = edits.map(({ startLine, endLine, replacement }) => ({
    from: startLine - 1,
    removed: endLine - startLine + 1,
    added: splitReplacement(replacement).length,
  }));
  const hunks: string[] = [];
  let shift = 0;
  for (let index = 0; index < changes.length;) {
    const first = changes[index];
    if (first === undefined) break;
    const start = Math.max(0, first.from - CONTEXT_LINES);
    let end = first.from + first.removed;
    let last = index;
    for (
      let next = changes[last + 1];
      next !== undefined && next.from - end <= 2 * CONTEXT_LINES;
      next = changes[last + 1]
    ) {
      last += 1;
      end = next.from + next.removed;
    }
    const stop = Math.min(before.length, end + CONTEXT_LINES);
    const rows: string[] = [];
    let at = start;
    let offset = shift;
    for (const { from, removed, added } of changes.slice(index, last + 1)) {
      for (; at < from; at++) rows.push(` ${before[at] ?? ""}`);
      for (; at < from + removed; at++) rows.push(`-${before[at] ?? ""}`);
      for (let row = 0; row < added; row++) rows.push(`+${now[from + offset + row] ?? ""}`);
      offset += added - removed;
    }
    for (; at < stop; at++) rows.push(` ${before[at] ?? ""}`);
    const [oldCount, newCount] = [stop - start, stop - start + offset - shift];
    const position = (line: number, count: number): string => `${count === 0 ? line : line + 1},${count}`;
    hunks.push(`@@ -${position(start, oldCount)} +${position(start + shift, newCount)} @@\n${rows.join("\n")}\n`);
    shift = offset;
    index = last + 1;
  }
  const [old, current] = [quoted(`a/${file}`), quoted(`b/${file}`)];
  return `diff --git ${old} ${current}\n--- ${old}\n+++ ${current}\n${hunks.join("")}`;
}

/** A patch that adds a file; its text must not be empty. Pure. */
export function renderNewFile(file: string, text: string): string {
  const rows = rowsOf(text);
  const head = `diff --git ${quoted(`a/${file}`)} ${quoted(`b/${file}`)}\nnew file mode 100644\n--- /dev/null\n+++ ${quoted(`b/${file}`)}\n`;
  return `${head}@@ -0,0 +1,${rows.length} @@\n${rows.map((row) => `+${row}`).join("\n")}\n`;
}

/** Lines as they stand in a hunk: a last one without an end says so. */
function rowsOf(text: string): readonly string[] {
  const { lines, endsLine } = linesOf(text);
  const last = lines.at(-1);
  if (endsLine || last === undefined) return lines;
  return [...lines.slice(0, -1), `${last}\n\\ No newline at end of file`];
}

function linesOf(text: string): { readonly lines: readonly string[]; readonly endsLine: boolean } {
  if (text === "") return { lines: [], endsLine: true };
  const endsLine = text.endsWith("\n");
  return { lines: (endsLine ? text.slice(0, -1) : text).split("\n"), endsLine };
}

function splitReplacement(replacement: string): readonly string[] {
  if (replacement === "") return [];
  return replacement.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** As git writes names that hold more than letters: between quotes, byte for byte. */
function quoted(name: string): string {
  if (/^[\w./@+ -]*$/.test(name) && !name.endsWith(" ")) return name;
  const bytes = [...Buffer.from(name)].map((byte) =>
    byte === 0x22 || byte === 0x5c
      ? `\\${String.fromCharCode(byte)}`
      : byte < 0x20 || byte >= 0x7f
        ? `\\${byte.toString(8).padStart(3, "0")}`
        : String.fromCharCode(byte),
  );
  return `"${bytes.join("")}"`;
}
