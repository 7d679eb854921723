import type { Task } from "@ai-workflow/scheduler";
import type { Step, WorkflowStage } from "../config/workflow.ts";

/** Prefix of the ids of gate tasks; step ids cannot begin with it. */
const GATE_PREFIX = "<gate>";

/** The stage whose gate a task is, or `undefined` for a step. */
export function gateOf(taskId: string): string | undefined {
  return taskId.startsWith(GATE_PREFIX) ? taskId.slice(GATE_PREFIX.length) : undefined;
}

/** Prefix of the ids of the tasks behind a gate that confirm what ran ahead of it. */
const CONFIRM_PREFIX = "<confirm>";

/** The task that confirms a step which may run ahead. */
export function confirmationOf(stepId: string): string {
  return CONFIRM_PREFIX + stepId;
}

/** The step that a task confirms, or `undefined` for other tasks. */
export function confirmedBy(taskId: string): string | undefined {
  return taskId.startsWith(CONFIRM_PREFIX) ? taskId.slice(CONFIRM_PREFIX.length) : undefined;
}

/** Whether a task is a step, rather than a gate or a confirmation. */
export function isStepTask(taskId: string): boolean {
  return !taskId.startsWith("<");
}

/** What building the tasks looks at. */
export interface TaskInput {
  readonly steps: ReadonlyMap<string, Step>;
  /** Ids of the steps that run. */
  readonly running: ReadonlySet<string>;
  /** Stages in order; empty when stages are switched off. */
  readonly stages: readonly WorkflowStage[];
  /** Expected duration of a step in milliseconds, where known. */
  readonly durationMs: (stepId: string) => number | undefined;
  /** Capacity by resource; a demand above it is lowered to it, so that the step still runs, alone. */
  readonly capacity: Readonly<Record<string, number>>;
  /** By step that edits files: the steps that must not run at the same time. @defaultValue none */
  readonly conflicts?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Steps that may start before their stage does. @defaultValue none */
  readonly ahead?: ReadonlySet<string> | undefined;
}

/** Prefix of the resources that keep a step that edits files apart from those that read them. */
const EDIT_PREFIX = "edits of ";

/** What keeps steps that edit files apart: such a step takes all of its resource, each step it must not meet a share. */
export function editCapacity(conflicts: ReadonlyMap<string, readonly string[]>): Readonly<Record<string, number>> {
  return Object.fromEntries([...conflicts].map(([id, others]) => [EDIT_PREFIX + id, Math.max(1, others.length)]));
}

function editDemands(id: string, conflicts: ReadonlyMap<string, readonly string[]>): Readonly<Record<string, number>> {
  const demands: Record<string, number> = {};
  for (const [writer, others] of conflicts) {
    if (writer === id) demands[EDIT_PREFIX + id] = Math.max(1, others.length);
    else if (others.includes(id)) demands[EDIT_PREFIX + writer] = 1;
  }
  return demands;
}

/**
 * Turns the steps that run into tasks, with one gate task a stage: the gate comes after the stage's steps and before the steps of
 * the next stages, so nothing but the gate itself holds anybody back. Order through steps that do not run is kept. Pure.
 *
 * A step that may go ahead has two tasks: its own, which waits for no gate, and behind the gate one that confirms it, which is what
 * everything else waits for. So that only free slots go ahead, steps of earlier stages and of none then have a higher priority.
 */
export function buildTasks(input: TaskInput): readonly Task[] {
  const { ahead = new Set() } = input;
  const tasks: Task[] = [];
  const gates: string[] = [];
  const gatesBefore = new Map<string, readonly string[]>();
  const rank = new Map<string, number>();
  const settled = (id: string): string => (ahead.has(id) ? confirmationOf(id) : id);
  for (const [place, stage] of input.stages.entries()) {
    const members = stage.steps.filter((id) => input.running.has(id));
    // Gates follow each other, so the last one stands for all before it.
    const before = gates.slice(-1);
    for (const id of members) {
      gatesBefore.set(id, before);
      rank.set(id, input.stages.length - place);
    }
    // A stage whose steps were all replayed has a gate too: their findings may close it.
    const gate = GATE_PREFIX + stage.id;
    // It decides once its stage is over, however that went.
    const needs = [...members.map(settled), ...gates.slice(-1)];
    tasks.push({ id: gate, needs, needsMust: "end", durationMs: 0 });
    gates.push(gate);
  }
  for (const id of input.running) {
    const step = input.steps.get(id);
    if (step === undefined) continue;
    const needs = runningNeeds(step, input);
    const behind = [...needs.map(settled), ...(gatesBefore.get(id) ?? [])];
    tasks.push({
      id,
      needs: ahead.has(id) ? needs : behind,
      durationMs: input.durationMs(id),
      demand: {
        ...capDemand(step.demand, input.capacity),
        ...(input.conflicts === undefined ? {} : editDemands(id, input.conflicts)),
      },
      group: step.exclusive,
      ...(step.action.kind === "module" && step.action.builtin?.comesAfterFailures === true
        ? { needsMust: "end" as const }
        : {}),
      ...(ahead.size === 0 ? {} : { priority: rank.get(id) ?? input.stages.length }),
    });
    if (ahead.has(id)) tasks.push({ id: confirmationOf(id), needs: [id, ...behind], durationMs: 0 });
  }
  return tasks;
}

/** The nearest steps that run before this one: needs that do not run are replaced by what they need. */
function runningNeeds(step: Step, input: TaskInput): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = [...step.needs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (input.running.has(id)) found.add(id);
    else open.push(...(input.steps.get(id)?.needs ?? []));
  }
  return [...found];
}

function capDemand(
  demand: Readonly<Record<string, number>>,
  capacity: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(demand).map(([name, amount]) => [name, Math.min(amount, capacity[name] ?? amount)]),
  );
}

/** The capacities that the demands of the steps call for: the machine's for `cpu` and `memory_mb`, 1 for any other resource. */
export function capacityFor(
  steps: Iterable<Step>,
  machine: { readonly cpuCount: number; readonly memoryMb: number },
): Readonly<Record<string, number>> {
  const capacity: Record<string, number> = {};
  for (const step of steps) {
    for (const name of Object.keys(step.demand)) {
      capacity[name] = name === "cpu" ? machine.cpuCount : name === "memory_mb" ? machine.memoryMb : 1;
    }
  }
  return capacity;
}
