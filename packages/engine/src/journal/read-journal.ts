import { readStateFile } from "../state/read-state-file.ts";
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
  const [first = "", ...rest] = text.split("\n");
  const head = parseHead(first);
  if (head === undefined) return undefined;
  return { head, entries: rest.map(parseEntry).filter((entry) => entry !== undefined) };
}

/** Reads the first line of a journal; `undefined` where it is none of this version. */
export function parseHead(line: string): JournalHead | undefined {
  const value = parse(line);
  return isHead(value) ? value : undefined;
}

/** Reads any other line of a journal; `undefined` where it says nothing that is known here. */
export function parseEntry(line: string): JournalEntry | undefined {
  const value = parse(line);
  return isEntry(value) ? value : undefined;
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
  const { started, attempt, expectedMs, ended, told } = value;
  if (typeof started === "string") {
    return typeof attempt === "number" && ["number", "undefined"].includes(typeof expectedMs);
  }
  return isObject(told) ? isTold(told) : isObject(ended) && typeof ended["id"] === "string";
}

function isTold({ type, ...told }: Readonly<Record<string, unknown>>): boolean {
  if (type === "gate") {
    return (
      typeof told["stageId"] === "string" && typeof told["open"] === "boolean" && typeof told["reason"] === "string"
    );
  }
  const { atMs, expectedMs, upperMs, overdue } = told;
  return (
    type === "eta" &&
    typeof atMs === "number" &&
    typeof expectedMs === "number" &&
    ["number", "undefined"].includes(typeof upperMs) &&
    Array.isArray(overdue) &&
    overdue.every((id) => typeof id === "string")
  );
}
