import type { BuiltInSteps } from "../library/step-library.ts";
import { useLibrary } from "../library/use-library.ts";
import type { Config, ResolvedConfig } from "./config.ts";
import { aiProblems, normaliseAi } from "./normalise-ai.ts";
import { alertProblems, normaliseAlerts } from "./normalise-alerts.ts";
import { nameProblems } from "./name-problems.ts";
import { circleProblems, stageOrderProblems } from "./need-problems.ts";
import { normaliseStages } from "./normalise-stages.ts";
import { normaliseRetention } from "./normalise-retention.ts";
import { normaliseStep, type StepDefaults } from "./normalise-step.ts";
import { kindProblems } from "./project-kind.ts";
import type { SemanticProblem } from "./semantic-problem.ts";
import { stepProblems } from "./step-problems.ts";
import { unitProblems } from "./unit-problems.ts";
import type { Workflow } from "./workflow.ts";

/** Time limit of a step that names none, in minutes. */
export const DEFAULT_STEP_TIMEOUT_MINUTES = 30;

/**
 * Fills in every default and checks what no schema can say: names refer to something, needs form no circle, patterns compile.
 * Pure.
 *
 * @param written - a validated configuration
 * @param defaultName - project name where the file gives none
 */
export function normalise(
  written: Config,
  defaultName: string,
  builtIn?: BuiltInSteps,
): { readonly workflow: Workflow; readonly problems: readonly SemanticProblem[] } {
  const { config, problems: libraryProblems, aliases, switchedOff, onFailure } = useLibrary(written, builtIn);
  const performance = config.optimizations?.performance;
  const defaults: StepDefaults = {
    timeoutMs: (performance?.step_timeout_minutes ?? DEFAULT_STEP_TIMEOUT_MINUTES) * 60_000,
    assumeGreen: config.base?.assume_green ?? false,
  };
  const steps = new Map(Object.entries(config.steps).map(([id, step]) => [id, normaliseStep(id, step, defaults)]));
  const { stages, problems: stageProblems } = normaliseStages(config.stages ?? [], steps);
  const { skipRules, problems: skipRuleProblems } = normaliseSkipRules(config);
  const stepsAlone = [...libraryProblems, ...nameProblems(config), ...stepProblems(config), ...unitProblems(config)];
  const problems = [
    ...stepsAlone,
    ...(stepsAlone.length === 0 ? circleProblems(steps) : []),
    ...stageProblems,
    ...kindProblems(config),
    ...aiProblems(config),
    ...alertProblems(config),
    ...stageOrderProblems(config, steps),
    ...skipRuleProblems,
  ];
  const workflow: Workflow = {
    name: config.project?.name ?? defaultName,
    kind: config.project?.kind ?? "generic",
    steps,
    aliases,
    switchedOff,
    stages,
    base: { ref: config.base?.ref, assumeGreen: config.base?.assume_green ?? false },
    optimizations: {
      smartExecution: config.optimizations?.smart_execution ?? true,
      parallelExecution: config.optimizations?.parallel_execution ?? true,
      multiStage: config.optimizations?.multi_stage ?? true,
      mlOptimize: config.optimizations?.ml_optimize ?? true,
    },
    onFailure,
    objective: config.optimizations?.objective ?? "makespan",
    speculation: config.optimizations?.speculation ?? false,
    shadowRate: config.optimizations?.shadow_rate ?? 0,
    ai: normaliseAi(config),
    alerts: normaliseAlerts(config),
    maxParallelJobs: performance?.max_parallel_jobs,
    maxMemoryMb: performance?.max_memory_mb,
    skipRules,
    skipOnDocOnly: new Set(config.skip_on_doc_only),
    keepRunning: new Set(config.keep_running),
    retention: normaliseRetention(config.retention),
    categoryRules: (config.categories ?? []).map(({ category, paths }) => ({
      category,
      globs: paths,
      name: `categories: ${paths.join(" ")}`,
    })),
    units: config.units ?? [],
  };
  return { workflow, problems };
}

function normaliseSkipRules({ optimizations }: ResolvedConfig): Pick<Workflow, "skipRules"> & {
  readonly problems: readonly SemanticProblem[];
} {
  const problems: SemanticProblem[] = [];
  const skipRules = (optimizations?.skip_rules ?? []).flatMap(({ pattern, steps }, index) => {
    try {
      return [{ pattern: new RegExp(pattern, "u"), steps: new Set(steps) }];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push({ path: ["optimizations", "skip_rules", index, "pattern"], atKey: false, message });
      return [];
    }
  });
  return { skipRules, problems };
}
