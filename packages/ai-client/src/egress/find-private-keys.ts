import type { SecretSpan } from "./redaction-marker.ts";

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
// What stands between the header and the key: line breaks (also written "\n"), quotes, marks of comments and of diffs.
const KEY_MATERIAL = /(?:\\[nr]|[\s"'`+,|#>*/\\-]){0,64}(?:[A-Za-z0-9+/=]{16}|Proc-Type:|DEK-Info:|Version:|Comment:)/y;
const KEY_LINE = /^[\s"'`+,|#>*/\\-]{0,16}[A-Za-z0-9+/=]{16,200}(?:\\[nr]|[\s"'`+,\\]){0,8}$/;

function startOfKeyBefore(text: string, end: number, floor: number): number {
  let start = end;
  while (start > floor) {
    const lineStart = Math.max(floor, text.lastIndexOf("\n", start - 2) + 1);
    if (lineStart >= start || start - lineStart > 300 || !KEY_LINE.test(text.slice(lineStart, start))) break;
    start = lineStart;
  }
  return start;
}

/**
 * Blocks of private keys, from `-----BEGIN` to `-----END` whatever stands between. A key that is cut at its end reaches to the end of the
 * text; one that is cut at its start begins with the first line that looks like a part of it. Headers without a key, as in code that
 * looks for them, are left alone. Linear.
 */
export function findPrivateKeys(text: string): SecretSpan[] {
  const rule = "private-key";
  const ends = Array.from(text.matchAll(END), ({ 0: line, index }) => ({ start: index, end: index + line.length }));
  const spans: SecretSpan[] = [];
  let next = 0;
  let floor = 0;
  const takeOrphansBefore = (limit: number): void => {
    for (let end = ends[next]; end !== undefined && end.start < limit; end = ends[next]) {
      next += 1;
      const start = startOfKeyBefore(text, end.start, floor);
      if (start < end.start) spans.push({ start, end: end.end, rule });
      floor = end.end;
    }
  };
  for (const { 0: line, index } of text.matchAll(BEGIN)) {
    if (index < floor) continue;
    takeOrphansBefore(index);
    KEY_MATERIAL.lastIndex = index + line.length;
    if (!KEY_MATERIAL.test(text)) continue;
    const end = ends[next]?.end ?? text.length;
    next += 1;
    floor = end;
    spans.push({ start: index, end, rule });
  }
  takeOrphansBefore(text.length);
  return spans;
}
