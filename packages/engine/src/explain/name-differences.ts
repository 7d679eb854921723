import type { Preparation } from "../preparation/prepare.ts";
import { UNRECORDED } from "../selection/decide-step.ts";
import type { Decision } from "../selection/reasons.ts";
import { diffParts, type PartDifference } from "./diff-parts.ts";
import { openPartsStore, type PartsStore } from "./parts-store.ts";

/** Differences that a decision names at most. */
const NAMED = 5;

/** Steps of which differences are looked for at most; it must stay cheap beside running them. */
const EXPLAINED_STEPS = 50;

/** Files of a work tree of which differences are named one by one; in a larger one looking would delay the first step, and `explain` does it. */
const LOOKED_AT_FILES = 5_000;

/** Reasons that say that a step is not proved, and not in what it differs from what was. */
const UNPROVED: ReadonlySet<string> = new Set(["relevant-change", "not-proved", "base-unknown"]);

/** The same with, at steps that run although they passed before, in what they differ from that. Reads what is kept; writes nothing. */
export function nameDifferences(preparation: Preparation, state: string): Preparation {
  let store: PartsStore | undefined;
  let count = 0;
  const known = new Map<string, readonly PartDifference[]>();
  const decisions = preparation.decisions.map((decision) => {
    const prints = preparation.prints.get(decision.stepId);
    if (decision.action !== "run" || !UNPROVED.has(decision.reason) || prints === undefined) return decision;
    if (++count > EXPLAINED_STEPS) return decision;
    const { passed } = (store ??= openPartsStore(state)).find(decision.stepId);
    if (passed === undefined) return decision;
    const now = store.describe(prints);
    const isSmall = (preparation.files ?? []).length <= LOOKED_AT_FILES;
    const found = diffParts(store.resolve(passed), isSmall ? now : { ...now, files: () => undefined }, known);
    const [only] = found;
    // What the explanation names already is not said twice.
    if (only === undefined || (found.length === 1 && only.text === saidBy(decision.explanation))) return decision;
    const more = found.length > NAMED ? [`${found.length - NAMED + 1} more`] : [];
    const differs = found.slice(0, NAMED - more.length).map(({ text }) => text);
    const all = [...differs, ...more];
    return { ...decision, explanation: explain(decision, all), differs: all };
  });
  return { ...preparation, decisions };
}

/** Where no change of a file says why it runs, what it differs in does. */
function explain({ reason, explanation }: Decision, differs: readonly string[]): string {
  if (reason !== "not-proved") return explanation;
  const words = `since it passed: ${differs.join(", ")}`;
  return explanation.endsWith(UNRECORDED)
    ? `${explanation.slice(0, -UNRECORDED.length)}${words}`
    : `${explanation}; ${words}`;
}

/** The difference that `src/a.ts (code) changed since main` tells. */
function saidBy(explanation: string): string | undefined {
  const [, file] = /^(.+) \([a-z]+\) changed since /.exec(explanation) ?? [];
  return file === undefined ? undefined : `${file} changed`;
}
