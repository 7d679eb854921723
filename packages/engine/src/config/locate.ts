/** Finds where in a YAML text a value or key stands, from the parser's own events. */
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, type Event } from "js-yaml";

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Keys and indexes from the root of a document to a value. */
export type DocumentPath = readonly (string | number)[];

/**
 * Returns the position of the value at `path`, or of its key with `key: true`; when the path does not exist, of the nearest
 * parent that does. Only called for messages, so it may parse the text again.
 */
export function locate(text: string, path: DocumentPath, options: { readonly key: boolean }): Position {
  const events = parseEvents(text, {});
  let offset = 0;
  let cursor = 1;

  /** Moves `cursor` behind the value that starts at it. */
  const skipValue = (): void => {
    let depth = 0;
    do {
      const event = events[cursor];
      if (event === undefined) return;
      if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) depth++;
      if (event.type === EVENT_ID.POP) depth--;
      cursor++;
    } while (depth > 0);
  };

  for (const [index, segment] of path.entries()) {
    const container = events[cursor];
    if (container?.type === EVENT_ID.MAPPING) {
      cursor++;
      let found = false;
      while (events[cursor] !== undefined && events[cursor]?.type !== EVENT_ID.POP) {
        const key = events[cursor] as Event;
        const matches = key.type === EVENT_ID.SCALAR && getScalarValue(text, key) === String(segment);
        skipValue();
        if (matches) {
          offset = startOf(text, key) ?? offset;
          found = true;
          break;
        }
        skipValue();
      }
      if (!found) break;
    } else if (container?.type === EVENT_ID.SEQUENCE && typeof segment === "number") {
      cursor++;
      for (let skipped = 0; skipped < segment; skipped++) skipValue();
      offset = startOf(text, events[cursor]) ?? offset;
    } else {
      break;
    }
    if (index === path.length - 1 && !options.key) offset = startOf(text, events[cursor]) ?? offset;
  }
  return positionAt(text, offset);
}

function startOf(text: string, event: Event | undefined): number | undefined {
  if (event === undefined) return undefined;
  if (event.type === EVENT_ID.SCALAR) {
    if (event.valueStart < 0) return undefined;
    // The parser reports where the text of a scalar begins: behind the quote, or below the `|` or `>`.
    const { style, valueStart } = event;
    if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1;
    if (style === SCALAR_STYLE.LITERAL_BLOCK) return text.lastIndexOf("|", valueStart - 1);
    if (style === SCALAR_STYLE.FOLDED_BLOCK) return text.lastIndexOf(">", valueStart - 1);
    return valueStart;
  }
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE)
    return event.start < 0 ? undefined : event.start;
  return undefined;
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  // Editors do not count a byte order mark.
  const mark = lineStart === 0 && before.startsWith("\uFEFF") ? 1 : 0;
  return { line: before.split("\n").length, column: offset - lineStart - mark + 1 };
}
