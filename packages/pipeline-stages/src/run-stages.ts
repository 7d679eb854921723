import type { Stage, Stages } from "./define-stages.ts";
import { PipelineStagesError } from "./errors.ts";
import { evaluateGate, type StepResult, type StepResults } from "./evaluate-gate.ts";
import { nextStage, stageStates, type NextStage, type StageState } from "./next-stage.ts";

/** What runs the steps of one stage. */
export interface StageRun {
  /** Aborted when the run is, and when a `failFast` gate closes. */
  readonly signal: AbortSignal;
  /** Tells the result of a step as soon as it has ended, so that a `failFast` gate can close early. */
  readonly report: (stepId: string, result: StepResult) => void;
}

/** Settings of {@link runStages}. */
export interface RunStagesOptions {
  /**
   * Runs the steps of a stage and gives their results, also those already reported. Steps that a closed `failFast` gate
   * kept from starting may be left out.
   */
  readonly runStage: (stage: Stage, run: StageRun) => Promise<StepResults>;
  /**
   * Results known before, for example of steps that selection skipped.
   * @defaultValue none
   */
  readonly results?: StepResults | undefined;
  /**
   * Asks a person whether a `manual` stage may start.
   * @defaultValue nobody: such stages wait
   */
  readonly approve?: ((stage: Stage) => boolean | Promise<boolean>) | undefined;
  /** Ends the run: no further stage starts. */
  readonly signal?: AbortSignal | undefined;
}

/** How a run of stages ended. */
export interface StagesRun {
  /** Why nothing more ran: never `run` except when the run was aborted, then naming the stage that would have been next. */
  readonly end: NextStage;
  readonly aborted: boolean;
  readonly results: StepResults;
  readonly states: readonly StageState[];
}

/**
 * Runs stage after stage until {@link nextStage} says otherwise. The first result of a step counts; a later one is ignored.
 *
 * @throws {PipelineStagesError} `PIPELINE_STAGES_MISSING_OUTCOME` – `runStage` ended without a result for a step, although the
 *   gate needs it and the run was not aborted.
 * @throws what `runStage` or `approve` throws; no further stage starts then.
 */
export async function runStages(stages: Stages, options: RunStagesOptions): Promise<StagesRun> {
  const { runStage, approve, signal } = options;
  const results = new Map(options.results);
  const approvals = new Set<string>();
  const isAborted = (): boolean => signal?.aborted ?? false;
  const finish = (end: NextStage): StagesRun => ({
    end,
    aborted: isAborted(),
    results,
    states: stageStates(stages, results, approvals),
  });

  for (;;) {
    const next = nextStage(stages, results, approvals);
    if (isAborted()) return finish(next);
    if (next.action === "await-approval") {
      if (approve === undefined || !(await approve(next.stage))) return finish(next);
      approvals.add(next.stage.id);
      continue;
    }
    if (next.action !== "run") return finish(next);
    const { stage } = next;
    await runOne(stage, results, runStage, signal);
    const gate = evaluateGate(stage, results);
    if (gate.state === "undecided" && !isAborted()) {
      throw new PipelineStagesError(
        "PIPELINE_STAGES_MISSING_OUTCOME",
        `Cannot run stages: stage "${stage.id}" ended without a result for ${gate.because.map((step) => `"${step}"`).join(", ")}`,
        stage.id,
        gate.because,
      );
    }
  }
}

async function runOne(
  stage: Stage,
  results: Map<string, StepResult>,
  runStage: RunStagesOptions["runStage"],
  signal: AbortSignal | undefined,
): Promise<void> {
  const controller = new AbortController();
  const forward = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", forward, { once: true });
  const report = (stepId: string, result: StepResult): void => {
    if (results.has(stepId)) return;
    results.set(stepId, result);
    const gate = evaluateGate(stage, results);
    if (stage.failFast && gate.state === "closed") controller.abort(gate.explanation);
  };
  try {
    const all = await runStage(stage, { signal: controller.signal, report });
    for (const [stepId, result] of all) report(stepId, result);
  } finally {
    signal?.removeEventListener("abort", forward);
  }
}
