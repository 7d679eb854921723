import { createPathMatcher } from "@ai-workflow/change-detection";
import type { Step, Workflow } from "../config/workflow.ts";
import { unitGlobs } from "./unit-globs.ts";
import type { LaidUnit, UnitLayout } from "./unit-layout.ts";

/** A workflow in which every step is one that can run. */
export interface ExpandedWorkflow {
  readonly workflow: Workflow;
  /** By step that is done for units: the ids of its steps, one a unit; none where no unit is one of its. */
  readonly nodesOf: ReadonlyMap<string, readonly string[]>;
}

/**
 * Puts one step a unit in the place of each step that is done for units: `build@web` for `build`, in the folder of the unit, with what it
 * reads and leaves meant from there. A need on a step that is done for units is one on the step of the same unit, with `^` on those of
 * the units that it needs, and for a step that is not done for units on all of them. Where a unit has no such step, what that step would
 * need is needed instead, so that order is kept. Pure.
 *
 * @param hasScript - whether a folder has the script that a step runs; a unit without it has no such step. Default: all have it
 */
export function expandSteps(
  workflow: Workflow,
  layout: UnitLayout,
  hasScript: (directory: string, script: string) => boolean = () => true,
): ExpandedWorkflow {
  const nodes = new Map<string, ReadonlyMap<string, string>>();
  for (const step of workflow.steps.values()) {
    if (step.forEach !== undefined) nodes.set(step.id, chooseUnits(step, step.forEach, layout, hasScript));
  }
  const resolver = createResolver(workflow.steps, layout, nodes);
  const steps = new Map<string, Step>();
  for (const step of workflow.steps.values()) {
    const chosen = nodes.get(step.id);
    if (chosen === undefined) {
      steps.set(step.id, { ...step, ...resolver.referencesOf(step, undefined) });
      continue;
    }
    for (const [directory, id] of chosen) {
      const unit = layout.units.get(directory);
      if (unit !== undefined) steps.set(id, stepOfUnit(step, id, unit, layout, resolver));
    }
  }
  const nodesOf = new Map([...nodes].map(([id, chosen]) => [id, [...chosen.values()]]));
  const expand = (ids: Iterable<string>): readonly string[] => [...ids].flatMap((id) => nodesOf.get(id) ?? [id]);
  return { workflow: { ...workflow, steps, ...expandLists(workflow, expand) }, nodesOf };
}

/** What of a workflow names steps, beside the steps. */
function expandLists(
  { stages, skipRules, skipOnDocOnly, alerts }: Workflow,
  expand: (ids: Iterable<string>) => readonly string[],
): Pick<Workflow, "stages" | "skipRules" | "skipOnDocOnly" | "alerts"> {
  return {
    stages: stages.map((stage) => ({ ...stage, steps: expand(stage.steps) })),
    skipRules: skipRules.map((rule) => ({ ...rule, steps: new Set(expand(rule.steps)) })),
    skipOnDocOnly: new Set(expand(skipOnDocOnly)),
    alerts: alerts && {
      ...alerts,
      rules: alerts.rules.map((rule) =>
        typeof rule.scope === "object" ? { ...rule, scope: { steps: expand(rule.scope.steps) } } : rule,
      ),
    },
  };
}

/** Ids of the steps of one configured step by the folders of the units that it is done for. */
function chooseUnits(
  { id, action, directory }: Step,
  filter: "all" | readonly string[],
  { units }: UnitLayout,
  hasScript: (directory: string, script: string) => boolean,
): ReadonlyMap<string, string> {
  const isChosen = filter === "all" ? ({ isFrame }: LaidUnit): boolean => !isFrame : createUnitFilter(filter);
  const chosen = [...units.values()].filter(
    (unit) => isChosen(unit) && (action.kind !== "script" || hasScript(join(unit.directory, directory), action.script)),
  );
  return new Map(chosen.map((unit) => [unit.directory, `${id}@${unit.label}`]));
}

/** The globs of a filter, without `!`, that no unit matches: misspelt, or of what is gone. */
export function unmatchedGlobs(globs: readonly string[], { units }: UnitLayout): readonly string[] {
  const all = [...units.values()];
  return globs.filter((glob) => !isNegated(glob) && !all.some(createUnitFilter([glob])));
}

const isNegated = (glob: string): boolean => glob.startsWith("!") && !glob.startsWith("!(");

