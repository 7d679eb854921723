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
  isOpen: boolean;
}

/** What one process has begun. Lists are stacks; what was ended elsewhere is dropped when it comes to the top. */
interface Begun {
  readonly all: Open[];
  /** By name, and by name and id. */
  readonly byKey: Map<string, Open[]>;
}

const keyOf = (name: string, id: string | undefined): string => JSON.stringify([name, id ?? null]);

function latest(stack: Open[] = []): Open | undefined {
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.isOpen) return top;
    stack.pop();
  }
  return undefined;
}

/**
 * Reads the lines of {@link SPANS_VARIABLE}'s protocol. Times outside of the step are moved to its start or end, and the span gets the
 * attribute `clock: "adjusted"`: a clock that jumped cannot bend the profile of a run. Never throws, takes linear time.
 */
export function parseChildSpans(text: string, window: StepWindow): ToldSpans {
  const spans: Told[] = [];
  const begunByPid = new Map<string, Begun>();
  const indexById = new Map<string, number | undefined>();
  let badLines = 0;
  let firstBad = 0;
  let lineNumber = 0;
  let leftOut = 0;

  const begin = (line: Line, name: string, start: Moment, end: Moment | undefined): number | undefined => {
    const id = line.id;
    let index: number | undefined;
    if (spans.length >= MAX_CHILD_SPANS) leftOut += 1;
    else {
      const adjusted = start.adjusted || end?.adjusted === true;
      const attributes = withClock(line.attributes, adjusted);
      index = spans.length;
      spans.push({
        name,
        parentIndex: findParent(line, begunByPid.get(line.pid), indexById),
        startMs: start.ms,
        ...(end === undefined ? {} : { endMs: Math.max(start.ms, end.ms) }),
        ...(attributes === undefined ? {} : { attributes }),
      });
    }
    if (id !== undefined) indexById.set(id, index);
    return index;
  };

  const begunBy = (pid: string): Begun => {
    let begun = begunByPid.get(pid);
    if (begun === undefined) begunByPid.set(pid, (begun = { all: [], byKey: new Map() }));
    return begun;
  };

  const take = (line: Line): boolean => {
    const { begun, ended, whole } = line;
    if (begun !== undefined) {
      const at = toMoment(line.at, window);
      if (at === undefined) return false;
      const opened: Open = { index: begin(line, begun, at, undefined), isOpen: true };
      const { all, byKey } = begunBy(line.pid);
      if (opened.index !== undefined) all.push(opened);
      for (const key of new Set([keyOf(begun, undefined), keyOf(begun, line.id)])) {
        const stack = byKey.get(key);
        if (stack === undefined) byKey.set(key, [opened]);
        else stack.push(opened);
      }
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
    const closed = latest(begunByPid.get(line.pid)?.byKey.get(keyOf(ended ?? "", line.id)));
    if (at === undefined || closed === undefined) return false;
    closed.isOpen = false;
    const span = closed.index === undefined ? undefined : spans[closed.index];
    if (span !== undefined) {
      span.endMs = Math.max(span.startMs, at.ms);
      span.attributes = withClock({ ...span.attributes, ...line.attributes }, at.adjusted);
    }
    return true;
  };

  for (const written of lines(text)) {
    lineNumber += 1;
    if (written === "") continue;
    const line = written.length > MAX_LINE ? undefined : parseLine(written);
    if (line !== undefined && take(line)) continue;
    badLines += 1;
    if (firstBad === 0) firstBad = lineNumber;
  }
  const problems: string[] = [];
  if (badLines > 0) {
    const which = badLines === 1 ? `line ${firstBad} is` : `${badLines} lines, the first of them line ${firstBad}, are`;
    problems.push(`${which} no span: {"begin":"name","at":seconds}, {"end":…,"at":…} or {"span":…,"from":…,"to":…}`);
  }
  if (leftOut > 0) problems.push(`${leftOut} spans beyond ${MAX_CHILD_SPANS} were left out`);
  return { spans, problems };
}

function* lines(text: string): Iterable<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    yield text.slice(start, end < 0 ? text.length : end).trim();
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
  begun: Begun | undefined,
  indexById: ReadonlyMap<string, number | undefined>,
): number | undefined {
  if (parent === null) return undefined;
  if (parent !== undefined) return indexById.get(parent);
  return latest(begun?.all)?.index;
}
