import type { RunRecord, StepRecord } from "../run-record.ts";
import { listFindings, type StepFinding } from "./list-findings.ts";
import { wellFormed } from "./well-formed.ts";
import { withoutControls } from "./without-controls.ts";

/** Rows of a table at most: a comment on GitHub holds 65,536 characters. */
const MAX_STEPS = 100;
const MAX_FINDINGS = 100;
/** Characters of one cell at most. */
const MAX_CELL = 300;

/** What begins markup, HTML, a mention, a reference or a link by itself; an underscore within a word begins nothing. */
const SPECIAL = /[&<>@#\\`*{}[\]()|~!$]|(?<![\p{L}\d])_|_(?![\p{L}\d])|:\/\/|(?<=www)\./giu;

/** Steps that need a look, then those that ran, then the others. */
const ORDER: readonly StepRecord["outcome"][] = [
  "failed",
  "timed-out",
  "inconclusive",
  "cancelled",
  "passed",
  "replayed",
  "skipped",
];

/**
 * Gives a run as GitHub-flavoured Markdown, for a job summary or a comment: what came of it, the steps, those that need a look first, and the
 * findings. Texts of steps, files and models are shown as they are: none becomes markup, a link, a mention or HTML.
 */
export function toMarkdown(record: RunRecord): string {
  const findings = listFindings(record);
  return [
    `## ${escape(record.workflowId)}: ${record.status} in ${duration(record.durationMs)}`,
    "",
    `${countOutcomes(record.steps)}${saved(record)}`,
    ...(record.notices ?? []).flatMap(({ message }) => ["", `> ${escape(message)}`]),
    "",
    "| step | outcome | time | why |",
    "| --- | --- | --: | --- |",
    ...record.steps
      .toSorted((one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome))
      .slice(0, MAX_STEPS)
      .map((step) => stepRow(step)),
    ...further(record.steps.length - MAX_STEPS, "step"),
    ...(findings.length === 0
      ? []
      : [
          "",
          `### ${findings.length === 1 ? "One finding" : `${findings.length} findings`}`,
          "",
          "| | where | what | step |",
          "| --- | --- | --- | --- |",
          ...findings.slice(0, MAX_FINDINGS).map((finding) => findingRow(finding)),
          ...further(findings.length - MAX_FINDINGS, "finding"),
        ]),
    "",
  ].join("\n");
}

function countOutcomes(steps: readonly StepRecord[]): string {
  return ORDER.map((outcome) => ({ outcome, count: steps.filter((step) => step.outcome === outcome).length }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => `${count} ${outcome}`)
    .join(", ");
}

function saved({ saved: { replayedMs, skippedMs } }: RunRecord): string {
  const savedMs = replayedMs + skippedMs;
  return savedMs === 0 ? "" : `; ${duration(savedMs)} of work not done again`;
}

function stepRow(step: StepRecord): string {
  const { id, outcome, durationMs, message, decision } = step;
  const time = outcome === "replayed" || outcome === "skipped" ? "" : duration(durationMs);
  const isBad = outcome !== "passed" && outcome !== "replayed" && outcome !== "skipped";
  return `| ${escape(id)} | ${isBad ? `**${outcome}**` : outcome} | ${time} | ${escape(message ?? decision.explanation)} |`;
}

function findingRow({ severity, file, line, message, step, rule }: StepFinding): string {
  const place = file === undefined ? "" : escape(line === undefined ? file : `${file}:${line}`);
  return `| ${severity} | ${place} | ${escape(message)} | ${escape(`${step}/${rule}`)} |`;
}

function further(count: number, noun: string): readonly string[] {
  return count > 0 ? ["", `… and ${count} ${count === 1 ? noun : `${noun}s`} more.`] : [];
}

function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const whole = Math.round(ms / 1_000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** One line of plain text in Markdown: what is special is written as its number. */
function escape(text: string): string {
  const line = withoutControls(text.replaceAll(/\s+/gu, " ")).trim();
  const cut = line.length > MAX_CELL ? `${wellFormed(line.slice(0, MAX_CELL))}…` : line;
  return cut.replaceAll(SPECIAL, (one) => `&#${one.codePointAt(0) ?? 0};${one.slice(1)}`);
}
