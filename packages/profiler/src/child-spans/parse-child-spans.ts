import { isJsonObject } from "../shape.ts";
import type { SpanAttribute, SpanAttributes } from "../span.ts";
import type { ChildSpan, StepWindow, ToldSpans } from "./child-span.ts";

/** Spans of one attempt that are kept. */
export const MAX_CHILD_SPANS = 1_000;
/** Characters of a line; a longer one is no span. */
const MAX_LINE = 65_536;
const MAX_NAME = 200;
const MAX_ATTRIBUTES = 50;
const MAX_TEXT = 1_000;
/** Clocks of different precision differ by less, in milliseconds. */
const PRECISION_MS = 2;

interface Told extends ChildSpan {
  endMs?: number | undefined;
  attributes?: SpanAttributes | undefined;
}

/** A span that has begun: its place in the list, or `undefined` where the list is full. */
interface Open {
  readonly index: number | undefined;
  readonly name: string;
  readonly id: string | undefined;
}

/**
 * Reads the lines of {@link SPANS_VARIABLE}'s protocol. Times outside of the step are moved to its start or end, and the span gets the
 * attribute `clock: "adjusted"`: a clock that jumped cannot bend the profile of a run. Never throws, takes linear time.
 */
export function parseChildSpans(text: string, window: StepWindow): ToldSpans {
  const spans: Told[] = [];
  const openByPid = new Map<string, Open[]>();
  const indexById = new Map<string, number | undefined>();
  let badLines = 0;
  let leftOut = 0;

  const begin = (line: Line, name: string, start: Moment, end: Moment | undefined): Open => {
    const id = line.id;
    let index: number | undefined;
    if (spans.length >= MAX_CHILD_SPANS) leftOut += 1;
    else {
      const adjusted = start.adjusted || end?.adjusted === true;
      const attributes = withClock(line.attributes, adjusted);
      index = spans.length;
      spans.push({
        name,
        parentIndex: findParent(line, openByPid.get(line.pid), indexById),
        startMs: start.ms,
        ...(end === undefined ? {} : { endMs: Math.max(start.ms, end.ms) }),
        ...(attributes === undefined ? {} : { attributes }),
      });
    }
    if (id !== undefined) indexById.set(id, index);
    return { index, name, id };
  };

  const take = (line: Line): boolean => {
    const { begun, ended, whole } = line;
    if (begun !== undefined) {
      const at = toMoment(line.at, window);
      if (at === undefined) return false;
      const opened = begin(line, begun, at, undefined);
      const open = openByPid.get(line.pid);
      if (open === undefined) openByPid.set(line.pid, [opened]);
      else open.push(opened);
      return true;
    }
    if (whole !== undefined) {
      const from = toMoment(line.from, window);
      const to = toMoment(line.to, window);
      if (from === undefined || to === undefined) return false;
      begin(line, whole, from, to);
      return true;
    }
    const at = toMoment(line.at, window);
    const open = openByPid.get(line.pid) ?? [];
    const place = open.findLastIndex(({ name, id }) => name === ended && (line.id === undefined || id === line.id));
    if (at === undefined || place < 0) return false;
    const [closed] = open.splice(place, 1);
    const span = closed?.index === undefined ? undefined : spans[closed.index];
    if (span !== undefined) {
      span.endMs = Math.max(span.startMs, at.ms);
      span.attributes = withClock({ ...span.attributes, ...line.attributes }, at.adjusted);
    }
    return true;
  };

  for (const text_ of lines(text)) {
    const line = text_.length > MAX_LINE ? undefined : parseLine(text_);
    if (line === undefined || !take(line)) badLines += 1;
  }
  const problems: string[] = [];
  if (badLines > 0) problems.push(`${badLines} ${badLines === 1 ? "line is" : "lines are"} no span`);
  if (leftOut > 0) problems.push(`${leftOut} spans beyond ${MAX_CHILD_SPANS} were left out`);
  return { spans, problems };
}

function* lines(text: string): Iterable<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end).trim();
    if (line !== "") yield line;
    if (end < 0) return;
    start = end + 1;
  }
}

interface Line {
  readonly begun: string | undefined;
  readonly ended: string | undefined;
  readonly whole: string | undefined;
  readonly at: unknown;
  readonly from: unknown;
  readonly to: unknown;
  readonly id: string | undefined;
  readonly pid: string;
  /** `null`: there is none, `undefined`: it is found by what is open. */
  readonly parent: string | null | undefined;
  readonly attributes: SpanAttributes | undefined;
}

/** A line with exactly one of the three names, or `undefined`. */
function parseLine(text: string): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const named = (["begin", "end", "span"] as const).filter((key) => value[key] !== undefined);
  const [kind] = named;
  const name = kind === undefined ? undefined : value[kind];
  if (named.length !== 1 || typeof name !== "string" || name.trim() === "") return undefined;
  const cut = name.slice(0, MAX_NAME);
  return {
    begun: kind === "begin" ? cut : undefined,
    ended: kind === "end" ? cut : undefined,
    whole: kind === "span" ? cut : undefined,
    at: value["at"],
    from: value["from"],
    to: value["to"],
    id: toKey(value["id"]),
    pid: toKey(value["pid"]) ?? "",
    parent: value["parent"] === null ? null : toKey(value["parent"]),
    attributes: toAttributes(value["attributes"]),
  };
}

const toKey = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value).slice(0, MAX_NAME) : undefined;

function toAttributes(value: unknown): SpanAttributes | undefined {
  if (!isJsonObject(value)) return undefined;
  const kept = Object.entries(value)
    .filter((entry): entry is [string, SpanAttribute] => ["string", "number", "boolean"].includes(typeof entry[1]))
    .slice(0, MAX_ATTRIBUTES)
    .map(([key, item]) => [key.slice(0, MAX_NAME), typeof item === "string" ? item.slice(0, MAX_TEXT) : item] as const);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function withClock(attributes: SpanAttributes | undefined, adjusted: boolean): SpanAttributes | undefined {
  const all = adjusted ? { ...attributes, clock: "adjusted" } : attributes;
  return all === undefined || Object.keys(all).length === 0 ? undefined : all;
}

interface Moment {
  readonly ms: number;
  /** Whether it was moved into the step. */
  readonly adjusted: boolean;
}

function toMoment(seconds: unknown, { startMs, endMs, wallAtStartMs }: StepWindow): Moment | undefined {
  const number =
    typeof seconds === "string" && /^\d+([.,]\d+)?$/.test(seconds) ? Number(seconds.replace(",", ".")) : seconds;
  if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
  const ms = startMs + number * 1_000 - wallAtStartMs;
  const within = Math.min(Math.max(ms, startMs), Math.max(startMs, endMs));
  return { ms: within, adjusted: Math.abs(within - ms) > PRECISION_MS };
}

function findParent(
  { parent }: Line,
  open: readonly Open[] | undefined,
  indexById: ReadonlyMap<string, number | undefined>,
): number | undefined {
  if (parent === null) return undefined;
  if (parent !== undefined) return indexById.get(parent);
  return open?.findLast(({ index }) => index !== undefined)?.index;
}
