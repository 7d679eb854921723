import type { ChangeRecord } from "@ai-workflow/profiler";
import { CONFIG_FILE_NAME } from "../config/config.ts";
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
  /** Whether a person said that a stage may start. */
  readonly isApproved: (stageId: string) => boolean;
  /** Whether stages follow each other; a stage that waits for a person waits in any case. */
  readonly multiStage: boolean;
  /** Whether a step that would be left out runs all the same, to see whether that would have been right. */
  readonly isSampled: (stepId: string) => boolean;
}

/** All that selection looks at. */
export interface SelectionInput {
  readonly workflow: Workflow;
  readonly request: SelectionRequest;
  /** What changed since the base, or why that is unknown. */
  readonly changes:
    | { readonly known: true; readonly base: string; readonly list: readonly ChangeRecord[] }
    | { readonly known: false; readonly message: string };
  /** By step of a stage whose trigger is false: why it is. */
  readonly untriggered?: ReadonlyMap<string, string> | undefined;
  /** Whether the files of the work tree could be listed. */
  readonly filesKnown: boolean;
  /** Steps that name inputs of which none exists. */
  readonly namesNothing: ReadonlySet<string>;
  /** By step that names a tool that could not be asked: what went wrong. */
  readonly unknownTools?: ReadonlyMap<string, string> | undefined;
  readonly relevances: ReadonlyMap<string, Relevance>;
  /** By step: the stored success with the same fingerprint. */
  readonly replayable: ReadonlyMap<string, StoredSuccess>;
  /** By step: a stored success on the same relevant inputs. */
  readonly proofs: ReadonlyMap<string, StoredSuccess>;
  /** By step: a stored success with the same fingerprint, or on the same relevant inputs, of which what the step left is no longer stored. */
  readonly withoutOutputs: ReadonlyMap<string, StoredSuccess>;
  /** By step: a stored success with the same fingerprint that is older than the step allows. */
  readonly expired: ReadonlyMap<string, StoredSuccess>;
  /** By step whose successes are not kept: that it passed, with the same fingerprint, in a run that was killed or waited for a person. */
  readonly resumed: ReadonlyMap<string, StoredSuccess>;
  /** What became of that run. @defaultValue "killed" */
  readonly resumedFrom?: "killed" | "waiting" | undefined;
  /** Steps that did not pass when they last looked at what counts for them now. @defaultValue none */
  readonly doubted?: ReadonlySet<string> | undefined;
  /** Steps with `outputs` that are stored with their success among `replayable` or `proofs`. */
  readonly restorable: ReadonlySet<string>;
}

/**
 * Decides for every step whether it runs, is replayed or is skipped, and why. Pure: run, plan, dry run and explain all show what
 * this returns. A step is skipped only when it passed on the same relevant inputs, or when the configuration says to take the
 * base as passed; so a failure cannot be hidden by a later change that the failing step ignores.
 *
 * The order of the checks is the documented precedence of {@link Reason}.
 */
export function select(input: SelectionInput): readonly Decision[] {
  const decisions = new Map([...input.workflow.steps.values()].map((step) => [step.id, decide(step, input)]));
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

/** Whether nobody wants a step in this run, whatever became of it. */
function isUnwanted({ reason }: Decision): boolean {
  return reason === "not-requested" || reason === "project-kind" || reason === "stage-not-triggered";
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

/**
 * Holds back the steps that would run in a stage that waits for a person, in the stages behind it that start on success, and those that
 * need one of them. What is replayed or skipped needs no person.
 */
function holdBack(decisions: Map<string, Decision>, { workflow, request }: SelectionInput): void {
  const hold = (stepId: string, stage: string): void => {
    const explanation = `stage ${stage} waits for a person (--manual-trigger starts it)`;
    decisions.set(stepId, { stepId, action: "skip", reason: "awaiting-approval", explanation });
  };
  const wouldRun = (stepId: string): boolean => decisions.get(stepId)?.action === "run";
  let waitingStage: string | undefined;
  for (const stage of workflow.stages) {
    const due = stage.steps.filter(wouldRun);
    const waits = stage.trigger === "manual" && !request.isApproved(stage.id);
    if (waits && due.length > 0) waitingStage ??= stage.id;
    const follows = request.multiStage && (stage.trigger === "on_success" || stage.trigger === "manual");
    if (waits || (follows && waitingStage !== undefined)) for (const id of due) hold(id, waitingStage ?? stage.id);
  }
  if (waitingStage === undefined) return;
  /** The step awaiting approval that this one needs, directly or through steps that do not run. */
  const awaited = (step: Step): string | undefined => {
    const seen = new Set<string>();
    const open = [...step.needs];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id) || wouldRun(id)) continue;
      seen.add(id);
      const decision = decisions.get(id);
      if (decision?.reason === "awaiting-approval") return id;
      const passesOn = decision?.reason === "project-kind" || (decision !== undefined && !isUnwanted(decision));
      if (passesOn) open.push(...(workflow.steps.get(id)?.needs ?? []));
    }
    return undefined;
  };
  // Until nothing changes: a held step may be needed by one that is declared before it.
  for (let found = true; found;) {
    found = false;
    for (const step of workflow.steps.values()) {
      if (!wouldRun(step.id)) continue;
      const need = awaited(step);
      if (need === undefined) continue;
      hold(step.id, workflow.steps.get(need)?.stage ?? waitingStage);
      found = true;
    }
  }
}

