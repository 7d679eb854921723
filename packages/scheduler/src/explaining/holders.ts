import type { ExplainedWait } from "./explained-wait.ts";
import type { ExecutionResult } from "../executing/outcome.ts";
import type { Wait } from "../waits.ts";

/** A time in which a task ran. */
interface Run<Id> {
  readonly id: Id;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What can be held, and by whom: the runs by their beginning, and when they are asked for by their end. */
interface Held<Id> {
  readonly runs: Run<Id>[];
  byEnd: readonly Run<Id>[] | undefined;
  /** A binary tree over the runs by their beginning, the root at 1: the latest end below each node. */
  latestEndMs: Float64Array | undefined;
}

/** Answers who held something at a moment, and whose end set it free. */
export class HolderIndex<Id extends string> {
  readonly #all: Held<Id> = { runs: [], byEnd: undefined, latestEndMs: undefined };
  readonly #resources = new Map<string, Held<Id>>();
  readonly #groups = new Map<string, Held<Id>>();
  readonly #ids = new Map<string, Id>();

  constructor({ tasks, outcomes, waits }: Pick<ExecutionResult<Id>, "tasks" | "outcomes" | "waits">) {
    const at = (map: Map<string, Held<Id>>, name: string): Held<Id> => {
      let held = map.get(name);
      if (held === undefined) map.set(name, (held = { runs: [], byEnd: undefined, latestEndMs: undefined }));
      return held;
    };
    const runs: { readonly run: Run<Id>; readonly held: readonly Held<Id>[] }[] = [];
    for (const { id, demand, group } of tasks) {
      this.#ids.set(id, id);
      const outcome = outcomes.get(id);
      if (outcome?.startedMs === undefined) continue;
      const held = [this.#all];
      for (const [name, amount] of Object.entries(demand ?? {})) if (amount > 0) held.push(at(this.#resources, name));
      if (group !== undefined) held.push(at(this.#groups, group));
      let fromMs = outcome.startedMs;
      for (const wait of waits.get(id) ?? []) {
        if (wait.fromMs < fromMs) continue;
        runs.push({ run: { id, fromMs, toMs: wait.fromMs }, held });
        fromMs = wait.toMs;
      }
      runs.push({ run: { id, fromMs, toMs: outcome.finishedMs }, held });
    }
    runs.sort((a, b) => a.run.fromMs - b.run.fromMs);
    for (const { run, held } of runs) {
      for (const one of held) one.runs.push(run);
    }
  }

  explain(wait: Wait): ExplainedWait<Id> {
    const durationMs = wait.toMs - wait.fromMs;
    switch (wait.cause) {
      case "need":
        return { ...wait, durationMs, heldBy: [], endedBy: this.#ids.get(wait.on) };
      case "retry":
        return { ...wait, durationMs, heldBy: [] };
      case "batch":
        return { ...wait, durationMs, heldBy: [], endedBy: lastEnd(this.#all, wait) };
      case "resource":
      case "group": {
        const held = (wait.cause === "group" ? this.#groups : this.#resources).get(wait.on);
        if (held === undefined) return { ...wait, durationMs, heldBy: [] };
        return { ...wait, durationMs, heldBy: heldAt(held, wait.fromMs), endedBy: lastEnd(held, wait) };
      }
      case "slot":
      case "plan":
        return { ...wait, durationMs, heldBy: heldAt(this.#all, wait.fromMs), endedBy: lastEnd(this.#all, wait) };
    }
  }
}

/** Whose runs go on at the moment, by their beginning. Logarithmic for each of them. */
function heldAt<Id>(held: Held<Id>, atMs: number): readonly Id[] {
  const { runs } = held;
  const tree = (held.latestEndMs ??= latestEnds(runs));
  const leaves = tree.length / 2;
  const begun = firstAfter(runs, (run) => run.fromMs, atMs);
  const ids: Id[] = [];
  const collect = (node: number, first: number, width: number): void => {
    if (first >= begun || !((tree[node] as number) > atMs)) return;
    if (width === 1) {
      ids.push((runs[first] as Run<Id>).id);
      return;
    }
    collect(2 * node, first, width / 2);
    collect(2 * node + 1, first + width / 2, width / 2);
  };
  collect(1, 0, leaves);
  return ids;
}

function latestEnds(runs: readonly Run<unknown>[]): Float64Array {
  let leaves = 1;
  while (leaves < runs.length) leaves *= 2;
  const tree = new Float64Array(2 * leaves).fill(-Infinity);
  for (const [place, run] of runs.entries()) tree[leaves + place] = run.toMs;
  for (let node = leaves - 1; node > 0; node--) {
    tree[node] = Math.max(tree[2 * node] as number, tree[2 * node + 1] as number);
  }
  return tree;
}

/** Whose run was the last to end within the wait. */
function lastEnd<Id>(held: Held<Id>, { fromMs, toMs }: Wait): Id | undefined {
  // Of those that end together the one that began first: it, and not what came and went at that very moment, took the time.
  held.byEnd ??= held.runs.toSorted((a, b) => a.toMs - b.toMs || b.fromMs - a.fromMs);
  const last = held.byEnd[firstAfter(held.byEnd, (run) => run.toMs, toMs) - 1];
  return last !== undefined && last.toMs >= fromMs ? last.id : undefined;
}

/** Place of the first run whose time is after the moment. */
function firstAfter<Id>(runs: readonly Run<Id>[], timeOf: (run: Run<Id>) => number, atMs: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(runs[middle] as Run<Id>) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
