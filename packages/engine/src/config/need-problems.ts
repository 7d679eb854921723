import { createGraph, SchedulerError } from "@ai-workflow/scheduler";
import type { ResolvedConfig } from "./config.ts";
import type { SemanticProblem } from "./semantic-problem.ts";
import { findCycleThroughUnits } from "./unit-problems.ts";
import type { Step } from "./workflow.ts";

/** That steps need each other in a circle, if they do. What they need must be there. */
export function circleProblems(steps: ReadonlyMap<string, Step>): readonly SemanticProblem[] {
  const cycle = findCycle(steps) ?? findCycleThroughUnits(steps);
  if (cycle === undefined) return [];
  const [first = ""] = cycle;
  const message = `steps need each other in a circle: ${shortened(cycle).join(" -> ")}`;
  return [{ path: ["steps", first, "needs"], atKey: true, message }];
}

/** Names of a circle that are told. */
const TOLD = 20;

function shortened(cycle: readonly string[]): readonly string[] {
  const more = cycle.length - TOLD;
  return more <= 1 ? cycle : [...cycle.slice(0, TOLD - 1), `(${more} more)`, ...cycle.slice(-1)];
}

/** A step of an earlier stage that needs one of a later stage, itself or through steps without a stage, could never start. */
export function stageOrderProblems(
  config: ResolvedConfig,
  steps: ReadonlyMap<string, Step>,
): readonly SemanticProblem[] {
  const stageOrder = (config.stages ?? []).map((stage) => stage.id);
  const problems: SemanticProblem[] = [];
  for (const step of steps.values()) {
    if (step.stage === undefined) continue;
    const rank = stageOrder.indexOf(step.stage);
    const isLater = (need: Step): boolean => need.stage !== undefined && stageOrder.indexOf(need.stage) > rank;
    for (const key of ["needs", "uses"] as const) {
      for (const [index, name] of (config.steps[step.id]?.[key] ?? []).entries()) {
        const id = name.replace("^", "");
        const late = findThroughUnstaged(id, steps, isLater);
        if (late === undefined) continue;
        const through = late.id === id ? "" : `, through "${id}"`;
        problems.push({
          path: ["steps", step.id, key, index],
          atKey: false,
          message: `stage "${step.stage}" comes before stage "${late.stage}" of the needed step "${late.id}"${through}`,
        });
      }
    }
  }
  return problems;
}

/** The first step that `matches` among `from` and what it needs; steps of a stage are not looked behind. */
function findThroughUnstaged(
  from: string,
  steps: ReadonlyMap<string, Step>,
  matches: (step: Step) => boolean,
): Step | undefined {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = steps.get(id);
    if (step === undefined || seen.has(id)) continue;
    seen.add(id);
    if (matches(step)) return step;
    if (step.stage === undefined) open.push(...step.needs.map((need) => need.replace("^", "")));
  }
  return undefined;
}

/** The shortest cycle in `needs`, its first step named again at the end, or `undefined`. */
function findCycle(steps: ReadonlyMap<string, Step>): readonly string[] | undefined {
  try {
    // A need on other units is one down a graph that has no circle.
    const order = (needs: readonly string[]): readonly string[] => needs.filter((need) => !need.startsWith("^"));
    createGraph([...steps.values()].map(({ id, needs }) => ({ id, needs: order(needs) })));
    return undefined;
  } catch (error) {
    if (error instanceof SchedulerError && error.code === "SCHEDULER_CYCLE") return error.ids;
    throw error;
  }
}
