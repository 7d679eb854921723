/** A step that would run. */
export interface BudgetStep {
  readonly id: string;
  /** Steps of the list that must run before it. */
  readonly needs: readonly string[];
  /** How long it is expected to take, in milliseconds. */
  readonly expectedMs: number;
  /** Probability that it fails, from 0 to 1: what running it is worth. */
  readonly failureProbability: number;
}

/**
 * Chooses the steps to run within a time: again and again those that find most failures for their time, a step with all it needs, as long as
 * the plan of all that were chosen fits. Gives the ids that are left out. Pure.
 *
 * That is the greedy rule for the knapsack problem (Dantzig 1957) with precedence: the value of a step and of what it needs that is not
 * chosen yet, over their time.
 *
 * @param makespanMs - how long a set of steps takes by plan
 */
export function chooseWithinBudget(
  steps: readonly BudgetStep[],
  budgetMs: number,
  makespanMs: (ids: ReadonlySet<string>) => number,
): ReadonlySet<string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const all = new Set(byId.keys());
  if (makespanMs(all) <= budgetMs) return new Set();
  const chosen = new Set<string>();
  const open = new Set(all);
  while (open.size > 0) {
    let best: { readonly ids: readonly string[]; readonly density: number } | undefined;
    for (const id of open) {
      const ids = missingFor(id, byId, chosen);
      const density = densityOf(ids, byId);
      if (best === undefined || density > best.density) best = { ids, density };
    }
    if (best === undefined) break;
    const { ids } = best;
    const last = ids.at(-1) ?? "";
    if (makespanMs(new Set([...chosen, ...ids])) <= budgetMs) {
      for (const id of ids) {
        chosen.add(id);
        open.delete(id);
      }
    } else {
      // What does not fit now fits never: the plan only grows. Nor does what needs it.
      open.delete(last);
    }
  }
  return new Set([...all].filter((id) => !chosen.has(id)));
}

/** A step and what it needs that is not chosen yet, the step itself last. */
function missingFor(
  id: string,
  steps: ReadonlyMap<string, BudgetStep>,
  chosen: ReadonlySet<string>,
): readonly string[] {
  const found = new Set<string>();
  const open = [id];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    if (found.has(current) || chosen.has(current)) continue;
    found.add(current);
    open.push(...(steps.get(current)?.needs ?? []));
  }
  found.delete(id);
  return [...found, id];
}

/** Probability that one of them fails, over the time of all of them. */
function densityOf(ids: readonly string[], steps: ReadonlyMap<string, BudgetStep>): number {
  let passes = 1;
  let totalMs = 0;
  for (const id of ids) {
    const step = steps.get(id);
    passes *= 1 - (step?.failureProbability ?? 0);
    totalMs += step?.expectedMs ?? 0;
  }
  return (1 - passes) / Math.max(totalMs, 1e-6);
}
