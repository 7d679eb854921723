import type { Finding } from "@ai-workflow/engine";
import { printable } from "../../text/printable.ts";
import type { MarkdownProblem } from "./problem.ts";

/** Told of one rule in one file; the others are counted. Who shows them to people shows fewer. */
const TOLD_A_RULE = 100;

/**
 * Findings of problems, the first few of each rule in a file and how many more there are. Pure.
 *
 * @param severity - of problems that are no warnings for markdownlint itself
 */
export function tellProblems(problems: readonly MarkdownProblem[], severity: "error" | "warning"): readonly Finding[] {
  const groups = groupOf(problems);
  const findings = [...groups.values()].flatMap((group) => {
    const told = group.slice(0, TOLD_A_RULE).map((problem) => tell(problem, severity));
    const next = group[TOLD_A_RULE];
    if (next === undefined) return told;
    const more = group.length - TOLD_A_RULE;
    return [...told, { ...tell(next, severity), message: `${more} more of ${idOf(next)} in this file` }];
  });
  return findings.toSorted(
    (one, other) => compare(one.file ?? "", other.file ?? "") || (one.line ?? 0) - (other.line ?? 0),
  );
}

function tell(problem: MarkdownProblem, severity: "error" | "warning"): Finding {
  const { ruleNames, description, detail, excerpt, file, line, isWarning, fixInfo } = problem;
  const details = [detail, excerpt === undefined ? undefined : `"${excerpt}"`].filter((one) => one !== undefined);
  const message = [`${idOf(problem)}: ${description}`, ...details].join(", ");
  return {
    rule: printable(ruleNames.at(-1) ?? "markdownlint", 60),
    severity: isWarning ? "warning" : severity,
    message: printable(message, 300),
    file,
    line,
    ...(fixInfo === undefined ? {} : { suggestion: "`ai-workflow run --fix` mends it" }),
  };
}

function idOf({ ruleNames }: MarkdownProblem): string {
  return printable(ruleNames[0] ?? "markdownlint", 60);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function groupOf(problems: readonly MarkdownProblem[]): ReadonlyMap<string, readonly MarkdownProblem[]> {
  const groups = new Map<string, MarkdownProblem[]>();
  for (const problem of problems) {
    const key = `${idOf(problem)}\0${problem.file}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [problem]);
    else group.push(problem);
  }
  return groups;
}
