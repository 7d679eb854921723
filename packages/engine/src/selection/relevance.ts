import { join, normalize } from "node:path/posix";
import { createPathMatcher, type Category, type FileEntry } from "@ai-workflow/change-detection";
import type { Step, StepUnit, Workflow } from "../config/workflow.ts";
import { LOCK_FILES } from "./lock-files.ts";

/** Whether a changed file counts for a step, and the rule that says no. */
export type Judgement =
  | { readonly counts: true }
  | {
      readonly counts: false;
      readonly rule: "inputs" | "skip_rules" | "skip_on_doc_only" | "when";
      readonly because: string;
    };

/** What counts for one step. */
export interface Relevance {
  /** Whether the step reads the file at all. */
  readonly isInput: (path: string) => boolean;
  /** Whether `inputs` itself names the file, so that a module step is given it; lock files and the module are inputs all the same. */
  readonly isNamed: (path: string) => boolean;
  /** Whether a change of the file makes the step relevant. */
  readonly judge: (path: string) => Judgement;
  /**
   * Whether a change of the file can change what the step says of every other file, for a step that looks at one file after another: it
   * counts, and is not among the files that the step is told of, or is configuration.
   */
  readonly governs: (path: string) => boolean;
  /** Whether fewer files count than are read: then a change of the others alone is a reason to skip. */
  readonly narrows: boolean;
  /** Equal for steps that read the same files. */
  readonly inputKey: string;
  /** Equal for steps for which the same files count, so that file sets are filtered and hashed once. */
  readonly key: () => string;
  /** Of all files those among which its inputs are, where that is known without looking at each. */
  readonly among: (files: readonly FileEntry[]) => readonly FileEntry[];
  /** How the change of a file matters where it belongs to a unit that the unit of the step needs. */
  readonly chainTo: (path: string) => string | undefined;
}

/** Globs are compiled when the first path is looked at: most runs look at none. */
function lazyMatcher(globs: readonly string[]): (path: string) => boolean {
  let matches: ((path: string) => boolean) | undefined;
  return (path) => (matches ??= createPathMatcher(globs))(path);
}

function createInputMatcher(inputs: readonly string[], unit: StepUnit | undefined): (path: string) => boolean {
  const matches = lazyMatcher(inputs);
  // For what counts anyway the list begins with everything, so only `!` can take it out.
  const takesNotOut = lazyMatcher(["**", ...inputs]);
  if (unit !== undefined) return (path) => matches(path) || (unit.layout.isShared(path, unit) && takesNotOut(path));
  return (path) => (LOCK_FILES.has(path.slice(path.lastIndexOf("/") + 1)) ? takesNotOut(path) : matches(path));
}

/** What a step without `inputs` reads: everything, or what belongs to its unit and to those that the unit needs. */
function createDefaultMatcher(unit: StepUnit | undefined): (path: string) => boolean {
  if (unit === undefined) return () => true;
  const { layout, reads } = unit;
  return (path) => layout.ownersOf(path).some((owner) => reads.has(owner)) || layout.isShared(path, unit);
}

/** What a step without `inputs` is told of: everything, or what belongs to its unit itself. */
function createOwnMatcher(unit: StepUnit | undefined): (path: string) => boolean {
  if (unit === undefined) return () => true;
  return (path) => unit.layout.ownersOf(path).includes(unit.directory);
}

/** Categories of files that say how others are looked at. */
const GOVERNING: ReadonlySet<Category> = new Set<Category>(["config", "dependencies", "ci"]);

/** The file that says what the step does, which is an input whatever it names. */
function ownFile({ action, directory }: Step): string | undefined {
  if (action.kind === "script") return join(directory, "package.json");
  return action.kind === "module" && action.builtin === undefined ? normalize(action.module) : undefined;
}

/** Works out which files count for a step. Pure. */
export function createRelevance(step: Step, workflow: Workflow, categoryOf: (path: string) => Category): Relevance {
  const { unit } = step;
  const isDeclared = step.inputs === undefined ? createDefaultMatcher(unit) : createInputMatcher(step.inputs, unit);
  const isNamed = step.inputs === undefined ? createOwnMatcher(unit) : lazyMatcher(step.inputs);
  const own = ownFile(step);
  const isOutput = step.outputs.length === 0 ? (): boolean => false : lazyMatcher(step.outputs);
  // What a step makes itself cannot make it due again.
  const isInput = (path: string): boolean => path === own || (isDeclared(path) && !isOutput(path));
  const { categories, paths } = step.trigger;
  const matchesTriggerPath = paths === undefined ? undefined : lazyMatcher(paths);
  const skipRules = workflow.skipRules.filter((rule) => rule.steps.has(step.id));
  const ignoresDocs = workflow.skipOnDocOnly.has(step.id);

  const judge = (path: string): Judgement => {
    if (!isInput(path)) return { counts: false, rule: "inputs", because: "it is no input" };
    for (const { pattern } of skipRules) {
      if (pattern.test(path))
        return { counts: false, rule: "skip_rules", because: `skip rule ${pattern.source} matches` };
    }
    const category = categoryOf(path);
    if (ignoresDocs && category === "docs") {
      return { counts: false, rule: "skip_on_doc_only", because: "it is a document (skip_on_doc_only)" };
    }
    if (categories === undefined && matchesTriggerPath === undefined) return { counts: true };
    if (categories?.has(category) === true || matchesTriggerPath?.(path) === true) return { counts: true };
    return { counts: false, rule: "when", because: `its category ${category} is not in \`when\`` };
  };

  const ofUnit = unit === undefined ? [] : [unit.directory, unit.layout.key];
  const isPlain = step.inputs === undefined && step.outputs.length === 0 && unit === undefined;
  const inputKey = JSON.stringify(isPlain ? null : [step.inputs ?? null, own ?? null, step.outputs, ...ofUnit]);
  return {
    isInput,
    isNamed: (path) => isNamed(path) && !isOutput(path),
    judge,
    governs: (path) => judge(path).counts && (!isNamed(path) || GOVERNING.has(categoryOf(path))),
    narrows: categories !== undefined || paths !== undefined || skipRules.length > 0 || ignoresDocs,
    inputKey,
    key: () =>
      JSON.stringify([
        inputKey,
        categories === undefined ? null : [...categories].sort(),
        paths ?? null,
        skipRules.map((rule) => rule.pattern.source),
        ignoresDocs,
      ]),
    among: (files) =>
      unit === undefined || step.inputs !== undefined || step.action.kind === "module"
        ? files
        : unit.layout.filesFor(files, unit),
    chainTo: (path) => unit?.layout.chainTo(path, unit),
  };
}
