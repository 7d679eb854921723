import { printable } from "../../text/printable.ts";
import { CONVENTIONAL, isConventional, kindOf } from "./commit-manner.ts";
import type { StagedChange } from "./parse-name-status.ts";

/** Longer subjects are cut by what shows them. */
const MAX_LENGTH = 72;

/** What a model may not know, or may have been told by what it read: issues, people, addresses, orders to servers. */
const INVENTED =
  /#\d+|\bGH-\d+|https?:|co-authored|signed-off|\w-by:|<[^>]*@|(?:^|\s)@[\w-]+(?![\w-]*\/)|\[[^\]]*\b(?:ci|actions|skip)\b[^\]]*\]|skip-checks|breaking[ -]change/i;
/** Keys of issue trackers. */
const ISSUE_KEY = /\b([A-Z][A-Z0-9]+)-\d+\b/g;
/** Types that only somebody who has read the change can tell apart. */
const OF_CODE: ReadonlySet<string> = new Set(["feat", "fix", "perf", "refactor", "style", "build", "chore"]);

/** What a model said of a change. */
export interface ProposedSubject {
  readonly subject: string;
  readonly type?: string | undefined;
}

/**
 * The subject of a commit out of what a model said, or why it is not taken. Of the type the changes decide where they can: what is nothing
 * but documents is `docs`. Pure.
 *
 * @param earlier - subjects of the last commits
 */
export function checkSubject(
  { subject: given, type }: ProposedSubject,
  {
    changes,
    branch,
    earlier,
  }: Readonly<Record<"earlier", readonly string[]>> & {
    readonly changes: readonly StagedChange[];
    readonly branch: string;
  },
): { readonly ok: true; readonly subject: string } | { readonly ok: false; readonly why: string } {
  const refuse = (why: string) => ({ ok: false, why }) as const;
  if (printable(given, given.length + 1) !== given || /[\r\n\u2028\u2029]/.test(given)) {
    return refuse("it is not one line of plain text");
  }
  const bare = given.trim().replace(CONVENTIONAL, "").replace(/\.$/, "").trim();
  if (!/\p{L}{2}/u.test(bare)) return refuse("it says nothing");
  const prefixes = new Set(earlier.flatMap((one) => [...one.matchAll(ISSUE_KEY)].map(([, prefix]) => prefix)));
  const isKnown = (key: string): boolean => branch.toLowerCase().includes(key.toLowerCase());
  const foreign = [...bare.matchAll(ISSUE_KEY)].some(([key, prefix]) => prefixes.has(prefix) && !isKnown(key));
  if (INVENTED.test(bare) || foreign) return refuse("it names issues, people or orders that nobody gave it");
  const subject = isConventional(earlier)
    ? `${typeOf(changes, type)}: ${bare.charAt(0).toLowerCase()}${bare.slice(1)}`
    : bare.charAt(0).toUpperCase() + bare.slice(1);
  if (subject.length > MAX_LENGTH) return refuse(`it is longer than ${MAX_LENGTH} characters`);
  return { ok: true, subject };
}

function typeOf(changes: readonly StagedChange[], type: string | undefined): string {
  const kind = kindOf(changes);
  return kind === "chore" && type !== undefined && OF_CODE.has(type) ? type : kind;
}
