import { ChangeDetectionError } from "../errors.ts";
import { decodeOutput, type GitName } from "../git-name.ts";
import type { PathState } from "../path-facts.ts";

/** One record of `git diff-tree --raw -z`. */
export interface DiffTreeEntry {
  readonly name: GitName;
  /** Where a rename came from; `before` is then the state of that path. */
  readonly from: GitName | undefined;
  readonly before: PathState | undefined;
  readonly after: PathState | undefined;
}

const ABSENT = "000000";

/**
 * Reads the output of `git diff-tree -r -z --raw -M --no-abbrev`.
 * @throws {@link ChangeDetectionError} when a record is not in the documented format (git-diff, "Raw output format").
 */
export function parseDiffTree(output: Buffer): readonly DiffTreeEntry[] {
  const { text, toName } = decodeOutput(output);
  const entries: DiffTreeEntry[] = [];
  let start = 0;
  while (start < text.length) {
    // :<mode> <mode> <id> <id> <status>[score] NUL <path> NUL [<path> NUL]
    const headEnd = text.indexOf("\0", start);
    const idLength = text.indexOf(" ", start + 15) - (start + 15);
    const nameEnd = headEnd === -1 ? -1 : text.indexOf("\0", headEnd + 1);
    if (text[start] !== ":" || nameEnd === -1 || (idLength !== 40 && idLength !== 64)) {
      throw new ChangeDetectionError("Cannot read git diff-tree: a record is cut off or unknown", start);
    }
    const modeBefore = text.slice(start + 1, start + 7);
    const modeAfter = text.slice(start + 8, start + 14);
    const idsAt = start + 15;
    const before = modeBefore === ABSENT ? undefined : { mode: modeBefore, id: text.slice(idsAt, idsAt + idLength) };
    const afterAt = idsAt + idLength + 1;
    const after = modeAfter === ABSENT ? undefined : { mode: modeAfter, id: text.slice(afterAt, afterAt + idLength) };
    const status = text[afterAt + idLength + 1];
    const first = toName(text.slice(headEnd + 1, nameEnd));
    if (status === "R" || status === "C") {
      const secondEnd = text.indexOf("\0", nameEnd + 1);
      if (secondEnd === -1) {
        throw new ChangeDetectionError("Cannot read git diff-tree: a rename has no second name", start);
      }
      const name = toName(text.slice(nameEnd + 1, secondEnd));
      // A copy leaves its source alone: it is an addition.
      entries.push(
        status === "R" ? { name, from: first, before, after } : { name, from: undefined, before: undefined, after },
      );
      start = secondEnd + 1;
    } else {
      entries.push({ name: first, from: undefined, before, after });
      start = nameEnd + 1;
    }
  }
  return entries;
}
