import { planWorkflow, type RunOptions } from "@ai-workflow/engine";
import type { Concurrency } from "../concurrency.ts";
import { renderJson } from "../render/json.ts";
import { renderPlan } from "../render/plan.ts";
import { VERSION } from "../version.ts";
import { bundledFiles } from "../target/bundled-files.ts";
import { parallelSteps } from "./parallel-steps.ts";
import { readTarget } from "../target/read-target.ts";

/** Columns where standard output is no terminal. */
const DEFAULT_COLUMNS = 100;

/** Options of `plan` as commander hands them over. */
interface PlanFlags {
  readonly steps?: readonly string[];
  readonly target?: string;
  readonly base?: string;
  readonly since?: string;
  readonly force?: boolean;
  readonly budget?: number;
  readonly concurrency?: Concurrency;
  readonly objective?: NonNullable<RunOptions["objective"]>;
  readonly json?: boolean;
}

/** `ai-workflow plan [steps...]`: what a run would do, when, and what that would take; runs nothing. */
export async function planCommand(stepArguments: readonly string[], given: object): Promise<void> {
  const { target, base, since, force, budget, concurrency, objective, json, steps: listed = [] } = given as PlanFlags;
  const steps = [...stepArguments, ...listed];
  const plan = await planWorkflow({
    loaded: await readTarget(target),
    toolVersion: VERSION,
    steps: steps.length === 0 ? undefined : steps,
    base: base ?? since,
    force,
    budgetMs: budget,
    maxParallel: concurrency === undefined ? undefined : parallelSteps(concurrency),
    objective,
    details: true,
    ...bundledFiles(),
  });
  const columns = process.stdout.isTTY ? process.stdout.columns : DEFAULT_COLUMNS;
  process.stdout.write(json === true ? renderJson({ ...plan }) : renderPlan(plan, columns));
}
