import { stripTerminalControls } from "../strip-terminal-controls.ts";

const MAX_PROBLEMS = 5;
const MAX_PROBLEM_LENGTH = 200;

/** The first few of `problems`, each cut to a readable length and safe to print: they may quote what a model wrote. */
export function describeProblems(problems: readonly string[]): string[] {
  const shown = problems.slice(0, MAX_PROBLEMS).map((problem) => {
    const line = stripTerminalControls(problem.slice(0, MAX_PROBLEM_LENGTH)).replace(/\s+/g, " ").trim();
    return problem.length > MAX_PROBLEM_LENGTH ? `${line}…` : line;
  });
  const moreCount = problems.length - shown.length;
  return moreCount > 0 ? [...shown, `and ${moreCount} more`] : shown;
}
