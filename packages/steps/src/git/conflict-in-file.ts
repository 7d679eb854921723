import path from "node:path";
import { findConflictMarkers, type ConflictMarkers } from "./find-conflict-markers.ts";
import { quotedLines } from "./quoted-lines.ts";

/** The conflict in a file that says most. */
export interface ConflictInFile {
  /** Of its first marker. */
  readonly line: number;
  readonly kind: /** Nobody has resolved it. */
    | "unresolved"
    /** A single marker, which was forgotten when the rest was resolved. */
    | "left-behind"
    /** It is shown to readers, or to a test. */
    | "shown";
}

/** Folders of what tests read. */
const SAMPLES =
  /(?:^|\/)(?:(?:__)?fixtures?(?:__)?|test[-_]?data|__snapshots__|__mocks__|snapshots|samples?|corpus)\//i;
/** Tests, which may be those of a program that reads conflicts. */
const TESTS = /(?:^|\/)(?:tests?|specs?|__tests__|e2e)\/|[._-](?:tests?|spec)\.[a-z]+$/i;
/** Files in which letters that begin a line may quote those of others. */
const LETTERS = /^\.(?:txt|eml|mbox)$/i;

/** Looks for conflict markers in a text. Pure. */
export function conflictInFile(file: string, text: string): ConflictInFile | undefined {
  // Most files have none, and are not taken apart.
  if (!/<{7}|>{7}|\|{7}/.test(text)) return undefined;
  const lines = text.split("\n");
  const markers = findConflictMarkers(lines).filter(
    ({ isWhole }) => isWhole || !LETTERS.test(path.posix.extname(file)),
  );
  if (markers.length === 0) return undefined;
  const isShown = shownBy(file, lines, markers);
  const unresolved = markers.find((one) => one.isWhole && !isShown(one));
  if (unresolved !== undefined) return { line: unresolved.line, kind: "unresolved" };
  const left = markers.find((one) => !isShown(one));
  if (left !== undefined) return { line: left.line, kind: "left-behind" };
  return { line: markers[0]?.line ?? 1, kind: "shown" };
}

/** Whether a conflict is there on purpose: in a file that tests read, or in a test or quoted where the rest of the file speaks of conflicts. */
function shownBy(
  file: string,
  lines: readonly string[],
  markers: readonly ConflictMarkers[],
): (one: ConflictMarkers) => boolean {
  if (SAMPLES.test(file)) return () => true;
  const own = new Set(markers.flatMap(({ line, endLine }) => [line, endLine]));
  if (!lines.some((line, index) => !own.has(index + 1) && /conflict|diff3/i.test(line))) return () => false;
  if (TESTS.test(file)) return () => true;
  const quoted = quotedLines(file, lines);
  return ({ line, endLine }) => {
    const quote = quoted[line - 1];
    return quote !== undefined && quote === quoted[endLine - 1];
  };
}
