import { categorise, createPathMatcher, type Category } from "@ai-workflow/change-detection";
import type { Problem } from "../errors.ts";
import { CONFIG_FILE_NAME } from "../config/config.ts";
import type { Step, Workflow } from "../config/workflow.ts";
import { createRelevance } from "../selection/relevance.ts";
import { couldRead } from "../tree/could-read.ts";
import type { AreaCheck } from "./check.ts";
import { isForKind } from "./is-for-kind.ts";
import { countOf } from "../text/count-of.ts";

/** What is known of a configuration that is right as far as its words go. */
export interface ConfigurationFacts {
  /** The workflow as it is written, and with a step for each unit in the place of those that are done for units. */
  readonly workflow: Workflow;
  readonly expanded: Workflow;
  /** By step that is done for units: the ids of its steps in `expanded`. */
  readonly nodesOf: ReadonlyMap<string, readonly string[]>;
  /** What is worth telling of the units, one sentence each. */
  readonly remarks: readonly string[];
  /** Paths of all files from the target; `undefined` where they could not be listed. */
  readonly files: readonly string[] | undefined;
  /** What steps name and is not there, by step. */
  readonly missing: ReadonlyMap<string, string>;
}

/** Names in one message at most. */
const SHOWN = 5;

/** A configuration that cannot be used: a check for each place. Pure. */
export function checkProblems(message: string, hint: string, problems: readonly Problem[]): readonly AreaCheck[] {
  if (problems.length === 0) return [{ id: "configuration", state: "problem", message, mend: hint }];
  return problems.map(({ file, line, column, message: what }, index) => {
    const place = [file, line, column].filter((part) => part !== undefined).join(":");
    return {
      id: `configuration:${index + 1}`,
      state: "problem",
      message: `${place}: ${what}`,
      mend: `correct ${place}`,
    };
  });
}

/** Looks for what a configuration says and nothing comes of. Pure. */
export function checkConfiguration(facts: ConfigurationFacts): readonly AreaCheck[] {
  const { workflow, remarks, files, missing } = facts;
  const found = [
    ...[...missing].map(([id, what]) => problem(`missing:${id}`, `${id}: ${what}`, `correct \`steps.${id}\``)),
    ...remarks.map((remark, index) => advice(`units:${index + 1}`, remark, "correct `for_each` or `units`")),
    ...(files === undefined ? [] : checkFiles(facts, files)),
    ...checkStages(workflow),
    ...checkAlerts(workflow),
    ...checkStored(workflow),
    ...checkSwitchedOff(workflow),
  ];
  const own = `${countOf(workflow.steps.size, "step")} in ${CONFIG_FILE_NAME}`;
  const unknown: readonly AreaCheck[] =
    files === undefined
      ? [
          {
            id: "globs",
            state: "unknown",
            message: "files could not be listed, so it was not looked what the configuration matches",
          },
        ]
      : [];
  return [{ id: "configuration", state: "ok", message: own }, ...unknown, ...found];
}

function checkFiles(
  { workflow, expanded, nodesOf }: ConfigurationFacts,
  files: readonly string[],
): readonly AreaCheck[] {
  const known = new Map<string, Category>();
  const categoryOf = (path: string): Category => {
    let category = known.get(path);
    if (category === undefined) known.set(path, (category = categorise(path, workflow.categoryRules).category));
    return category;
  };
  const made = [...expanded.steps.values()].flatMap(({ outputs, writes }) => [...outputs, ...writes]);
  const nodes = (step: Step): readonly Step[] =>
    (nodesOf.get(step.id) ?? [step.id]).flatMap((id) => expanded.steps.get(id) ?? []);
  const checks: AreaCheck[] = [];
  const idle: string[] = [];
  for (const step of workflow.steps.values()) {
    const own = nodes(step);
    // That there is no unit for it is told of units.
    if (own.length === 0 || step.trigger.always || !isForKind(step, workflow)) continue;
    const judged = own.map((node) => judge(node, expanded, files, categoryOf, made));
    if (judged.includes("due")) continue;
    if (step.action.kind === "module" && step.action.builtin !== undefined) {
      // What it looks at is its own choice, and a repository need not have all of it.
      idle.push(step.id);
    } else if (judged.includes("untriggered")) {
      const why = `${step.id}: no change would make it due, for of its inputs no file is one that its \`when\` or the skip rules let count`;
      checks.push(
        advice(`trigger:${step.id}`, why, `correct \`steps.${step.id}.when\`, \`skip_rules\` or \`skip_on_doc_only\``),
      );
    } else {
      const globs = list(step.inputs ?? []);
      checks.push(
        advice(
          `inputs:${step.id}`,
          `${step.id}: no file matches its inputs (${globs})`,
          `correct \`steps.${step.id}.inputs\``,
        ),
      );
    }
  }
  if (idle.length > 0) {
    const message = `built-in steps that find nothing to look at here: ${list(idle)}`;
    checks.push({ id: "idle-steps", state: "ok", message });
  }
  return [...checks, ...checkSkipRules(workflow, files), ...checkCategories(workflow, files)];
}

