import { defineStages, PipelineStagesError, type Stage, type StageDefinition } from "@ai-workflow/pipeline-stages";
import { CATEGORIES, type StageConfig } from "./config.ts";
import type { SemanticProblem } from "./semantic-problem.ts";
import { parseDurationMs } from "./parse-duration.ts";
import { STAGE_FACTS } from "./stage-facts.ts";
import type { Step, WorkflowStage } from "./workflow.ts";

/** The longest delay that timers keep. */
const MAX_TIME_LIMIT_MS = 2 ** 31 - 1;

/** Fills in the defaults of stages, and reads and checks the expressions of their triggers. Pure. */
export function normaliseStages(
  configs: readonly StageConfig[],
  steps: ReadonlyMap<string, Step>,
): { readonly stages: readonly WorkflowStage[]; readonly problems: readonly SemanticProblem[] } {
  const problems: SemanticProblem[] = [];
  const problem = (index: number, key: keyof StageConfig, message: string): void => {
    problems.push({ path: ["stages", index, key], atKey: false, message });
  };
  const seen = new Set<string>();
  for (const [index, { id, time_limit: limit }] of configs.entries()) {
    if (seen.has(id)) problem(index, "id", `stage "${id}" is defined twice`);
    seen.add(id);
    if (limit !== undefined && parseDurationMs(limit) > MAX_TIME_LIMIT_MS) {
      problem(index, "time_limit", `\`time_limit\` of stage "${id}" must be at most 24 days`);
    }
  }
  const stepsOf = (id: string): readonly string[] =>
    [...steps.values()].filter(({ stage }) => stage === id).map((step) => step.id);
  const stages = configs.map((config): WorkflowStage => {
    const { id, trigger = "on_success", fail_fast: failFast = false, minimum_severity: minimumSeverity } = config;
    return {
      id,
      steps: stepsOf(id),
      trigger: trigger === "auto" || trigger === "manual" ? trigger : "on_success",
      failFast,
      ...(minimumSeverity === undefined ? {} : { minimumSeverity }),
      ...(config.time_limit === undefined ? {} : { timeLimitMs: parseDurationMs(config.time_limit) }),
    };
  });
  if (problems.length > 0) return { stages, problems };
  return {
    stages: stages.map((stage, index) => {
      const trigger = configs[index]?.trigger;
      if (trigger === undefined || trigger === stage.trigger) return stage;
      const read = readTrigger(index, trigger, stages, steps.keys());
      if (typeof read !== "string") return { ...stage, ...read };
      problem(index, "trigger", read);
      return stage;
    }),
    problems,
  };
}

/** The trigger of one stage, or what is wrong with it. */
function readTrigger(
  index: number,
  trigger: string,
  stages: readonly WorkflowStage[],
  stepIds: Iterable<string>,
): Pick<Stage, "trigger" | "when"> | string {
  // A stage without steps can be asked about all the same.
  const placeholder = (id: string): string => `<${id}>`;
  const definitions = stages.map(({ id, steps }, place): StageDefinition => ({
    id,
    steps: steps.length === 0 ? [placeholder(id)] : steps,
    trigger: place === index ? trigger : undefined,
  }));
  const ids = [...stepIds, ...stages.map(({ id }) => placeholder(id))];
  try {
    const stage = defineStages(definitions, ids, { categories: CATEGORIES, facts: STAGE_FACTS }).stages[index];
    return { trigger: stage?.trigger ?? "on_success", ...(stage?.when === undefined ? {} : { when: stage.when }) };
  } catch (error) {
    if (!(error instanceof PipelineStagesError)) throw error;
    const why = error.message.replace(/^Cannot define stages: the trigger of stage "[^"]*": /, "");
    return `\`trigger\` must be on_success, manual, auto or an expression: ${why}`;
  }
}
