import { chooseWithinBudget, type BudgetStep } from "./choose-within-budget.ts";

/** A step that would run, and the stage it belongs to. */
export interface StagedBudgetStep extends BudgetStep {
  /** Place of its stage among all stages; absent where it has none. */
  readonly stage: number | undefined;
  /** Whether its stage waits for the gates before it to open. */
  readonly isGated: boolean;
}

/**
 * Chooses the steps to run within a time, stage by stage: the gate of a stage that is not looked at as a whole says nothing, so what waits
 * for it comes only when every step before it was chosen. Gives the ids that are left out. Pure.
 *
 * @param makespanMs - how long a set of steps takes by plan
 */
export function chooseByStages(
  steps: readonly StagedBudgetStep[],
  budgetMs: number,
  makespanMs: (ids: ReadonlySet<string>) => number,
): ReadonlySet<string> {
  const levels = levelsOf(steps);
  const chosen = new Set<string>();
  for (const level of [...new Set(levels.values())].sort((a, b) => a - b)) {
    if (steps.some(({ id, stage }) => stage !== undefined && stage < level && !chosen.has(id))) break;
    const candidates = steps.filter(({ id }) => levels.get(id) === level);
    const ids = new Set(candidates.map(({ id }) => id));
    // A step of an earlier level that was left out stays so, and what needs it with it.
    const possible = withoutLost(candidates, (id) => ids.has(id) || chosen.has(id));
    const left = chooseWithinBudget(possible, budgetMs, (some) => makespanMs(new Set([...chosen, ...some])));
    for (const { id } of possible) if (!left.has(id)) chosen.add(id);
  }
  return new Set(steps.map(({ id }) => id).filter((id) => !chosen.has(id)));
}

/** The last stage whose gate, or that of a stage before it, each step waits for, also through what it needs; 0 where it waits for none. */
function levelsOf(steps: readonly StagedBudgetStep[]): ReadonlyMap<string, number> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const levels = new Map<string, number>();
  const levelOf = (step: StagedBudgetStep): number => {
    const known = levels.get(step.id);
    if (known !== undefined) return known;
    const needed = step.needs.flatMap((id) => byId.get(id) ?? []).map(levelOf);
    const level = Math.max(step.isGated ? (step.stage ?? 0) : 0, ...needed);
    levels.set(step.id, level);
    return level;
  };
  for (const step of steps) levelOf(step);
  return levels;
}

/** The steps all of whose needs are possible, also through others of them. */
function withoutLost(
  steps: readonly StagedBudgetStep[],
  isPossible: (stepId: string) => boolean,
): readonly StagedBudgetStep[] {
  const lost = new Set(steps.flatMap(({ needs }) => needs.filter((id) => !isPossible(id))));
  for (let before = -1; before !== lost.size;) {
    before = lost.size;
    for (const { id, needs } of steps) if (needs.some((need) => lost.has(need))) lost.add(id);
  }
  return steps.filter(({ id }) => !lost.has(id));
}
