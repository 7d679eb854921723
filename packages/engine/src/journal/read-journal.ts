import { readStateFile } from "../run/read-state-file.ts";
import { JOURNAL_VERSION, type JournalEntry, type JournalHead } from "./run-journal.ts";

/** What a run that was killed had written down. */
export interface ReadJournal {
  readonly head: JournalHead;
  readonly entries: readonly JournalEntry[];
}

/**
 * Reads a journal; `undefined` where there is none, or none of this version. Of a line that was cut off by the kill nothing is taken. Never
 * throws.
 */
export function readJournal(file: string): ReadJournal | undefined {
  let text: string;
  try {
    text = readStateFile(file).toString("utf8");
  } catch {
    return undefined;
  }
  const [first, ...rest] = text.split("\n").map(parse);
  if (!isHead(first)) return undefined;
  return { head: first, entries: rest.filter(isEntry) };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isHead(value: unknown): value is JournalHead {
  return (
    isObject(value) &&
    value["version"] === JOURNAL_VERSION &&
    typeof value["runId"] === "string" &&
    typeof value["startedAt"] === "string" &&
    Number.isFinite(Date.parse(value["startedAt"])) &&
    ["decisions", "decided", "resumed"].every((key) => Array.isArray(value[key])) &&
    isObject(value["environment"])
  );
}

function isEntry(value: unknown): value is JournalEntry {
  if (!isObject(value) || typeof value["atMs"] !== "number") return false;
  const { started, ended } = value;
  return typeof started === "string" || (isObject(ended) && typeof ended["id"] === "string");
}
