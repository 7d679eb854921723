import { changedFilesProblem, asksForChangedFiles } from "../incremental/changed-files-command.ts";
import type { ResolvedConfig, ShellStepConfig, ResolvedStepConfig } from "./config.ts";
import { leavesTarget } from "./leaves-target.ts";
import type { SemanticProblem } from "./semantic-problem.ts";

/** Values in `with` at most, aliases written out: it becomes text for the fingerprint, and a few aliases can stand for billions. */
const MAX_WITH_VALUES = 100_000;

/** What the schema cannot say of single steps: paths stay inside, keys have an effect. */
export function stepProblems({ steps }: ResolvedConfig): readonly SemanticProblem[] {
  return Object.entries(steps).flatMap(([id, step]) => [
    ...pathProblems(id, step),
    ...("run" in step ? changedFilesProblems(id, step) : []),
    ...exitCodeProblems(id, step),
    ...withProblems(id, step),
  ]);
}

function pathProblems(id: string, step: ResolvedStepConfig): readonly SemanticProblem[] {
  const paths = {
    // Where a built-in one lies is no concern of the configuration.
    module: "module" in step && !("builtin" in step) ? step.module : undefined,
    directory: "directory" in step ? step.directory : undefined,
  };
  return Object.entries(paths).flatMap(([key, path]) =>
    path === undefined || !leavesTarget(path)
      ? []
      : [{ path: ["steps", id, key], atKey: false, message: `"${path}" is outside the target directory` }],
  );
}

/** What the schema cannot say of a command that is given only some of its files. */
function changedFilesProblems(id: string, { run, outputs }: ShellStepConfig): readonly SemanticProblem[] {
  if (!asksForChangedFiles(run)) return [];
  const message = changedFilesProblem(run);
  const problems: SemanticProblem[] = [];
  if (message !== undefined) problems.push({ path: ["steps", id, "run"], atKey: false, message });
  if (outputs !== undefined) {
    const what =
      "a step that is given only the changed files cannot have `outputs`: they would be those of these files";
    problems.push({ path: ["steps", id, "outputs"], atKey: true, message: what });
  }
  return problems;
}

function exitCodeProblems(id: string, step: ResolvedStepConfig): readonly SemanticProblem[] {
  if (typeof step.retries !== "object" || step.retries.on_exit_codes === undefined) return [];
  if ("run" in step || "script" in step) return [];
  const message = "`on_exit_codes` has no effect: only a command or a script has exit codes";
  return [{ path: ["steps", id, "retries", "on_exit_codes"], atKey: true, message }];
}

function withProblems(id: string, step: ResolvedStepConfig): readonly SemanticProblem[] {
  if (!("with" in step) || !valueCountExceeds(step.with, MAX_WITH_VALUES)) return [];
  const message = `\`steps.${id}.with\` holds itself or, with its aliases written out, more than ${MAX_WITH_VALUES} values`;
  return [{ path: ["steps", id, "with"], atKey: true, message }];
}

/** Stops counting at the limit, so that neither a circle nor a file of nested aliases keeps it busy. */
function valueCountExceeds(value: unknown, limit: number): boolean {
  const open = [value];
  for (let count = 0; open.length > 0; count++) {
    if (count + open.length > limit) return true;
    const current = open.pop();
    if (typeof current === "object" && current !== null) for (const inner of Object.values(current)) open.push(inner);
  }
  return false;
}
