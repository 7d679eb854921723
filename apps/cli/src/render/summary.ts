import type { RunRecord, StepRecord } from "@ai-workflow/engine";
import { formatDuration } from "./duration.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** Findings listed at the end of a run at most; the record holds all. */
const LISTED_FINDINGS = 50;

/** The summary of a finished run: every step with outcome, time and reason, the findings, what was saved, where the record is. */
export function renderSummary(
  record: RunRecord,
  style: Style,
  options: { readonly quiet: boolean; readonly recordFile: string | undefined },
): string {
  const wrong = record.steps.filter((step) => isWrong(step));
  const lines: string[] = [];
  if (!options.quiet) lines.push(...renderSteps(record.steps, style), "");
  else if (wrong.length > 0) lines.push(...renderSteps(wrong, style), "");
  lines.push(...renderFindings(record.steps, style));
  for (const stage of record.stages) {
    if (stage.state === "closed" || stage.state === "waiting") {
      lines.push(style.yellow(`stage ${stage.id} ${stage.state}: ${printable(stage.reason ?? "")}`));
    }
  }
  if (options.quiet && record.status === "passed") return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
  lines.push(renderStatus(record, style));
  if (!options.quiet) lines.push(...renderSaved(record));
  if (!options.quiet && options.recordFile !== undefined) lines.push(style.dim(`record: ${options.recordFile}`));
  return `${lines.join("\n")}\n`;
}

function isWrong(step: StepRecord): boolean {
  return !["passed", "replayed", "skipped"].includes(step.outcome);
}

function renderSteps(steps: readonly StepRecord[], style: Style): readonly string[] {
  const idWidth = Math.max(4, ...steps.map((step) => step.id.length));
  const rows = steps.map((step) => {
    const time = step.outcome === "replayed" || step.outcome === "skipped" ? "-" : formatDuration(step.durationMs);
    const why = step.message ?? step.decision.explanation;
    return `${step.id.padEnd(idWidth)}  ${paintOutcome(step, style)}  ${time.padStart(8)}  ${printable(why)}`;
  });
  return [style.dim(`${"step".padEnd(idWidth)}  ${"outcome".padEnd(12)}  ${"time".padStart(8)}  why`), ...rows];
}

function paintOutcome(step: StepRecord, style: Style): string {
  const text = step.outcome.padEnd(12);
  if (step.outcome === "passed") return style.green(text);
  if (step.outcome === "replayed" || step.outcome === "skipped") return style.dim(text);
  return step.outcome === "failed" || step.outcome === "timed-out" ? style.red(text) : style.yellow(text);
}

function renderFindings(steps: readonly StepRecord[], style: Style): readonly string[] {
  const findings = steps.flatMap((step) => step.findings.map((finding) => ({ step: step.id, finding })));
  if (findings.length === 0) return [];
  const lines = findings.slice(0, LISTED_FINDINGS).map(({ step, finding }) => {
    const place = [finding.file ?? step, finding.line, finding.column].filter((part) => part !== undefined).join(":");
    const severity = finding.severity === "error" ? style.red(finding.severity) : style.yellow(finding.severity);
    return `${printable(place)}: ${severity} ${printable(finding.message)} (${step}/${printable(finding.rule)})`;
  });
  if (findings.length > LISTED_FINDINGS) lines.push(`and ${findings.length - LISTED_FINDINGS} more findings`);
  return [...lines, ""];
}

function renderStatus(record: RunRecord, style: Style): string {
  const count = (outcomes: readonly string[]): number =>
    record.steps.filter((step) => outcomes.includes(step.outcome)).length;
  const parts = [
    [count(["passed"]), "passed"],
    [count(["failed", "timed-out"]), "failed"],
    [count(["inconclusive"]), "inconclusive"],
    [count(["cancelled"]), "not run to the end"],
    [count(["replayed"]), "replayed"],
    [count(["skipped"]), "skipped"],
  ] as const;
  const status = record.status === "passed" ? style.green(record.status) : style.red(record.status);
  const counts = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const nothing = counts.length === 0 ? "no steps" : counts.join(", ");
  return `${style.bold(status)} in ${formatDuration(record.durationMs)}: ${nothing}`;
}

function renderSaved({ saved }: RunRecord): readonly string[] {
  const parts = [
    [saved.replayedMs, "replayed"],
    [saved.skippedMs, "skipped"],
    [saved.parallelMs, "by running in parallel"],
  ] as const;
  const worth = parts.filter(([durationMs]) => durationMs >= 1);
  if (worth.length === 0) return [];
  const total = worth.reduce((sum, [durationMs]) => sum + durationMs, 0);
  const list = worth.map(([durationMs, word]) => `${formatDuration(durationMs)} ${word}`).join(", ");
  return [`saved ${formatDuration(total)} (${list}; replayed and skipped steps count with the time they last took)`];
}
