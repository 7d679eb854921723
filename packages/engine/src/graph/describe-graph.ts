import type { Workflow } from "../config/workflow.ts";
import { stepIdOf } from "../library/step-id-of.ts";
import { planPrepared, type PlannedSchedule } from "../run/plan-workflow.ts";
import type { RunOptions } from "../run/run-options.ts";
import type { Decision } from "../selection/reasons.ts";
import { unknownStep } from "../selection/unknown-step.ts";
import type { GraphNode, WorkflowGraph } from "./workflow-graph.ts";

/** What a graph is of, and what is known of the steps in it. */
interface KnownGraph {
  readonly decisions: readonly Decision[];
  readonly schedule: PlannedSchedule | undefined;
  /** Only these and what they wait for; `undefined` means all. */
  readonly only: readonly string[] | undefined;
}

/**
 * Gives the steps of a workflow and what they wait for, with what a run would do with each. With `steps` only these and what they wait for,
 * directly or not. Runs and writes nothing.
 *
 * @throws {EngineError} as {@link planWorkflow}
 */
export async function describeGraph(options: RunOptions): Promise<WorkflowGraph> {
  const { plan, prepared } = await planPrepared({ ...options, steps: undefined });
  const only = options.steps?.flatMap((name) => idsOf(name, prepared.workflow));
  return graphOf(prepared.workflow, { decisions: plan.decisions, schedule: plan.schedule, only });
}

/** The step of a name, or the steps of it that are done for units. */
function idsOf(name: string, workflow: Workflow): readonly string[] {
  const id = stepIdOf(name, workflow);
  const ids = [...workflow.steps.keys()].filter((one) => one === id || one.startsWith(`${id}@`));
  if (ids.length === 0) throw unknownStep(name, workflow);
  return ids;
}

/** Makes the graph of what is known. Pure. */
export function graphOf(workflow: Workflow, { decisions, schedule, only }: KnownGraph): WorkflowGraph {
  const shown = only === undefined ? undefined : withNeeds(workflow, only);
  const decisionOf = new Map(decisions.map((decision) => [decision.stepId, decision]));
  const critical = new Set(schedule?.criticalPath);
  const unknown = new Set(schedule?.unknownDurations);
  const planned = new Map(schedule?.planned.map(({ id, startMs, finishMs }) => [id, finishMs - startMs]));
  const steps = [...workflow.steps.values()].filter(({ id }) => shown?.has(id) ?? true);
  const nodes: readonly GraphNode[] = steps.map(({ id, action, stage, unit }) => {
    const decision = decisionOf.get(id);
    return {
      id,
      kind: action.kind,
      ...(stage === undefined ? {} : { stage }),
      ...(unit === undefined ? {} : { unit: unit.name }),
      action: decision?.action ?? "run",
      explanation: decision?.explanation ?? "",
      ...(unknown.has(id) ? {} : { expectedMs: planned.get(id) }),
      isCritical: critical.has(id),
    };
  });
  const used = new Set(nodes.map(({ stage }) => stage));
  return {
    workflow: workflow.name,
    stages: workflow.stages.map(({ id }) => id).filter((id) => used.has(id)),
    nodes,
    edges: steps.flatMap(({ id, needs, uses }) =>
      needs.map((to) => ({ from: id, to, kind: uses.includes(to) ? ("uses" as const) : ("needs" as const) })),
    ),
  };
}

/** Steps together with all that they wait for. */
function withNeeds({ steps }: Workflow, ids: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(steps.get(id)?.needs ?? []));
  }
  return found;
}