function decide(step: Step, input: SelectionInput): Decision {
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
  if (step.kinds?.has(workflow.kind) === false) {
    const kinds = [...step.kinds].join(", ");
    return decision("skip", "project-kind", `the project is of kind ${workflow.kind}, the step is for ${kinds}`);
  }
  const untriggered = input.untriggered?.get(step.id);
  if (untriggered !== undefined) return decision("skip", "stage-not-triggered", untriggered);
  if (request.force) return decision("run", "forced", "forced");
  if (!request.smartExecution) return decision("run", "smart-execution-off", "smart execution is off");
  const resumed = input.resumed.get(step.id);
  if (resumed !== undefined) {
    return decision(
      "replay",
      "resumed",
      input.resumedFrom === "waiting"
        ? `it passed in run ${resumed.runId}, which goes on here`
        : `it had passed in run ${resumed.runId}, which was killed (--no-resume starts anew)`,
    );
  }
  if (step.trigger.always) return decision("run", "always", "runs every time (when.always)");

  if (input.namesNothing.has(step.id)) {
    return decision("run", "inputs-match-nothing", `no file matches its inputs ${(step.inputs ?? []).join(", ")}`);
  }
  const unknownTool = input.unknownTools?.get(step.id);
  if (unknownTool !== undefined) return decision("run", "tool-unknown", unknownTool);
  const stored = input.replayable.get(step.id);
  if (stored !== undefined) {
    return decision("replay", "fingerprint-equal", `same fingerprint as in run ${stored.runId}`);
  }
  const expired = input.expired.get(step.id);
  if (expired !== undefined) {
    return decision("run", "result-expired", `its success of ${expired.at} (run ${expired.runId}) has expired`);
  }
  const bare = input.withoutOutputs.get(step.id);
  if (bare !== undefined) {
    return decision("run", "outputs-missing", `it passed in run ${bare.runId}, but what it left is no longer stored`);
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
    const what = relevance?.chainTo(relevant.path) ?? relevant.path;
    return decision("run", "relevant-change", `${what} (${relevant.category})${more} changed since ${changes.base}`);
  }
  const isDoubted = input.doubted?.has(step.id) === true;
  if (workflow.base.assumeGreen && !isDoubted && isAssumable(step, changes.list)) {
    return decision(
      "skip",
      "base-assumed-green",
      `${whyIrrelevant(relevance, changes)} since ${changes.base}, which is assumed to have passed`,
    );
  }
  if (!step.cache) return decision("run", "not-cached", "its results are not kept (cache: false)");
  const but = isDoubted ? "it did not pass on that before" : "no record that it passed there";
  return decision("run", "not-proved", `no relevant change since ${changes.base}, but ${but}`);
}

/** Whether what passed at the base can have been this very step: the configuration is the same, and nothing outside the files counts. */
function isAssumable(step: Step, changes: readonly ChangeRecord[]): boolean {
  return (
    step.environment.length === 0 && step.tools.length === 0 && !changes.some(({ path }) => path === CONFIG_FILE_NAME)
  );
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
