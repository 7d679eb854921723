import { normalize } from "node:path/posix";
import { createPathMatcher, type Category } from "@ai-workflow/change-detection";
import type { Step, Workflow } from "../config/workflow.ts";

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
  /** Whether fewer files count than are read: then a change of the others alone is a reason to skip. */
  readonly narrows: boolean;
  /** Equal for steps that read the same files. */
  readonly inputKey: string;
  /** Equal for steps for which the same files count, so that file sets are filtered and hashed once. */
  readonly key: () => string;
}

/**
 * Names of lock files. They count as inputs of every step, for a new version of a tool can change any result; `!name` in `inputs`
 * takes one out.
 */
const LOCK_FILES: ReadonlySet<string> = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "bun.lockb",
  "Cargo.lock",
  "go.sum",
  "uv.lock",
  "poetry.lock",
  "pdm.lock",
  "Pipfile.lock",
  "Gemfile.lock",
  "composer.lock",
  "gradle.lockfile",
  "flake.lock",
]);

/** Globs are compiled when the first path is looked at: most runs look at none. */
function lazyMatcher(globs: readonly string[]): (path: string) => boolean {
  let matches: ((path: string) => boolean) | undefined;
  return (path) => (matches ??= createPathMatcher(globs))(path);
}

function createInputMatcher(inputs: readonly string[]): (path: string) => boolean {
  const matches = lazyMatcher(inputs);
  // For a lock file the list begins with everything, so only `!` can take it out.
  const matchesLockFile = lazyMatcher(["**", ...inputs]);
  return (path) => (LOCK_FILES.has(path.slice(path.lastIndexOf("/") + 1)) ? matchesLockFile(path) : matches(path));
}

/** Works out which files count for a step. Pure. */
export function createRelevance(step: Step, workflow: Workflow, categoryOf: (path: string) => Category): Relevance {
  const everything = (): boolean => true;
  const isDeclared = step.inputs === undefined ? everything : createInputMatcher(step.inputs);
  const isNamed = step.inputs === undefined ? everything : lazyMatcher(step.inputs);
  const module = step.action.kind === "module" ? normalize(step.action.module) : undefined;
  const isOutput = step.outputs.length === 0 ? (): boolean => false : lazyMatcher(step.outputs);
  // What a step makes itself cannot make it due again.
  const isInput = (path: string): boolean => path === module || (isDeclared(path) && !isOutput(path));
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

  const inputKey = JSON.stringify(
    step.inputs === undefined && step.outputs.length === 0 ? null : [step.inputs ?? null, module ?? null, step.outputs],
  );
  return {
    isInput,
    isNamed: (path) => isNamed(path) && !isOutput(path),
    judge,
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
  };
}
