import type { ChangeRecord } from "@ai-workflow/profiler";
import { CONFIG_FILE_NAME } from "../config/config.ts";
import type { Step } from "../config/workflow.ts";
import type { Decision, Reason } from "./reasons.ts";
import type { Relevance } from "./relevance.ts";
import type { SelectionInput } from "./selection-input.ts";

/** What is decided of a step whose id is known. */
type Verdict = Pick<Decision, "action" | "reason" | "explanation">;

/**
 * Decides on one step, whatever is decided on the others. Pure. The order of the checks is the documented precedence of {@link Reason}: what
 * was asked for, then what is stored, then what changed.
 */
export function decideStep(step: Step, input: SelectionInput): Decision {
  return { stepId: step.id, ...(byRequest(step, input) ?? byRecords(step, input) ?? byChanges(step, input)) };
}

function run(reason: Reason, explanation: string): Verdict {
  return { action: "run", reason, explanation };
}

function skip(reason: Reason, explanation: string): Verdict {
  return { action: "skip", reason, explanation };
}

function replay(reason: Reason, explanation: string): Verdict {
  return { action: "replay", reason, explanation };
}

function builtinOf({ action }: Step): Extract<Step["action"], { kind: "module" }>["builtin"] {
  return action.kind === "module" ? action.builtin : undefined;
}

function byRequest(
  step: Step,
  { request, workflow, untriggered, resumed, resumedFrom }: SelectionInput,
): Verdict | undefined {
  if (request.steps !== undefined && !request.steps.has(step.id))
    return skip("not-requested", "other steps were asked for");
  if (step.kinds?.has(workflow.kind) === false) {
    const kinds = [...step.kinds].join(", ");
    return skip("project-kind", `the project is of kind ${workflow.kind}, the step is for ${kinds}`);
  }
  // Whoever asks for it by name is told that there is no answer, which is no pass.
  const isNamed = request.steps !== undefined;
  if (!isNamed && workflow.ai.provider === "none" && builtinOf(step)?.needsModel === true) {
    return skip("no-model", "no model is configured (`ai.provider`), and nothing of it can be done without");
  }
  const whyUntriggered = untriggered?.get(step.id);
  if (whyUntriggered !== undefined) return skip("stage-not-triggered", whyUntriggered);
  if (request.force) return run("forced", "forced");
  if (!request.smartExecution) return run("smart-execution-off", "smart execution is off");
  const passed = resumed.get(step.id);
  if (passed !== undefined) {
    const why =
      resumedFrom === "waiting"
        ? `it passed in run ${passed.runId}, which goes on here`
        : `it had passed in run ${passed.runId}, which was killed (--no-resume starts anew)`;
    return replay("resumed", why);
  }
  return step.trigger.always ? run("always", "runs every time (when.always)") : undefined;
}

function byRecords(step: Step, input: SelectionInput): Verdict | undefined {
  if (input.namesNothing.has(step.id)) {
    const inputs = step.inputs ?? [];
    // Inputs that nobody wrote hold no mistake.
    if (builtinOf(step)?.hasOwnInputs === true)
      return skip("no-input-files", `there are no files that it looks at: ${shorten(inputs)}`);
    return run("inputs-match-nothing", `no file matches its inputs ${inputs.join(", ")}`);
  }
  const unknownTool = input.unknownTools?.get(step.id);
  if (unknownTool !== undefined) return run("tool-unknown", unknownTool);
  const stored = input.replayable.get(step.id);
  if (stored !== undefined) return replay("fingerprint-equal", `same fingerprint as in run ${stored.runId}`);
  const expired = input.expired.get(step.id);
  if (expired !== undefined) {
    return run("result-expired", `its success of ${expired.at} (run ${expired.runId}) has expired`);
  }
  const slow = input.tooSlow.get(step.id);
  if (slow !== undefined) {
    const [took, limit] = [slow.durationMs, step.timeoutMs].map((ms) => `${Math.round(ms) / 1_000} s`);
    return run("limit-lowered", `it took ${took} in run ${slow.runId}, longer than its limit of ${limit} now`);
  }
  const bare = input.withoutOutputs.get(step.id);
  if (bare === undefined) return undefined;
  return run(
    "outputs-missing",
    `it passed in run ${bare.runId}, but what it left is no longer stored, or cannot be restored`,
  );
}

/** The first of many globs; the others are in the documentation of a built-in step. */
function shorten([first = "", ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and the like`;
}

/** How the explanation of a step ends that nothing proves; what names in what it differs from its last success says that instead. */
export const UNRECORDED = "no record that it passed there";

function byChanges(step: Step, input: SelectionInput): Verdict {
  const { workflow, changes } = input;
  if (!input.filesKnown) return run("files-unknown", changes.known ? "files unknown" : changes.message);
  const relevance = input.relevances.get(step.id);
  const proof = input.proofs.get(step.id);
  if (proof !== undefined) {
    return skip("no-relevant-change", `${whyIrrelevant(relevance, changes)}; passed in run ${proof.runId}`);
  }
  if (!changes.known) return run("base-unknown", `what changed is unknown: ${changes.message}`);
  const [relevant, ...others] = changes.list.filter((change) => counts(relevance, change));
  if (relevant !== undefined) {
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    const what = relevance?.chainTo(relevant.path) ?? relevant.path;
    return run("relevant-change", `${what} (${relevant.category})${more} changed since ${changes.base}`);
  }
  const isDoubted = input.doubted?.has(step.id) === true;
  if (workflow.base.assumeGreen && !isDoubted && isAssumable(step, changes.list)) {
    const why = `${whyIrrelevant(relevance, changes)} since ${changes.base}, which is assumed to have passed`;
    return skip("base-assumed-green", why);
  }
  if (!step.cache) return run("not-cached", "its results are not kept (cache: false)");
  const but = isDoubted ? "it did not pass on that before" : UNRECORDED;
  return run("not-proved", `no relevant change since ${changes.base}, but ${but}`);
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
