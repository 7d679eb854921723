import { ChangeDetectionError } from "../errors.ts";
import type { TreeDifference } from "../git-engine.ts";
import type { DecodedOutput } from "../git-name.ts";
import { createBlockReader, type BlockReader } from "./block-reader.ts";

const ABSENT = "000000";

/** A reader of `git diff-tree -r -z --raw -M --no-abbrev`, and what it has read when it has come to the end. */
export interface DiffTreeReader extends BlockReader {
  readonly differences: readonly TreeDifference[];
}

/**
 * Reads the output of `git diff-tree -r -z --raw -M --no-abbrev` piece by piece.
 * @throws {@link ChangeDetectionError} when a record is not in the documented format (git-diff, "Raw output format").
 */
export function createDiffTreeReader(): DiffTreeReader {
  const differences: TreeDifference[] = [];
  return { ...createBlockReader((block, isLast) => parseBlock(block, isLast, differences)), differences };
}

/**
 * Reads the whole output of `git diff-tree -r -z --raw -M --no-abbrev`.
 * @throws {@link ChangeDetectionError} as `createDiffTreeReader()`.
 */
export function parseDiffTree(output: Buffer): readonly TreeDifference[] {
  const reader = createDiffTreeReader();
  reader.push(output);
  reader.end();
  return reader.differences;
}

function parseBlock({ text, toName }: DecodedOutput, isLast: boolean, differences: TreeDifference[]): number {
  let start = 0;
  while (start < text.length) {
    // :<mode> <mode> <id> <id> <status>[score] NUL <path> NUL [<path> NUL]
    const headEnd = text.indexOf("\0", start);
    const idLength = text.indexOf(" ", start + 15) - (start + 15);
    const nameEnd = headEnd === -1 ? -1 : text.indexOf("\0", headEnd + 1);
    if (nameEnd === -1 && text[start] === ":" && !isLast) return start;
    if (text[start] !== ":" || nameEnd === -1 || (idLength !== 40 && idLength !== 64)) {
      throw new ChangeDetectionError("Cannot read git diff-tree: a record is cut off or unknown", { offset: start });
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
      if (secondEnd === -1 && !isLast) return start;
      if (secondEnd === -1) {
        throw new ChangeDetectionError("Cannot read git diff-tree: a rename has no second name", { offset: start });
      }
      const name = toName(text.slice(nameEnd + 1, secondEnd));
      // A copy leaves its source alone: it is an addition.
      differences.push(
        status === "R" ? { name, from: first, before, after } : { name, from: undefined, before: undefined, after },
      );
      start = secondEnd + 1;
    } else {
      differences.push({ name: first, from: undefined, before, after });
      start = nameEnd + 1;
    }
  }
  return text.length;
}
