import { PipelineStagesError } from "./errors.ts";

/** How severe a finding is, from harmless to grave: `info`, `warning`, `error`. */
export type Severity = "error" | "warning" | "info";

/**
 * When a stage may start. `on_success`: when the gate of every earlier stage is open. `manual`: as `on_success`, and after a
 * person approved it. `auto`: when the earlier stages are over, whatever their gates said (for cleaning up and reporting).
 */
export type StageTrigger = "auto" | "manual" | "on_success";

/** A stage as written by a person. */
export interface StageDefinition {
  readonly id: string;
  /** Ids of its steps, at least one. */
  readonly steps: readonly string[];
  /** @defaultValue `"on_success"` */
  readonly trigger?: StageTrigger | undefined;
  /**
   * Close the gate at the first step that closes it, although others still run.
   * @defaultValue false: the gate is decided when all steps have ended
   */
  readonly failFast?: boolean | undefined;
  /**
   * A finding of this severity or a graver one closes the gate.
   * @defaultValue none: only outcomes close it
   */
  readonly minimumSeverity?: Severity | undefined;
}

/** A stage with its defaults filled in. */
export interface Stage {
  readonly id: string;
  readonly steps: readonly string[];
  readonly trigger: StageTrigger;
  readonly failFast: boolean;
  readonly minimumSeverity?: Severity | undefined;
}

/** Checked stages, in order. */
export interface Stages {
  readonly stages: readonly Stage[];
  /** Steps in no stage, in the order given: no gate holds them back and none waits for them. */
  readonly unstaged: readonly string[];
  /** The stage of each step that is in one. */
  readonly stageOfStep: ReadonlyMap<string, Stage>;
}

/**
 * Checks stages against the steps of a workflow and gives them with their defaults.
 *
 * @param definitions - the stages in the order in which they run
 * @param stepIds - all steps of the workflow; those that no stage names become `unstaged`
 * @throws {PipelineStagesError} `PIPELINE_STAGES_DUPLICATE_STAGE` – two stages have one id;
 *   `PIPELINE_STAGES_EMPTY_STAGE` – a stage has no steps; `PIPELINE_STAGES_UNKNOWN_STEP` – a stage names a step that does not
 *   exist; `PIPELINE_STAGES_DUPLICATE_STEP` – a step is named twice.
 */
export function defineStages(definitions: readonly StageDefinition[], stepIds: Iterable<string>): Stages {
  const known = new Set(stepIds);
  const ids = new Set<string>();
  const stageOfStep = new Map<string, Stage>();
  const stages = definitions.map((definition): Stage => {
    const { id, steps, trigger = "on_success", failFast = false, minimumSeverity } = definition;
    const refuse = (code: PipelineStagesError["code"], problem: string, about: readonly string[] = []): never => {
      throw new PipelineStagesError(code, `Cannot define stages: ${problem}`, id, about);
    };
    if (ids.has(id)) refuse("PIPELINE_STAGES_DUPLICATE_STAGE", `two stages have the id "${id}"`);
    ids.add(id);
    if (steps.length === 0) refuse("PIPELINE_STAGES_EMPTY_STAGE", `stage "${id}" has no steps`);
    const unknown = steps.filter((step) => !known.has(step));
    if (unknown.length > 0) {
      const names = unknown.map((step) => `"${step}"`).join(", ");
      refuse("PIPELINE_STAGES_UNKNOWN_STEP", `stage "${id}" names steps that do not exist: ${names}`, unknown);
    }
    const stage: Stage = {
      id,
      steps: [...steps],
      trigger,
      failFast,
      ...(minimumSeverity === undefined ? {} : { minimumSeverity }),
    };
    for (const step of steps) {
      const other = stageOfStep.get(step);
      if (other !== undefined) {
        const where = other === stage ? `twice in stage "${id}"` : `in the stages "${other.id}" and "${id}"`;
        refuse("PIPELINE_STAGES_DUPLICATE_STEP", `step "${step}" is ${where}`, [step]);
      }
      stageOfStep.set(step, stage);
    }
    return stage;
  });
  return { stages, unstaged: [...known].filter((step) => !stageOfStep.has(step)), stageOfStep };
}
