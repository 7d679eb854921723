import type { ResolvedConfig, ResolvedStepConfig } from "./config.ts";
import type { DocumentPath } from "./locate.ts";
import type { SemanticProblem } from "./semantic-problem.ts";
import type { Step } from "./workflow.ts";

/** What the schema cannot say of steps that are done for units. */
export function unitProblems({ steps }: ResolvedConfig): readonly SemanticProblem[] {
  return Object.entries(steps).flatMap(([id, step]) => [
    ...globProblems(id, step),
    ...referenceProblems(id, step, steps),
    ...filterProblems(id, step),
  ]);
}

/** `/` and `^` at the beginning of a glob speak of where a unit is not. */
function globProblems(id: string, step: ResolvedStepConfig): readonly SemanticProblem[] {
  const isForUnits = step.for_each !== undefined;
  const lists = {
    inputs: [["steps", id, "inputs"], step.inputs ?? []],
    when: [["steps", id, "when", "paths"], step.when?.paths ?? []],
    outputs: [["steps", id, "outputs"], "outputs" in step ? (step.outputs ?? []) : []],
    writes: [["steps", id, "writes"], "writes" in step ? (step.writes ?? []) : []],
  } as const;
  return Object.entries(lists).flatMap(([key, [list, globs]]) =>
    globs.flatMap((glob, index) => {
      const path: DocumentPath = [...list, index];
      const problem = (what: string): SemanticProblem => ({
        path,
        atKey: false,
        message: `\`${path.join(".")}\` ${what}`,
      });
      const isRead = key === "inputs" || key === "when";
      if (!isForUnits && /^!?\//.test(glob)) return [problem("must be relative to the configuration")];
      if (!/^!?\^/.test(glob)) return [];
      if (!isForUnits && isRead) return [problem("begins with `^`, which has a meaning only with `for_each: unit`")];
      return isForUnits && !isRead ? [problem("must not begin with `^`: it belongs to other units")] : [];
    }),
  );
}

/** `^` is a word between steps that are both done for units. */
function referenceProblems(
  id: string,
  step: ResolvedStepConfig,
  steps: ResolvedConfig["steps"],
): readonly SemanticProblem[] {
  return (["needs", "uses"] as const).flatMap((key) =>
    (step[key] ?? []).flatMap((name, index) => {
      if (!name.startsWith("^")) return [];
      const other = name.slice(1);
      const without = step.for_each === undefined ? id : steps[other]?.for_each === undefined ? other : undefined;
      if (without === undefined || steps[other] === undefined) return [];
      const message = `"${name}" means \`${other}\` of the units that a unit needs, but "${without}" has no \`for_each: unit\``;
      return [{ path: ["steps", id, key, index], atKey: false, message }];
    }),
  );
}

function filterProblems(id: string, step: ResolvedStepConfig): readonly SemanticProblem[] {
  if (step.units === undefined || step.for_each !== undefined) return [];
  const message = `\`steps.${id}.units\` has no effect without \`for_each: unit\``;
  return [{ path: ["steps", id, "units"], atKey: true, message }];
}

/**
 * A circle that a step without units closes: it waits for all units, so one unit would wait for another through it, and that one for
 * the first. Gives its steps, the first named again at the end. Linear in the needs where there is none, but for steps between two steps that
 * need other units.
 */
export function findCycleThroughUnits(steps: ReadonlyMap<string, Step>): readonly string[] | undefined {
  const suspects = betweenCircles(steps);
  for (const { id, forEach } of steps.values()) {
    if (forEach !== undefined || !suspects.has(id)) continue;
    const cameFrom = new Map<string, string>();
    const open = [id];
    for (let at = open.shift(); at !== undefined; at = open.shift()) {
      for (const need of steps.get(at)?.needs ?? []) {
        const next = need.replace("^", "");
        if (next === id) {
          const way = [id];
          for (let back: string | undefined = at; back !== undefined; back = cameFrom.get(back)) way.unshift(back);
          return at === id ? [id, id] : way;
        }
        if (next === at || cameFrom.has(next)) continue;
        cameFrom.set(next, at);
        open.push(next);
      }
    }
  }
  return undefined;
}

/** The steps that may be on a circle: those that lead to one and are led to from one. */
function betweenCircles(steps: ReadonlyMap<string, Step>): ReadonlySet<string> {
  const needs = new Map<string, string[]>();
  const neededBy = new Map<string, string[]>([...steps.keys()].map((id) => [id, []]));
  for (const step of steps.values()) {
    const there = step.needs.map((need) => need.replace("^", "")).filter((need) => steps.has(need));
    needs.set(step.id, there);
    for (const need of there) neededBy.get(need)?.push(step.id);
  }
  const leading = leadingToCircles(needs, neededBy);
  return new Set([...leadingToCircles(neededBy, needs)].filter((id) => leading.has(id)));
}

/** What is left when steps of which nothing leads on are taken away, again and again. */
function leadingToCircles(
  next: ReadonlyMap<string, readonly string[]>,
  previous: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const counts = new Map([...next].map(([id, ids]) => [id, ids.length]));
  const ends = [...counts].flatMap(([id, count]) => (count === 0 ? [id] : []));
  const left = new Set(next.keys());
  for (let id = ends.pop(); id !== undefined; id = ends.pop()) {
    left.delete(id);
    for (const before of previous.get(id) ?? []) {
      const count = (counts.get(before) ?? 0) - 1;
      counts.set(before, count);
      if (count === 0) ends.push(before);
    }
  }
  return left;
}
