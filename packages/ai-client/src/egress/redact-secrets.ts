import { findAssignedSecrets, valueStyleOf, type ValueStyle } from "./find-assigned-secrets.ts";
import { findFormattedSecrets } from "./find-formatted-secrets.ts";
import { findMarkers, formatMarker, isRedacted, type SecretSpan } from "./redaction-marker.ts";
import type { TokenRule } from "./token-rules.ts";

/** A rule of one's own. */
export interface RedactionRule {
  /** What stands in the marker: lower-case letters, digits and hyphens, at most 40. */
  readonly name: string;
  /** What its first group captures is redacted, or all it matches where there is no group. Its cost is its author's. */
  readonly pattern: RegExp;
}

/** Options of {@link redactSecrets}. */
export interface RedactOptions {
  /** The file the text is from: its extension tells whether values without quotes can be secrets. */
  readonly path?: string | undefined;
  /** Rules besides the built-in ones. @defaultValue none */
  readonly extraRules?: readonly RedactionRule[] | undefined;
}

/** How often one rule has redacted something. */
export interface RedactionCount {
  readonly rule: string;
  readonly count: number;
}

/** A text that may leave the machine. */
export interface RedactedText {
  readonly text: string;
  /** By name of the rule; only rules that found something. */
  readonly redactions: readonly RedactionCount[];
  /** The sum of all counts. */
  readonly total: number;
}

// A marker may complete something that the next pass sees; two passes have been enough for all that tests have come up with.
const MOST_PASSES = 5;
const RULE_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

function compileRules(rules: readonly RedactionRule[]): TokenRule[] {
  return rules.map(({ name, pattern }) => {
    if (!RULE_NAME.test(name)) {
      throw new TypeError(
        `Cannot redact secrets: \`name\` of a rule must be lower-case letters, digits and hyphens, got ${JSON.stringify(name)}`,
      );
    }
    if (!(pattern instanceof RegExp)) {
      throw new TypeError(`Cannot redact secrets: \`pattern\` of the rule "${name}" must be a regular expression`);
    }
    return { name, pattern: new RegExp(pattern.source, `${pattern.flags.replace(/[dgy]/g, "")}dg`) };
  });
}

async function findSecrets(text: string, style: ValueStyle, extraRules: readonly TokenRule[]): Promise<SecretSpan[]> {
  return [...(await findFormattedSecrets(text, extraRules)), ...findAssignedSecrets(text, style)];
}

/** Spans that do not touch each other and cut no marker; where several overlap, the longest gives its name, then the first. */
function mergeSpans(text: string, found: readonly SecretSpan[]): SecretSpan[] {
  const markers = findMarkers(text);
  const spans = found.map((span, order) => ({ ...span, order })).sort((a, b) => a.start - b.start || a.order - b.order);
  const merged: (SecretSpan & { longest: number; order: number })[] = [];
  let nextMarker = 0;
  for (const { rule, order, ...span } of spans) {
    let { start, end } = span;
    while ((markers[nextMarker]?.end ?? Number.POSITIVE_INFINITY) <= start) nextMarker += 1;
    for (let at = nextMarker; (markers[at]?.start ?? end) < end; at += 1) {
      start = Math.min(start, markers[at]?.start ?? start);
      end = Math.max(end, markers[at]?.end ?? end);
    }
    if (isRedacted(text.slice(start, end))) continue;
    const longest = span.end - span.start;
    const last = merged.at(-1);
    if (last === undefined || start >= last.end) {
      merged.push({ start, end, rule, longest, order });
      continue;
    }
    const wins = longest > last.longest || (longest === last.longest && order < last.order);
    merged[merged.length - 1] = {
      start: Math.min(start, last.start),
      end: Math.max(end, last.end),
      ...(wins ? { rule, longest, order } : { rule: last.rule, longest: last.longest, order: last.order }),
    };
  }
  return merged;
}

function countMarkers(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findMarkers(text)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

/**
 * `text` without the secrets in it, each replaced by `«SECRET:rule:n»`; the same secret has the same `n` throughout the text, and `n` says
 * nothing about its value. A secret of several lines leaves its line breaks, so that line numbers stay right. What has been redacted
 * stays as it is: doing it twice changes nothing more. Redact whole files, before they are cut, hashed or sent.
 *
 * The rules: private keys (also cut ones), tokens of well-known formats, passwords in URLs, what the recommended rules of secretlint find
 * (comments in the text cannot switch them off), and values given to names such as `password` or `API_KEY`. References to variables
 * and placeholders (`${DB_PASSWORD}`, `process.env.TOKEN`, `<your key>`, `changeme`) stay. No rule finds every secret.
 *
 * @throws {TypeError} when a rule in `extraRules` has a bad name or no pattern; never because of the text
 */
export async function redactSecrets(text: string, options: RedactOptions = {}): Promise<RedactedText> {
  const extraRules = compileRules(options.extraRules ?? []);
  const style = valueStyleOf(options.path);
  const numbers = new Map<string, number>();
  const before = countMarkers(text);
  let nextNumber = findMarkers(text).reduce((most, { number }) => Math.max(most, number), 0) + 1;
  let current = text;
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const spans = mergeSpans(current, await findSecrets(current, style, extraRules));
    if (spans.length === 0) break;
    let redacted = "";
    let from = 0;
    for (const { start, end, rule } of spans) {
      const secret = current.slice(start, end);
      const number = numbers.get(secret) ?? nextNumber;
      if (number === nextNumber) nextNumber += 1;
      numbers.set(secret, number);
      redacted += current.slice(from, start) + formatMarker(rule, number) + (secret.match(/\r\n?|\n/g) ?? []).join("");
      from = end;
    }
    current = redacted + current.slice(from);
  }
  const redactions: RedactionCount[] = [];
  for (const [rule, after] of [...countMarkers(current)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const count = after - (before.get(rule) ?? 0);
    if (count > 0) redactions.push({ rule, count });
  }
  return { text: current, redactions, total: redactions.reduce((sum, { count }) => sum + count, 0) };
}
