import type { GraphIndex } from "../graph-index.ts";
import { type Limits, tolerance } from "../limits.ts";
import type { Task } from "../task.ts";
import { flatten, type Lists } from "./lists.ts";
import { withoutShortcuts } from "./without-shortcuts.ts";

/** A scheduling problem in typed arrays: what schedule generation reads in its inner loops. */
export interface Instance {
  readonly size: number;
  readonly durationMs: Float64Array;
  readonly needs: Lists;
  readonly dependents: Lists;
  /** Every task after what it needs. */
  readonly order: Int32Array;
  /**
   * What is limited, by number: parallel slots, named resources and groups alike, for a group is a resource of which there is one. Limits that
   * can never bind, because all tasks together keep them, are left out.
   */
  readonly capacity: Float64Array;
  /** The numbers of the limits each task takes from, the scarcest first, and beside them how much it takes. */
  readonly demands: Lists;
  readonly amounts: Float64Array;
  /** Rank of the priority of each task, its own or inherited, 0 for the highest; undefined when all are equal. */
  readonly priorityRank: Int32Array | undefined;
}

/** Makes the instance of a graph under limits. Linear in tasks, needs and demands, but for sorting the limits. */
export function createInstance(
  index: GraphIndex,
  tasks: readonly Task[],
  limits: Limits,
  priority: Float64Array,
): Instance {
  const size = tasks.length;
  const { durationMs } = index;
  const binding = bindingLimits(tasks, durationMs, limits);
  const demandStarts = new Int32Array(size + 1);
  const items: number[] = [];
  const amounts: number[] = [];
  const isAlone = marksOnly(index);
  for (const [i, task] of tasks.entries()) {
    const own = isAlone(i) ? [] : demandsOf(task, binding);
    if (own.length > 1) own.sort((a, b) => a.number - b.number);
    for (const { number, amount } of own) {
      items.push(number);
      amounts.push(amount);
    }
    demandStarts[i + 1] = items.length;
  }
  const links = withoutShortcuts({ needs: flatten(index.needs), dependents: flatten(index.dependents) }, index.order);
  return {
    size,
    durationMs,
    needs: links.needs,
    dependents: links.dependents,
    order: index.order,
    capacity: binding.capacity,
    demands: { starts: demandStarts, items: Int32Array.from(items) },
    amounts: Float64Array.from(amounts),
    priorityRank: rankPriorities(priority),
  };
}

/**
 * Whether a task only marks the beginning or the end of everything: of no duration, and needed by all or in need of all. Nothing else runs at its
 * moment, so that it takes nothing from anybody.
 */
function marksOnly({ needs, dependents, durationMs }: GraphIndex): (task: number) => boolean {
  const count = (lists: readonly (readonly number[])[]): number =>
    lists.reduce((sum, list) => sum + (list.length === 0 ? 1 : 0), 0);
  const isOnlySource = count(needs) === 1;
  const isOnlySink = count(dependents) === 1;
  return (task) =>
    durationMs[task] === 0 &&
    ((isOnlySource && needs[task]?.length === 0) || (isOnlySink && dependents[task]?.length === 0));
}

interface Binding {
  readonly capacity: Float64Array;
  /** Number of the limit on parallel tasks, or -1. */
  readonly slots: number;
  readonly resources: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, number>;
}

interface Load {
  readonly kind: "slots" | "resource" | "group";
  readonly name: string;
  readonly capacity: number;
  /** Most of it that could be taken at once. */
  demanded: number;
  workMs: number;
}

/** The limits that can bind, numbered from the one with the most work for its capacity. */
function bindingLimits(tasks: readonly Task[], durationMs: Float64Array, limits: Limits): Binding {
  const resources = new Map<string, Load>();
  const groups = new Map<string, Load>();
  const slots: Load = { kind: "slots", name: "", capacity: limits.maxParallel, demanded: 0, workMs: 0 };
  const take = (load: Load, amount: number, i: number): void => {
    load.demanded += amount;
    load.workMs += amount * (durationMs[i] as number);
  };
  for (const [i, task] of tasks.entries()) {
    take(slots, 1, i);
    if (task.group !== undefined) {
      let load = groups.get(task.group);
      if (load === undefined) {
        load = { kind: "group", name: task.group, capacity: 1, demanded: 0, workMs: 0 };
        groups.set(task.group, load);
      }
      take(load, 1, i);
    }
    if (task.demand === undefined) continue;
    for (const [name, amount] of Object.entries(task.demand)) {
      const capacity = limits.capacity.get(name);
      if (capacity === undefined || amount === 0) continue;
      let load = resources.get(name);
      if (load === undefined) {
        load = { kind: "resource", name, capacity, demanded: 0, workMs: 0 };
        resources.set(name, load);
      }
      take(load, amount, i);
    }
  }
  const binding = [slots, ...resources.values(), ...groups.values()]
    .filter(({ demanded, capacity }) => demanded > capacity + tolerance(capacity))
    .sort((a, b) => b.workMs / b.capacity - a.workMs / a.capacity);
  const numbers = (kind: Load["kind"]): Map<string, number> =>
    new Map([...binding.entries()].flatMap(([number, load]) => (load.kind === kind ? [[load.name, number]] : [])));
  return {
    capacity: Float64Array.from(binding, ({ capacity }) => capacity),
    slots: binding.indexOf(slots),
    resources: numbers("resource"),
    groups: numbers("group"),
  };
}

function demandsOf(task: Task, binding: Binding): { readonly number: number; readonly amount: number }[] {
  const own: { readonly number: number; readonly amount: number }[] = [];
  if (binding.slots >= 0) own.push({ number: binding.slots, amount: 1 });
  const group = task.group === undefined ? undefined : binding.groups.get(task.group);
  if (group !== undefined) own.push({ number: group, amount: 1 });
  if (task.demand !== undefined && binding.resources.size > 0) {
    for (const [name, amount] of Object.entries(task.demand)) {
      const number = binding.resources.get(name);
      if (number !== undefined && amount > 0) own.push({ number, amount });
    }
  }
  return own;
}

function rankPriorities(priority: Float64Array): Int32Array | undefined {
  const [first] = priority;
  if (priority.every((value) => value === first)) return undefined;
  const distinct = [...new Set(priority)].sort((a, b) => b - a);
  const rank = new Map(distinct.map((value, position) => [value, position]));
  return Int32Array.from(priority, (value) => rank.get(value) as number);
}
