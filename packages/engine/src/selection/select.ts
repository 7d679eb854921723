import { decideStep } from "./decide-step.ts";
import { holdBack } from "./hold-back.ts";
import { isUnwanted } from "./is-unwanted.ts";
import type { Decision } from "./reasons.ts";
import type { Relevance } from "./relevance.ts";
import type { SelectionInput } from "./selection-input.ts";

/**
 * Decides for every step whether it runs, is replayed or is skipped, and why. Pure: run, plan, dry run and explain all show what
 * this returns. A step is skipped only when it passed on the same relevant inputs, or when the configuration says to take the
 * base as passed; so a failure cannot be hidden by a later change that the failing step ignores.
 *
 * Each step is decided on by itself; what follows for others from its being due comes after, in the order of {@link Reason}.
 */
export function select(input: SelectionInput): readonly Decision[] {
  const decisions = new Map([...input.workflow.steps.values()].map((step) => [step.id, decideStep(step, input)]));
  passOnDue(decisions, input);
  sampleShadows(decisions, input);
  bringUsed(decisions, input);
  holdBack(decisions, input);
  return [...decisions.values()];
}

/**
 * What a step uses is made anew when the used step is due, so the step is due as well, whatever is proved of its own inputs. A used
 * step that is only brought along makes the same again.
 */
function passOnDue(decisions: Map<string, Decision>, { workflow }: SelectionInput): void {
  const users = new Map<string, string[]>();
  for (const step of workflow.steps.values()) {
    for (const used of step.uses) users.set(used, [...(users.get(used) ?? []), step.id]);
  }
  const open = [...decisions.values()].filter(({ action }) => action === "run").map(({ stepId }) => stepId);
  for (let used = open.pop(); used !== undefined; used = open.pop()) {
    for (const stepId of users.get(used) ?? []) {
      const decision = decisions.get(stepId);
      if (decision?.action === "run" || (decision !== undefined && isUnwanted(decision))) continue;
      decisions.set(stepId, {
        stepId,
        action: "run",
        reason: "used-step-due",
        explanation: `${used} runs, whose results it uses`,
      });
      open.push(stepId);
    }
  }
}

/** Reasons for leaving a step out that can be wrong. */
const LEFT_OUT: ReadonlySet<string> = new Set(["fingerprint-equal", "no-relevant-change", "base-assumed-green"]);

/** Runs some of the steps that would be left out. Nobody is due because of them: what they make is what is there. */
function sampleShadows(decisions: Map<string, Decision>, input: SelectionInput): void {
  for (const { stepId, action, reason, explanation } of decisions.values()) {
    if (action === "run" || !LEFT_OUT.has(reason) || !input.request.isSampled(stepId)) continue;
    decisions.set(stepId, {
      stepId,
      action: "run",
      reason: "shadow-sample",
      explanation: `runs to see whether leaving it out would be right: ${explanation}`,
      shadowOf: reason === "fingerprint-equal" ? reason : ruleOf(reason, input.relevances.get(stepId), input.changes),
    });
  }
}

/** The rule by which the first change that does not count does not, such as `no-relevant-change: skip_rules`. */
function ruleOf(reason: string, relevance: Relevance | undefined, changes: SelectionInput["changes"]): string {
  if (!changes.known || relevance === undefined) return reason;
  for (const change of changes.list) {
    const judgement = relevance.judge(change.path);
    if (!judgement.counts) return `${reason}: ${judgement.rule}`;
  }
  return reason;
}

/**
 * A step that runs reads what the steps it uses left on disk. Where that is stored it is restored; otherwise nothing says that it is still
 * there and theirs, so they run too, also where they are proved or were not asked for.
 */
function bringUsed(
  decisions: Map<string, Decision>,
  { workflow, restorable, replayable, proofs }: SelectionInput,
): void {
  const open = [...decisions.values()].filter(({ action }) => action === "run").map(({ stepId }) => stepId);
  for (let user = open.pop(); user !== undefined; user = open.pop()) {
    for (const stepId of workflow.steps.get(user)?.uses ?? []) {
      const decision = decisions.get(stepId);
      if (decision?.action === "run") continue;
      if (restorable.has(stepId)) {
        if (decision?.action === "replay") continue;
        const from = (replayable.get(stepId) ?? proofs.get(stepId))?.runId ?? "";
        const explanation = `${user} runs and uses its results, which are those of run ${from}`;
        decisions.set(stepId, { stepId, action: "replay", reason: "needed-by", explanation });
        continue;
      }
      decisions.set(stepId, {
        stepId,
        action: "run",
        reason: "needed-by",
        explanation: `${user} runs and uses its results`,
      });
      open.push(stepId);
    }
  }
}
