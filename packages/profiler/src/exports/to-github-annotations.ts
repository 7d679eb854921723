import type { Finding, RunRecord } from "../run-record.ts";
import { listFindings } from "./list-findings.ts";
import { withoutControls } from "./without-controls.ts";

/** GitHub shows this many annotations of each level for a step of a workflow and drops the others without a word. */
const MAX_PER_LEVEL = 10;
/** Characters of a message that GitHub keeps. */
const MAX_MESSAGE = 4_096;
const LEVELS: Readonly<Record<Finding["severity"], "error" | "warning" | "notice">> = {
  error: "error",
  warning: "warning",
  info: "notice",
};

/** One annotation before it is written as a command. */
interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly endLine?: number | undefined;
  readonly column?: number | undefined;
}

/**
 * Gives what a run found as workflow commands of GitHub Actions, one a line: failed steps that tell nothing else, then findings, the gravest
 * first. Of each level there are as many as GitHub shows; where there are more, the last says how many. No text can add another command.
 * Empty where there is nothing to tell.
 *
 * @param prefix - folder of the configuration within the repository, with `/` at its end, for GitHub's paths begin at the root
 *
 * Source: GitHub Docs, "Workflow commands for GitHub Actions"; the limits: actions/toolkit, docs/problem-matchers.md; actions/runner, ExecutionContext.cs.
 */
export function toGithubAnnotations(record: RunRecord, prefix = ""): string {
  const failed = record.steps.filter(
    ({ outcome, findings }) =>
      outcome === "timed-out" || outcome === "inconclusive" || (outcome === "failed" && findings.length === 0),
  );
  const annotations: readonly Annotation[] = [
    ...failed.map(({ id, outcome, message }) => ({
      level: "error" as const,
      title: id,
      message: message === undefined ? outcome : `${outcome}: ${message}`,
    })),
    ...listFindings(record).map(({ severity, step, rule, message, suggestion, file, line, endLine, column }) => ({
      level: LEVELS[severity],
      title: `${step}/${rule}`,
      message: suggestion === undefined ? message : `${message}\n${suggestion}`,
      file: file === undefined ? undefined : prefix + file,
      line,
      endLine,
      column,
    })),
  ];
  const lines = Object.values(LEVELS).flatMap((level) => {
    const ofLevel = annotations.filter((one) => one.level === level);
    if (ofLevel.length <= MAX_PER_LEVEL) return ofLevel;
    const shown = ofLevel.slice(0, MAX_PER_LEVEL - 1);
    const message = `${ofLevel.length - shown.length} more; the summary and the run record have them all`;
    return [...shown, { level, title: "ai-workflow", message }];
  });
  return lines.map((one) => `${command(one)}\n`).join("");
}

function command({ level, title, message, file, line, endLine, column }: Annotation): string {
  const properties = Object.entries({ file, line, endLine, col: column, title })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(",");
  return `::${level} ${properties}::${escapeData(message.slice(0, MAX_MESSAGE))}`;
}

function escapeData(text: string): string {
  return withoutControls(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
