import type { Finding } from "@ai-workflow/engine";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import type { Cause, ToldFinding } from "./find-causes.ts";

/** One note for a cause of several findings, with what to do about it. Pure. */
export function describeCause(cause: Cause): Finding {
  const { kind, findings, steps } = cause;
  const [first] = findings;
  return {
    rule: kind,
    severity: "info",
    message: wordsOf(cause),
    ...(first?.finding.file === undefined ? {} : { file: first.finding.file }),
    ...(first?.finding.line === undefined ? {} : { line: first.finding.line }),
    suggestion: commonSuggestion(cause, findings) ?? `look at ${steps.map((step) => printable(step)).join(", ")}`,
  };
}

/** What a cause is, on one line. Pure. */
export function wordsOf({ kind, subject: given, findings, errors, warnings, steps }: Cause): string {
  const subject = printable(given, 100);
  const many = [
    ...(errors > 0 ? [countOf(errors, "error")] : []),
    ...(warnings > 0 ? [countOf(warnings, "warning")] : []),
  ].join(" and ");
  const names = steps.map((step) => printable(step, 60)).join(", ");
  const files = new Set(findings.flatMap(({ finding }) => finding.file ?? [])).size;
  switch (kind) {
    case "missing":
      return `${subject} ${subject === "dependencies" ? "are" : "is"} missing, which explains ${many} (${names})`;
    case "same-rule":
      return `${subject}: ${many}${files > 1 ? ` in ${files} files` : ""} (${names})`;
    case "same-file":
      return `${many} in one file (${names})`;
    case "step-failed":
      return `${subject} failed and names no place`;
    case "single":
      return `${printable(findings[0]?.finding.message ?? subject)} (${names})`;
  }
}

/** One line about all of them. Pure. */
export function describeAll(causes: readonly Cause[], stepCount: number): string {
  const errors = causes.reduce((sum, cause) => sum + cause.errors, 0);
  const warnings = causes.reduce((sum, cause) => sum + cause.warnings, 0);
  const [first] = causes;
  if (first === undefined) return `nothing to mend in what ${countOf(stepCount, "step")} told`;
  const many = [
    ...(errors > 0 ? [countOf(errors, "error")] : []),
    ...(warnings > 0 ? [countOf(warnings, "warning")] : []),
  ].join(" and ");
  const place = first.findings[0]?.finding.file;
  const where = first.kind === "same-file" || first.kind === "single" ? place : undefined;
  const start = where === undefined ? wordsOf(first) : `${printable(where, 80)}: ${wordsOf(first)}`;
  return `${many} from ${countOf(causes.length, "cause")}; begin with ${start}`;
}

/** What most of the findings suggest. */
function commonSuggestion({ kind, subject }: Cause, findings: readonly ToldFinding[]): string | undefined {
  if (kind === "missing") return subject === "dependencies" ? "install them" : `install ${printable(subject, 80)}`;
  if (kind === "same-file") return undefined;
  const counts = new Map<string, number>();
  for (const { finding } of findings) {
    if (finding.suggestion !== undefined) counts.set(finding.suggestion, (counts.get(finding.suggestion) ?? 0) + 1);
  }
  return [...counts].toSorted(([, few], [, more]) => more - few)[0]?.[0];
}
