import type { ChangeRecord } from "@ai-workflow/profiler";
import type { Step, Workflow } from "../config/workflow.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { Decision } from "./reasons.ts";
import type { Relevance } from "./relevance.ts";

/** What the caller asked for. */
export interface SelectionRequest {
  /** Only these steps; `undefined` means all. */
  readonly steps: ReadonlySet<string> | undefined;
  readonly force: boolean;
  readonly smartExecution: boolean;
  /** Stages that wait for a person and were not approved. */
  readonly waitingStages: ReadonlySet<string>;
}

/** All that selection looks at. */
export interface SelectionInput {
  readonly workflow: Workflow;
  readonly request: SelectionRequest;
  /** What changed since the base, or why that is unknown. */
  readonly changes:
    | { readonly known: true; readonly base: string; readonly list: readonly ChangeRecord[] }
    | { readonly known: false; readonly message: string };
  /** Whether the files of the work tree could be listed. */
  readonly filesKnown: boolean;
  readonly relevances: ReadonlyMap<string, Relevance>;
  /** By step: the stored success with the same fingerprint. */
  readonly replayable: ReadonlyMap<string, StoredSuccess>;
  /** By step: a stored success on the same relevant inputs. */
  readonly proofs: ReadonlyMap<string, StoredSuccess>;
}

/**
 * Decides for every step whether it runs, is replayed or is skipped, and why. Pure: run, plan, dry run and explain all show what
 * this returns. A step is skipped only when it passed on the same relevant inputs, or when the configuration says to take the
 * base as passed; so a failure cannot be hidden by a later change that the failing step ignores.
 *
 * The order of the checks is the documented precedence of {@link Reason}.
 */
export function select(input: SelectionInput): readonly Decision[] {
  const waiting = waitingSteps(input);
  return [...input.workflow.steps.values()].map((step) => decide(step, input, waiting));
}

/** For each step that waits for a person, the stage that is waited for: its own, or that of a step it needs. */
function waitingSteps({ workflow, request }: SelectionInput): ReadonlyMap<string, string> {
  const waiting = new Map<string, string>();
  const isRequested = (id: string): boolean => request.steps?.has(id) ?? true;
  const open: string[] = [];
  const dependents = new Map<string, string[]>();
  for (const step of workflow.steps.values()) {
    for (const need of step.needs) dependents.set(need, [...(dependents.get(need) ?? []), step.id]);
    if (step.stage === undefined || !request.waitingStages.has(step.stage) || !isRequested(step.id)) continue;
    waiting.set(step.id, step.stage);
    open.push(step.id);
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const dependent of dependents.get(id) ?? []) {
      if (waiting.has(dependent) || !isRequested(dependent)) continue;
      waiting.set(dependent, waiting.get(id) ?? "");
      open.push(dependent);
    }
  }
  return waiting;
}

function decide(step: Step, input: SelectionInput, waiting: ReadonlyMap<string, string>): Decision {
  const { request, workflow, changes } = input;
  const decision = (action: Decision["action"], reason: Decision["reason"], explanation: string): Decision => ({
    stepId: step.id,
    action,
    reason,
    explanation,
  });

  if (request.steps !== undefined && !request.steps.has(step.id)) {
    return decision("skip", "not-requested", "other steps were asked for");
  }
  const waitsFor = waiting.get(step.id);
  if (waitsFor !== undefined) {
    return decision("skip", "awaiting-approval", `stage ${waitsFor} waits for a person (--manual-trigger starts it)`);
  }
  if (request.force) return decision("run", "forced", "forced");
  if (!request.smartExecution) return decision("run", "smart-execution-off", "smart execution is off");
  if (step.trigger.always) return decision("run", "always", "runs every time (when.always)");

  const stored = input.replayable.get(step.id);
  if (stored !== undefined) {
    return decision("replay", "fingerprint-equal", `same fingerprint as in run ${stored.runId}`);
  }
  if (!input.filesKnown) return decision("run", "files-unknown", changes.known ? "files unknown" : changes.message);

  const relevance = input.relevances.get(step.id);
  const proof = input.proofs.get(step.id);
  if (proof !== undefined) {
    return decision("skip", "no-relevant-change", `${whyIrrelevant(relevance, changes)}; passed in run ${proof.runId}`);
  }
  if (!changes.known) return decision("run", "base-unknown", `what changed is unknown: ${changes.message}`);

  const relevant = changes.list.find((change) => counts(relevance, change));
  if (relevant !== undefined) {
    const others = changes.list.filter((change) => counts(relevance, change)).length - 1;
    const more = others === 0 ? "" : ` and ${others} more`;
    return decision(
      "run",
      "relevant-change",
      `${relevant.path} (${relevant.category})${more} changed since ${changes.base}`,
    );
  }
  if (workflow.base.assumeGreen) {
    return decision(
      "skip",
      "base-assumed-green",
      `${whyIrrelevant(relevance, changes)} since ${changes.base}, which is assumed to have passed`,
    );
  }
  return decision("run", "not-proved", `no relevant change since ${changes.base}, but no record that it passed there`);
}

/** Both paths of a rename count: the old one is gone, the new one is there. */
function counts(relevance: Relevance | undefined, change: ChangeRecord): boolean {
  if (relevance === undefined || relevance.judge(change.path).counts) return true;
  return change.previousPath !== undefined && relevance.judge(change.previousPath).counts;
}

function whyIrrelevant(relevance: Relevance | undefined, changes: SelectionInput["changes"]): string {
  if (!changes.known || relevance === undefined) return "no relevant change";
  for (const change of changes.list) {
    const judgement = relevance.judge(change.path);
    if (!judgement.counts && judgement.rule !== "inputs") {
      return `no relevant change: ${change.path} does not count, ${judgement.because}`;
    }
  }
  return "no relevant change";
}
