import { evaluateGate, namesIn, type StepResults } from "@ai-workflow/pipeline-stages";
import type { StageRecord, StepRecord } from "@ai-workflow/profiler";
import type { WorkflowStage } from "../config/workflow.ts";
import { resultsOf, type UnitStep } from "./stage-results.ts";

/** What became of each stage, once every step has a record. */
export function recordStages(
  stages: readonly WorkflowStage[],
  records: ReadonlyMap<string, StepRecord>,
  steps: ReadonlyMap<string, UnitStep>,
  timeLimitReached: ReadonlySet<string> = new Set(),
): readonly StageRecord[] {
  const results = resultsOf(records, steps);
  const recorded: StageRecord[] = [];
  for (const stage of stages) {
    const record = recordStage(stage, records, results, timeLimitReached.has(stage.id));
    recorded.push(record.state === "waiting" ? whatItWaitsFor(stage, record, recorded) : record);
  }
  return recorded;
}

/** A stage waits for itself to be started, for one before it that waits, or for nothing any more where a gate before it is closed. */
function whatItWaitsFor(
  { trigger, when }: WorkflowStage,
  own: StageRecord,
  before: readonly StageRecord[],
): StageRecord {
  const follows = trigger === "on_success" || trigger === "manual";
  const closed = before.find(({ state }) => state === "failed" || state === "closed");
  if (follows && closed !== undefined) {
    return { id: own.id, state: "closed", reason: `stage ${closed.id} did not pass` };
  }
  const first = before.find(({ state, behind }) => state === "waiting" && behind === undefined);
  if (first === undefined || (when !== undefined && namesIn(when).approved)) return own;
  return { ...own, reason: `it stands behind stage ${first.id}, which waits for a person`, behind: first.id };
}

function recordStage(
  stage: WorkflowStage,
  records: ReadonlyMap<string, StepRecord>,
  results: StepResults,
  timeLimitReached: boolean,
): StageRecord {
  const { id } = stage;
  const own = stage.steps.flatMap((step) => records.get(step) ?? []);
  if (own.length === 0) return { id, state: "empty" };
  if (own.some(({ decision }) => decision.reason === "awaiting-approval")) {
    return { id, state: "waiting", reason: "it waits for a person" };
  }
  const untriggered = own.find(({ decision }) => decision.reason === "stage-not-triggered");
  const began = own.some(hasBegun);
  if (untriggered !== undefined && !began) return { id, state: "skipped", reason: untriggered.decision.explanation };
  const undone = own.filter(({ decision }) => decision.reason === "over-budget").map((step) => step.id);
  const gate = evaluateGate(undone.length === 0 ? stage : { ...stage, failFast: true }, results, { timeLimitReached });
  if (undone.length > 0 && gate.state !== "closed") {
    return { id, state: "skipped", reason: `it is not complete: ${undone.join(", ")} left out` };
  }
  if (gate.state === "open") return { id, state: "passed" };
  if (began || gate.reason === "findings") return { id, state: "failed", reason: gate.explanation };
  const why = own
    .find(({ message }) => message !== undefined)
    ?.message?.replace(/^(?:not started: |ended because )/, "");
  return { id, state: "closed", reason: why ?? "it did not start" };
}

/** Whether a step says that its stage began; one that was cancelled when it ran ahead does not. */
function hasBegun({ startedMs, outcome, ahead }: StepRecord): boolean {
  return outcome === "replayed" || (startedMs !== undefined && !(ahead === true && outcome === "cancelled"));
}
