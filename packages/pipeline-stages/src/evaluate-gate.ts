import { countFindings } from "./count-findings.ts";
import type { Stage } from "./define-stages.ts";
import type { FindingCounts } from "./severity.ts";

/** How a step ended. */
export type StepOutcome = "passed" | "failed" | "timed-out" | "cancelled" | "inconclusive" | "replayed" | "skipped";

/** What a gate looks at. */
export interface StepResult {
  readonly outcome: StepOutcome;
  /** @defaultValue no findings */
  readonly findings?: FindingCounts | undefined;
}

/** The results of the steps that have ended, by step id. */
export type StepResults = ReadonlyMap<string, StepResult>;

/** Why a gate is as it is. */
export type GateReason =
  | "satisfied"
  | "nothing-ran"
  | "failed"
  | "inconclusive"
  | "findings"
  | "time-limit"
  | "waiting-for-steps";

/** What a gate looks at besides the results. */
export interface GateFacts {
  /**
   * Whether the stage was still running when its `timeLimitMs` was over. Once true it must stay true.
   * @defaultValue false
   */
  readonly timeLimitReached?: boolean | undefined;
}

/** The state of the gate after a stage. */
export interface Gate {
  /** `open`: later stages may start. `closed`: they may not, and this does not change any more. `undecided`: steps still run. */
  readonly state: "open" | "closed" | "undecided";
  readonly reason: GateReason;
  /** The reason as a sentence. */
  readonly explanation: string;
  /** The steps that decided: those that closed the gate, or those still waited for; in the order of the stage. */
  readonly because: readonly string[];
}

type Verdict = "satisfied" | "failed" | "inconclusive" | "findings";

function verdictOf(outcome: StepOutcome): Verdict {
  switch (outcome) {
    case "passed":
    case "replayed":
    case "skipped":
      return "satisfied";
    case "inconclusive":
      return "inconclusive";
    case "failed":
    case "timed-out":
    case "cancelled":
      break;
  }
  // Also for an outcome of a newer caller: what is not known to be good closes the gate.
  return "failed";
}

function judge(stage: Stage, { outcome, findings = {} }: StepResult): Verdict {
  const verdict = verdictOf(outcome);
  if (verdict !== "satisfied" || stage.minimumSeverity === undefined) return verdict;
  return countFindings(findings, stage.minimumSeverity) > 0 ? "findings" : "satisfied";
}

const list = (steps: readonly string[]): string => steps.map((step) => `"${step}"`).join(", ");

const EXPLANATIONS: Readonly<Record<Exclude<Verdict, "satisfied">, string>> = {
  failed: "did not pass",
  inconclusive: "gave no conclusive result",
  findings: "found problems of a severity that closes the gate",
};

/**
 * Decides the gate after a stage from the results of its steps. A step that failed, timed out, was cancelled or is
 * inconclusive closes it, and so does a finding of at least the stage's `minimumSeverity`, also from a replay; a step that
 * was skipped or replayed is as good as one that passed. Without `failFast` the gate is undecided until every step has a
 * result. The order in which steps end never matters to the decision. A time limit that was reached closes the gate whatever
 * the results are, and is the reason given, since it is why the steps it ended did not pass.
 */
export function evaluateGate(stage: Stage, results: StepResults, facts: GateFacts = {}): Gate {
  const ended = stage.steps.flatMap((id) => {
    const result = results.get(id);
    return result === undefined ? [] : [{ id, outcome: result.outcome, verdict: judge(stage, result) }];
  });
  const closing = ended.filter(({ verdict }) => verdict !== "satisfied");
  const missing = stage.steps.filter((id) => !results.has(id));
  if (facts.timeLimitReached === true) {
    const because = stage.steps.filter((id) => missing.includes(id) || closing.some((step) => step.id === id));
    const limit = stage.timeLimitMs === undefined ? "" : ` of ${stage.timeLimitMs / 1_000} s`;
    const left = because.length === 0 ? "" : `; ${list(because)} had not passed`;
    const explanation = `The gate of stage "${stage.id}" is closed: it ran longer than its limit${limit}${left}`;
    return { state: "closed", reason: "time-limit", explanation, because };
  }
  if (missing.length > 0 && !(stage.failFast && closing.length > 0)) {
    const explanation = `Stage "${stage.id}" still waits for ${list(missing)}`;
    return { state: "undecided", reason: "waiting-for-steps", explanation, because: missing };
  }
  // The gravest reason names the gate's state: a failure before an open question before a finding.
  for (const reason of ["failed", "inconclusive", "findings"] as const) {
    const because = closing.filter(({ verdict }) => verdict === reason).map(({ id }) => id);
    if (because.length === 0) continue;
    const explanation = `The gate of stage "${stage.id}" is closed: ${list(because)} ${EXPLANATIONS[reason]}`;
    return { state: "closed", reason, explanation, because };
  }
  return ended.every(({ outcome }) => outcome === "skipped")
    ? { state: "open", reason: "nothing-ran", explanation: `No step of stage "${stage.id}" had to run`, because: [] }
    : {
        state: "open",
        reason: "satisfied",
        explanation: `Every step of stage "${stage.id}" is satisfied`,
        because: [],
      };
}
