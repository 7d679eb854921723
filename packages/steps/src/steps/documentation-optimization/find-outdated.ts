/** Something that time has overtaken. */
export interface Outdated {
  readonly rule: "past-promise" | "past-review" | "outdated-requirement";
  readonly line: number;
  readonly message: string;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DATE = String.raw`(\d{4}-\d{2}-\d{2}|Q[1-4][ /]?\d{4}|(?:end of |late |early |mid[- ])?(?:(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.? )?(?:\d{1,2}(?:st|nd|rd|th)?, )?\d{4})(?![-\d])`;
/** What is said of things to come. */
const PROMISE = new RegExp(
  String.raw`\b(?:will (?:be|become|drop|end|stop|remove|support|ship|land|come|launch|release)\b[^.;\n]{0,60}?|coming (?:soon )?|(?:is|are) (?:planned|scheduled|expected|slated)\b[^.;\n]{0,40}?|to be (?:released|removed|retired|dropped)\b[^.;\n]{0,30}?)\b(?:in|by|on|for|until|at the end of) ${DATE}`,
  "i",
);
/** The same without a word before the day. */
const END = new RegExp(
  String.raw`\bwill (?:end|stop|expire|cease|retire|be (?:removed|dropped|retired))\s+${DATE}`,
  "i",
);
const REVIEW = new RegExp(
  String.raw`^\W*(?:next review|review (?:by|due|on)|valid until|expires(?: on)?)\W{1,6}${DATE}`,
  "i",
);
const NAME = String.raw`\bnode(?:\.?js)?\W{0,4}(?:versions?\W{0,3})?(?:>=?\s*|≥\s*|v)?(\d{1,2})(?:\.\d+|\.x)*`;
const OR_NEWER = String.raw`(?:\s*\+|[\s,]*(?:or|and) (?:newer|later|higher|above|up)\b)`;
/** What says which versions a program needs. */
const NODE: readonly RegExp[] = [
  new RegExp(String.raw`\b(?:requires?|needs?|minimum(?: version)?|prerequisites?)\b[^.\n]{0,30}?${NAME}`, "i"),
  new RegExp(String.raw`${NAME}${OR_NEWER}?[*_\x60\s]*(?:is|are) (?:supported|required|needed)\b`, "i"),
  new RegExp(String.raw`\b(?:for|runs on|works on|supports?)\s+${NAME}${OR_NEWER}`, "i"),
  // A line with nothing else.
  new RegExp(String.raw`^\W*${NAME}${OR_NEWER}\W*$`, "i"),
  /^\W*\bnode(?:\.?js)?\b[\s:\x60*_]*(?:>=|≥)\s*v?(\d{1,2})(?:\.\d+|\.x)*\W*$/i,
];
/** What tells of other versions of a program than the present one, in a line and in the heading above it. */
const OTHER_VERSIONS =
  /\b(?:if you|as of|since|from version|before|until|was|were|dropp\w*|no longer|older|earlier|previous|example|benchmark\w*|polyfill\w*)\b|<\s*v?\d/i;
const HISTORY =
  /\b(?:breaking|upgrad\w*|migrat\w*|histor\w*|change ?log|changes?|releases?|compatibility|benchmarks?|versions? \d\S*|v\d\S*|\d+\.(?:\d+|x)\S*)\b/i;

/**
 * What a document says that time has overtaken: promises for a day that is over, reviews that are due, and a version of Node.js below the
 * one that the manifest demands. Pure.
 *
 * @param lines - lines of prose; those of code are empty
 * @param nodeMajor - the oldest that the manifest admits
 */
export function findOutdated(
  lines: readonly string[],
  { nowMs, nodeMajor }: { readonly nowMs: number; readonly nodeMajor?: number | undefined },
): readonly Outdated[] {
  let isHistory = false;
  return lines.flatMap((text, index) => {
    const line = index + 1;
    const heading =
      /^ {0,3}#{1,6}\s+(.*)$/.exec(text)?.[1] ?? (/^(?:={2,}|-{2,})\s*$/.test(text) ? lines[index - 1] : undefined);
    if (heading !== undefined && heading.trim() !== "") isHistory = HISTORY.test(heading);
    const found: Outdated[] = [];
    const promised = (PROMISE.exec(text) ?? END.exec(text))?.[1];
    if (promised !== undefined && isOver(promised, nowMs)) {
      found.push({ rule: "past-promise", line, message: `promises something for ${promised}, which is over` });
    }
    const due = REVIEW.exec(text)?.[1];
    if (due !== undefined && isOver(due, nowMs)) {
      found.push({ rule: "past-review", line, message: `was to be looked at again by ${due}, which is over` });
    }
    const node = isHistory || OTHER_VERSIONS.test(text) ? undefined : requirementOf(text);
    if (node !== undefined && nodeMajor !== undefined && Number(node) < nodeMajor) {
      const message = `asks for Node.js ${node}, while package.json demands ${nodeMajor} at least`;
      found.push({ rule: "outdated-requirement", line, message });
    }
    return found;
  });
}

function requirementOf(text: string): string | undefined {
  for (const pattern of NODE) {
    const version = pattern.exec(text)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

/** Whether the whole day, month, quarter or year is over everywhere. */
function isOver(date: string, nowMs: number): boolean {
  const year = Number(/\d{4}(?!.*\d{4})/.exec(date.replace(/-\d{2}-\d{2}$/, ""))?.[0]);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  const quarter = /^Q([1-4])/i.exec(date)?.[1];
  const month = MONTHS.findIndex((name) => new RegExp(`\\b${name}`, "i").test(date));
  const day = /\b(\d{1,2})(?:st|nd|rd|th)?, /.exec(date)?.[1];
  let endMs: number;
  if (iso !== null) endMs = Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]) + 1);
  else if (quarter !== undefined) endMs = Date.UTC(year, Number(quarter) * 3, 1);
  else if (month >= 0 && day !== undefined) endMs = Date.UTC(year, month, Number(day) + 1);
  else if (month >= 0) endMs = Date.UTC(year, month + 1, 1);
  else endMs = Date.UTC(year + 1, 0, 1);
  // No time zone is further behind than twelve hours.
  return Number.isFinite(endMs) && year >= 1990 && nowMs > endMs + 12 * 3_600_000;
}
