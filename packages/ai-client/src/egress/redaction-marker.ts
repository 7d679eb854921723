/** A stretch of a text, from `start` up to but not including `end`, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A stretch that must not leave the machine, and the rule that says so. */
export interface SecretSpan extends Span {
  readonly rule: string;
}

/** What stands in the place of a secret. */
export function formatMarker(rule: string, number: number): string {
  return `«SECRET:${rule}:${String(number)}»`;
}

const MARKER = /«SECRET:([a-z0-9-]{1,40}):(\d{1,9})»/g;

/** Where {@link formatMarker} has been in `text`, in their order. */
export function findMarkers(text: string): (SecretSpan & { readonly number: number })[] {
  return Array.from(text.matchAll(MARKER), ({ 0: marker, 1: rule = "", 2: number, index }) => {
    return { start: index, end: index + marker.length, rule, number: Number(number) };
  });
}

/** Is there nothing in `text` but markers and white space? */
export function isRedacted(text: string): boolean {
  return text.replace(MARKER, "").trim() === "";
}
