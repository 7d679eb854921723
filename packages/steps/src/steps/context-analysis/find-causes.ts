import type { EarlierResult, Finding } from "@ai-workflow/engine";
import { missingThing } from "./missing-thing.ts";

/** A finding with the step that told it. */
export interface ToldFinding {
  readonly step: string;
  readonly finding: Finding;
}

/** Something that, mended once, mends all of its findings. */
export interface Cause {
  readonly kind: "missing" | "same-rule" | "same-file" | "step-failed" | "single";
  /** What is missing, the rule, the file, or the step. */
  readonly subject: string;
  /** Never empty, but for a step that failed and told nothing. */
  readonly findings: readonly ToldFinding[];
  readonly errors: number;
  readonly warnings: number;
  /** Steps that are about it, in their order. */
  readonly steps: readonly string[];
}

/** Fewer findings than this have no cause in common, they happen to be alike. */
const LEAST_ALIKE = 3;

/**
 * Groups errors and warnings by what they have in common, each under one cause, and orders the causes: most errors first, then most
 * findings. Where a finding could belong to several, the cause that mends the most goes first, as in the greedy cover of sets (Chvátal
 * 1979). Pure.
 */
export function findCauses(results: readonly EarlierResult[]): readonly Cause[] {
  const told = results.flatMap(({ step, findings }) =>
    findings.filter(({ severity }) => severity !== "info").map((finding) => ({ step, finding })),
  );
  const causes: Cause[] = [];
  const open = new Set(told);
  // What is missing goes before everything: the rest of what such a step tells may follow from it.
  const missing = new Map<string, ToldFinding[]>();
  const silent = new Map<string, string[]>();
  for (const one of told) {
    const thing = missingThing(one.finding.message);
    if (thing === undefined) continue;
    push(missing, thing, one);
    open.delete(one);
  }
  for (const { step, outcome, message, findings } of results) {
    if (outcome !== "failed" && outcome !== "inconclusive" && outcome !== "timed-out") continue;
    const thing = missingThing(message);
    if (thing !== undefined) push(silent, thing, step);
    else if (outcome !== "inconclusive" && !findings.some(({ severity }) => severity === "error")) {
      causes.push({ kind: "step-failed", subject: step, findings: [], errors: 1, warnings: 0, steps: [step] });
    }
  }
  for (const thing of new Set([...missing.keys(), ...silent.keys()])) {
    causes.push(makeCause("missing", thing, missing.get(thing) ?? [], silent.get(thing)));
  }

  for (let best = largest(open); best !== undefined; best = largest(open)) {
    for (const one of best.findings) open.delete(one);
    causes.push(best);
  }
  for (const one of open) causes.push(makeCause("single", one.finding.rule, [one]));
  return causes.toSorted(
    (one, other) => other.errors - one.errors || other.warnings - one.warnings || RANK[one.kind] - RANK[other.kind],
  );
}

const RANK: Readonly<Record<Cause["kind"], number>> = {
  missing: 0,
  "step-failed": 1,
  "same-rule": 2,
  "same-file": 3,
  single: 4,
};

/** The cause that explains the most of what is left. */
function largest(open: ReadonlySet<ToldFinding>): Cause | undefined {
  const byRule = new Map<string, ToldFinding[]>();
  const byFile = new Map<string, ToldFinding[]>();
  for (const one of open) {
    push(byRule, `${one.step}\0${one.finding.rule}`, one);
    if (one.finding.file !== undefined) push(byFile, one.finding.file, one);
  }
  const rules = [...byRule.values()].map((list) => makeCause("same-rule", list[0]?.finding.rule ?? "", list));
  const files = [...byFile]
    // One rule in one file is explained by the rule.
    .filter(([, list]) => new Set(list.map(({ finding }) => finding.rule)).size > 1)
    .map(([file, list]) => makeCause("same-file", file, list));
  let best: Cause | undefined;
  for (const cause of [...rules, ...files]) {
    if (cause.findings.length < LEAST_ALIKE) continue;
    if (best === undefined || weight(cause) > weight(best)) best = cause;
  }
  return best;
}

/** Errors before warnings, and never so few errors that many warnings outweigh them. */
function weight({ errors, warnings }: Cause): number {
  return errors * 1_000_000 + warnings;
}

function makeCause(
  kind: Cause["kind"],
  subject: string,
  findings: readonly ToldFinding[],
  more: readonly string[] = [],
): Cause {
  const errors = findings.filter(({ finding }) => finding.severity === "error").length;
  const steps = [...new Set([...findings.map(({ step }) => step), ...more])];
  return { kind, subject, findings, errors: errors + more.length, warnings: findings.length - errors, steps };
}

function push<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}