/** As in `inputs` the last glob that matches decides; each is tried on the folder, `.` for the root, and on the name. */
function createUnitFilter(globs: readonly string[]): (unit: LaidUnit) => boolean {
  const rules = globs.map((glob) => {
    const negated = isNegated(glob);
    const body = negated ? glob.slice(1) : glob;
    // A folder stands for itself alone here: packages inside another are units of their own.
    const matches =
      body === "." || body === "./" ? (text: string) => text === "." : exactly(createPathMatcher([body]), body);
    return { negated, matches };
  });
  const start = rules[0]?.negated ?? false;
  return ({ directory, name, label, isFrame }) => {
    let chosen = start && !isFrame;
    for (const { negated, matches } of rules) {
      if ([directory === "" ? "." : directory, name, label].some(matches)) chosen = !negated;
    }
    return chosen;
  };
}

/** Names without special characters mean one unit, not all below a folder. */
function exactly(matches: (text: string) => boolean, glob: string): (text: string) => boolean {
  const isPlain = !/[*?[\]{}()!+\\|]/.test(glob);
  const plain = glob.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  return isPlain ? (text) => text === plain : (text) => text !== "." && matches(text);
}

/** Ids of steps that a step refers to. */
type References = Pick<Step, "needs" | "uses">;

interface Resolver {
  readonly referencesOf: (step: Step, unit: LaidUnit | undefined) => References;
}

function createResolver(
  steps: ReadonlyMap<string, Step>,
  layout: UnitLayout,
  nodes: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Resolver {
  /** Units for which anything is done. */
  const chosenUnits = [...layout.units.values()].filter(({ directory }) =>
    [...nodes.values()].some((chosen) => chosen.has(directory)),
  );
  /** The steps of the nearest units before a unit that have a step of this name. */
  const before = (name: string, { before: first }: LaidUnit): readonly string[] => {
    const found: string[] = [];
    const seen = new Set(first);
    for (const directory of seen) {
      const id = nodes.get(name)?.get(directory);
      if (id !== undefined) found.push(id);
      else for (const next of layout.units.get(directory)?.before ?? []) seen.add(next);
    }
    return found;
  };
  /** What is there of a reference, or nothing where the unit has no such step. */
  const direct = (reference: string, unit: LaidUnit | undefined): readonly string[] | undefined => {
    if (reference.startsWith("^")) return unit === undefined ? [] : before(reference.slice(1), unit);
    const chosen = nodes.get(reference);
    if (chosen === undefined) return [reference];
    if (unit === undefined) return [...chosen.values()];
    const id = chosen.get(unit.directory);
    return id === undefined ? undefined : [id];
  };
  /** The same, where what a missing step would need stands for it. */
  const ordered = (reference: string, unit: LaidUnit | undefined, seen: Set<string>): readonly string[] => {
    const found = direct(reference, unit);
    const isForUnits = nodes.has(reference);
    if (found !== undefined && (unit !== undefined || !isForUnits)) return found;
    if (seen.has(reference)) return [];
    seen.add(reference);
    const through = (of: LaidUnit | undefined, known: Set<string>): readonly string[] =>
      (steps.get(reference)?.needs ?? []).flatMap((need) => ordered(need, of, known));
    if (unit !== undefined || chosenUnits.length === 0) return through(unit, seen);
    // All units: those that have the step, and what it would need for those that have not.
    const missing = chosenUnits.filter(({ directory }) => nodes.get(reference)?.has(directory) !== true);
    return [...(found ?? []), ...missing.flatMap((one) => through(one, new Set([reference])))];
  };
  return {
    referencesOf: ({ needs, uses }, unit) => ({
      needs: [...new Set(needs.flatMap((need) => ordered(need, unit, new Set())))],
      uses: [...new Set(uses.flatMap((used) => direct(used, unit) ?? []))],
    }),
  };
}

function stepOfUnit(step: Step, id: string, unit: LaidUnit, layout: UnitLayout, resolver: Resolver): Step {
  const needed = [...unit.reads].filter((directory) => directory !== unit.directory);
  const place = { directory: unit.directory, needed };
  const { paths } = step.trigger;
  return {
    ...step,
    ...resolver.referencesOf(step, unit),
    id,
    directory:
      step.action.kind === "shell" || step.action.kind === "script" ? join(unit.directory, step.directory) : "",
    inputs: step.inputs === undefined ? undefined : unitGlobs(step.inputs, place),
    outputs: unitGlobs(step.outputs, place),
    writes: unitGlobs(step.writes, place),
    trigger: { ...step.trigger, paths: paths === undefined ? undefined : unitGlobs(paths, place) },
    forEach: undefined,
    unit: { ...unit, layout },
  };
}

function join(directory: string, inside: string): string {
  return directory === "" || inside === "" ? directory + inside : `${directory}/${inside}`;
}
