import type { Stage, Stages } from "./define-stages.ts";
import { PipelineStagesError } from "./errors.ts";
import { evaluateGate, type StepResult, type StepResults } from "./evaluate-gate.ts";
import { nextStage, stageStates, type NextStage, type RunFacts, type StageState } from "./next-stage.ts";

/** What runs the steps of one stage. */
export interface StageRun {
  /** Aborted when the run is, when a `failFast` gate closes, and when the stage's time limit is reached. */
  readonly signal: AbortSignal;
  /**
   * Tells the result of a step as soon as it has ended, so that a `failFast` gate can close early. Results of steps of another
   * stage, and what is told after `runStage` has ended, are ignored.
   */
  readonly report: (stepId: string, result: StepResult) => void;
}

/** Settings of {@link runStages}. */
export interface RunStagesOptions {
  /**
   * Runs the steps of a stage and gives their results, also those already reported. Steps that a closed `failFast` gate
   * or a time limit kept from starting may be left out. It has to end soon after its signal is aborted: it is waited for.
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
  /**
   * What the expressions of triggers may ask about.
   * @defaultValue nothing is known
   */
  readonly facts?: Pick<RunFacts, "changed" | "environment"> | undefined;
  /** Ends the run: no further stage starts. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Calls back once after a number of milliseconds unless it is cancelled with the function it gives.
   * @defaultValue `setTimeout`
   */
  readonly startTimer?: ((delayMs: number, callback: () => void) => () => void) | undefined;
}

function startRealTimer(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
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
  const { approve, signal } = options;
  const results = new Map(options.results);
  const approvals = new Set<string>();
  const timeLimitReached = new Set<string>();
  const ended = new Set<string>();
  const facts: RunFacts = { ...options.facts, timeLimitReached, ended };
  const isAborted = (): boolean => signal?.aborted ?? false;
  const finish = (end: NextStage): StagesRun => ({
    end,
    aborted: isAborted(),
    results,
    states: stageStates(stages, results, approvals, facts),
  });

  for (;;) {
    const next = nextStage(stages, results, approvals, facts);
    if (isAborted()) return finish(next);
    if (next.action === "await-approval") {
      if (approve === undefined || !(await approve(next.stage))) return finish(next);
      approvals.add(next.stage.id);
      continue;
    }
    if (next.action !== "run") return finish(next);
    const { stage } = next;
    const isForeign = (stepId: string): boolean => (stages.stageOfStep.get(stepId) ?? stage) !== stage;
    if (await runOne(stage, isForeign, results, options)) timeLimitReached.add(stage.id);
    ended.add(stage.id);
    const gate = evaluateGate(stage, results, { timeLimitReached: timeLimitReached.has(stage.id) });
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

/** Runs one stage; resolves to whether its time limit was reached. */
async function runOne(
  stage: Stage,
  isForeign: (stepId: string) => boolean,
  results: Map<string, StepResult>,
  { runStage, signal, startTimer = startRealTimer }: RunStagesOptions,
): Promise<boolean> {
  const controller = new AbortController();
  let timeLimitReached = false;
  let isOver = false;
  const forward = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", forward, { once: true });
  const stopTimer =
    stage.timeLimitMs === undefined
      ? undefined
      : startTimer(stage.timeLimitMs, () => {
          // Whatever ended the stage before is why it ended; and what has ended is not ended again.
          if (controller.signal.aborted || evaluateGate(stage, results).state !== "undecided") return;
          timeLimitReached = true;
          controller.abort(evaluateGate(stage, results, { timeLimitReached }).explanation);
        });
  const report = (stepId: string, result: StepResult): void => {
    if (isOver || isForeign(stepId) || results.has(stepId)) return;
    results.set(stepId, result);
    const gate = evaluateGate(stage, results);
    if (stage.failFast && gate.state === "closed") controller.abort(gate.explanation);
  };
  try {
    const all = await runStage(stage, { signal: controller.signal, report });
    stopTimer?.();
    for (const [stepId, result] of all) report(stepId, result);
  } finally {
    isOver = true;
    stopTimer?.();
    signal?.removeEventListener("abort", forward);
  }
  return timeLimitReached;
}
