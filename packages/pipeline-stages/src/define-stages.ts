import { PipelineStagesError } from "./errors.ts";
import type { Severity } from "./severity.ts";
import type { TriggerExpression } from "./trigger/expression.ts";
import { namesIn } from "./trigger/names-in.ts";
import { parseTrigger } from "./trigger/parse-trigger.ts";
import { suggestName } from "./trigger/suggest-name.ts";

/**
 * When a stage may start. `on_success`: when the gate of every earlier stage is open. `manual`: as `on_success`, and after a
 * person approved it. `auto`: when the earlier stages are over, whatever their gates said (for cleaning up and reporting).
 * `expression`: when the earlier stages are over and {@link Stage.when} is true, whatever their gates said.
 */
export type StageTrigger = "auto" | "manual" | "on_success" | "expression";

/** The longest delay that timers keep: 2^31 - 1 ms, almost 25 days. */
const MAX_TIME_LIMIT_MS = 2 ** 31 - 1;

const NAMED_TRIGGERS = ["auto", "manual", "on_success"] as const;

/** A stage as written by a person. */
export interface StageDefinition {
  readonly id: string;
  /** Ids of its steps, at least one. */
  readonly steps: readonly string[];
  /**
   * `auto`, `manual`, `on_success`, or an expression as `parseTrigger` reads it.
   * @defaultValue `"on_success"`
   */
  readonly trigger?: Exclude<StageTrigger, "expression"> | (string & {}) | undefined;
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
  /**
   * Milliseconds the stage may run; one that runs longer is ended, and its gate is closed. Above 0, at most 2^31 - 1.
   * @defaultValue none
   */
  readonly timeLimitMs?: number | undefined;
}

/** Names that the expressions of triggers may use besides stages and steps. */
export interface DefineStagesOptions {
  /** @defaultValue any category */
  readonly categories?: Iterable<string> | undefined;
  /** @defaultValue any fact */
  readonly facts?: Iterable<string> | undefined;
}

/** A stage with its defaults filled in. */
export interface Stage {
  readonly id: string;
  readonly steps: readonly string[];
  readonly trigger: StageTrigger;
  /** The expression of a trigger that is one. */
  readonly when?: TriggerExpression | undefined;
  readonly failFast: boolean;
  readonly minimumSeverity?: Severity | undefined;
  readonly timeLimitMs?: number | undefined;
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
 *   exist; `PIPELINE_STAGES_DUPLICATE_STEP` – a step is named twice; `PIPELINE_STAGES_BAD_TRIGGER` – a trigger cannot be
 *   read, or asks about a name that is not known or about what does not come before its stage.
 * @throws {RangeError} a `timeLimitMs` is not above 0 or too large for a timer.
 */
export function defineStages(
  definitions: readonly StageDefinition[],
  stepIds: Iterable<string>,
  options: DefineStagesOptions = {},
): Stages {
  const known = new Set(stepIds);
  const inStages = new Set(definitions.flatMap(({ steps }) => steps));
  const names: TriggerNames = {
    stages: new Set(),
    steps: new Set([...known].filter((step) => !inStages.has(step))),
    categories: options.categories === undefined ? undefined : new Set(options.categories),
    facts: options.facts === undefined ? undefined : new Set(options.facts),
  };
  const ids = new Set<string>();
  const stageOfStep = new Map<string, Stage>();
  const stages = definitions.map((definition): Stage => {
    const { id, steps, trigger = "on_success", failFast = false, minimumSeverity, timeLimitMs } = definition;
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
    if (timeLimitMs !== undefined && !(timeLimitMs > 0 && timeLimitMs <= MAX_TIME_LIMIT_MS)) {
      const range = `must be above 0 and at most ${MAX_TIME_LIMIT_MS}, got ${timeLimitMs}`;
      throw new RangeError(`Cannot define stages: \`timeLimitMs\` of stage "${id}" ${range}`);
    }
    const read = readTrigger(trigger, names, definitions);
    if (typeof read === "string") return refuse("PIPELINE_STAGES_BAD_TRIGGER", `the trigger of stage "${id}": ${read}`);
    const stage: Stage = {
      id,
      steps: [...steps],
      ...read,
      failFast,
      ...(minimumSeverity === undefined ? {} : { minimumSeverity }),
      ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    };
    for (const step of steps) {
      const other = stageOfStep.get(step);
      if (other !== undefined) {
        const where = other === stage ? `twice in stage "${id}"` : `in the stages "${other.id}" and "${id}"`;
        refuse("PIPELINE_STAGES_DUPLICATE_STEP", `step "${step}" is ${where}`, [step]);
      }
      stageOfStep.set(step, stage);
      names.steps.add(step);
    }
    names.stages.add(id);
    return stage;
  });
  return { stages, unstaged: [...known].filter((step) => !stageOfStep.has(step)), stageOfStep };
}

/** What the triggers of the next stage may ask about: what comes before it. */
interface TriggerNames {
  readonly stages: Set<string>;
  readonly steps: Set<string>;
  readonly categories: ReadonlySet<string> | undefined;
  readonly facts: ReadonlySet<string> | undefined;
}

/** A trigger as a stage has it, or what is wrong with it. */
function readTrigger(
  trigger: string,
  names: TriggerNames,
  definitions: readonly StageDefinition[],
): Pick<Stage, "trigger" | "when"> | string {
  const named = NAMED_TRIGGERS.find((one) => one === trigger);
  if (named !== undefined) return { trigger: named };
  if (trigger === "expression") return "write the expression itself in its place";
  const parsed = parseTrigger(trigger);
  if (!parsed.ok) return parsed.problem.message;
  const { expression } = parsed;
  if (expression.kind === "fact" && names.facts?.has(expression.name) !== true) {
    // Alone and like a trigger, it is a misspelt one; as a fact that nobody provides it would keep the stage from ever starting.
    const meant = suggestName(expression.name, NAMED_TRIGGERS);
    if (meant !== undefined) return `there is no trigger "${expression.name}"; did you mean ${meant}?`;
  }
  // What exists but does not come before would never be known in time.
  const used = namesIn(expression);
  const laterStage = used.stages.find((id) => !names.stages.has(id) && definitions.some((one) => one.id === id));
  if (laterStage !== undefined) return `stage "${laterStage}" does not come before it`;
  const laterStep = used.steps.find(
    (id) => !names.steps.has(id) && definitions.some(({ steps }) => steps.includes(id)),
  );
  if (laterStep !== undefined) return `step "${laterStep}" does not come before it`;
  const checked = parseTrigger(trigger, names);
  return checked.ok ? { trigger: "expression", when: expression } : checked.problem.message;
}