/** Whether some file that is there makes a step due when it changes; what other steps make may be there later. */
function judge(
  step: Step,
  workflow: Workflow,
  files: readonly string[],
  categoryOf: (path: string) => Category,
  made: readonly string[],
): "due" | "untriggered" | "no-input" {
  const relevance = createRelevance(step, workflow, categoryOf);
  let reads = false;
  for (const file of files) {
    if (!relevance.isInput(file)) continue;
    // A lock file and the module of the step are inputs whatever is named.
    reads ||= relevance.isNamed(file);
    if (relevance.judge(file).counts && relevance.isNamed(file)) return "due";
  }
  if (reads) return "untriggered";
  // An empty list says that it depends on no file.
  if (step.inputs?.length === 0 || step.inputs === undefined) return "due";
  return couldRead(step.inputs, made) ? "due" : "no-input";
}

function checkSkipRules({ skipRules }: Workflow, files: readonly string[]): readonly AreaCheck[] {
  return skipRules.flatMap(({ pattern, steps }, index) => {
    const edit = `correct or remove \`optimizations.skip_rules[${index}]\``;
    if (steps.size === 0) {
      const why = `the skip rule ${pattern.source} is for steps that are not part of this workflow`;
      return [advice(`skip-rule:${index}`, why, edit)];
    }
    if (files.some((file) => pattern.test(file))) return [];
    return [advice(`skip-rule:${index}`, `the skip rule ${pattern.source} matches no file`, edit)];
  });
}

function checkCategories({ categoryRules }: Workflow, files: readonly string[]): readonly AreaCheck[] {
  return categoryRules.flatMap(({ category, globs }, index) => {
    if (files.some(createPathMatcher(globs))) return [];
    const why = `no file matches the rule for the category ${category} (${list(globs)})`;
    return [advice(`category:${index}`, why, `correct or remove \`categories[${index}]\``)];
  });
}

function checkStages({ stages, steps }: Workflow): readonly AreaCheck[] {
  const used = new Set([...steps.values()].map(({ stage }) => stage));
  return stages
    .filter(({ id }) => !used.has(id))
    .map(({ id }) =>
      advice(`stage:${id}`, `the stage ${id} has no steps`, `give a step \`stage: ${id}\`, or remove the stage`),
    );
}

function checkAlerts({ alerts }: Workflow): readonly AreaCheck[] {
  if (alerts === undefined) return [];
  const checks = alerts.rules.flatMap(({ id, kind, scope }, index) =>
    typeof scope === "object" && scope.steps.length === 0
      ? [
          advice(
            `alert:${index}`,
            `the alert ${id ?? kind} looks at steps that are not part of this workflow`,
            `correct \`alerts.rules[${index}].scope\``,
          ),
        ]
      : [],
  );
  if (alerts.channels.length > 0 || alerts.fail) return checks;
  return [
    ...checks,
    advice("alert-channels", "nobody hears of alerts", "add `alerts.channels`, or `alerts.fail: true`"),
  ];
}

/** Steps that run however little has changed. Built-in ones do so for a reason. */
function checkStored({ steps }: Workflow): readonly AreaCheck[] {
  const own = [...steps.values()].filter(({ action }) => action.kind !== "module" || action.builtin === undefined);
  const never = own.filter(({ cache, trigger }) => !cache || trigger.always).map(({ id }) => id);
  if (never.length === 0) return [];
  const runs = never.length === 1 ? "runs" : "run";
  const why = `${list(never)} always ${runs}, for successes are not kept (\`cache: false\`) or \`when.always\` is set`;
  return [advice("never-stored", why, "remove that where a step's result follows from `inputs`, `env` and `tools`")];
}

function checkSwitchedOff({ switchedOff, kind }: Workflow): readonly AreaCheck[] {
  return switchedOff.map((id) =>
    advice(
      `switched-off:${id}`,
      `${id} is switched off, which the pipeline requires of ${kind} projects`,
      `remove \`steps.${id}: false\``,
    ),
  );
}

function advice(id: string, message: string, mend: string): AreaCheck {
  return { id, state: "advice", message, mend };
}

function problem(id: string, message: string, mend: string): AreaCheck {
  return { id, state: "problem", message, mend };
}

function list(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return rest > 0 ? `${names.slice(0, SHOWN).join(", ")} and ${rest} more` : names.join(", ");
}
