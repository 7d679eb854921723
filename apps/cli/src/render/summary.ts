import type { Finding, RunRecord, StepRecord } from "@ai-workflow/engine";
import { displayWidth, padColumns } from "./display-width.ts";
import { countOf } from "./count-of.ts";
import { formatDuration } from "./duration.ts";
import { groupFindings, type FindingGroup } from "./group-findings.ts";
import { printable, printableMessage } from "./printable.ts";
import type { Style } from "./style.ts";
import { withoutUnasked } from "./without-unasked.ts";

/** Places that a step's model did not review, listed at the end of a run at most; the record holds more. */
const LISTED_UNREVIEWED = 20;

/** Findings listed at the end of a run at most; the record holds all. */
const LISTED_FINDINGS = 50;

/** Files named where findings are counted. */
const LISTED_FILES = 4;

/** A run that was over sooner is not looked at for slow steps, in milliseconds. */
const WORTH_A_LOOK_MS = 10_000;
/** Nor is one of fewer steps, whose table can be read at a glance. */
const FEW_STEPS = 6;
/** A step is slow that took at least this share of the time of all. */
const SLOW_SHARE = 0.1;
const LISTED_SLOWEST = 3;

/** What of a run's end is told. */
export interface SummaryOptions {
  /** Only what went wrong: of a run that passed nothing but errors that count as advice, and what must not be taken for clean. */
  readonly quiet: boolean;
  readonly recordFile: string | undefined;
  /** The last lines of what failed steps printed, as text that ends with a line end. @defaultValue none */
  readonly lastLines?: string | undefined;
  /** Every finding is listed, instead of a few of each rule. @defaultValue false */
  readonly allFindings?: boolean | undefined;
}

/** The summary of a finished run: every step with outcome, time and reason, the findings, what was slow, what was saved, where the record is. */
export function renderSummary(record: RunRecord, style: Style, options: SummaryOptions): string {
  const wrong = whatWentWrong(record.steps);
  const lines: string[] = [];
  if (!options.quiet) lines.push(...renderSteps(record.steps, style), "");
  else if (wrong.length > 0) lines.push(...renderSteps(wrong, style).slice(1), "");
  if (options.lastLines !== undefined && options.lastLines !== "") lines.push(options.lastLines);
  const told = options.quiet ? withoutAside(record) : record.steps;
  lines.push(...(options.allFindings === true ? listFindings(told, style) : renderFindings(told, style)));
  lines.push(...renderUnreviewed(record.steps, style));
  lines.push(...renderFlaky(record.steps, style));
  for (const stage of record.stages) {
    if (stage.state !== "closed" && stage.state !== "waiting") continue;
    // It follows from what failed.
    if (options.quiet && stage.state === "closed" && wrong.length > 0) continue;
    const isOwn = stage.state === "waiting" && stage.behind === undefined;
    const remedy = isOwn && record.status === "partial" ? ` (ai-workflow approve ${stage.id})` : "";
    lines.push(style.yellow(`stage ${stage.id} ${stage.state}: ${printable(stage.reason ?? "")}${remedy}`));
  }
  if (options.quiet && record.status === "passed") return lines.length === 0 ? "" : `${lines.join("\n").trimEnd()}\n`;
  lines.push(renderStatus(record, style));
  if (!options.quiet)
    lines.push(...renderSlowest(record), ...renderSaved(record), ...renderSpeculation(record), ...renderModels(record));
  if (!options.quiet && options.recordFile !== undefined)
    lines.push(style.dim(`record: ${printable(options.recordFile)}`));
  return `${lines.join("\n")}\n`;
}

/** Steps that did not pass; those that were not run to the end only where nothing else went wrong, for they follow from that. */
function whatWentWrong(steps: readonly StepRecord[]): readonly StepRecord[] {
  const wrong = steps.filter(({ outcome }) => !["passed", "replayed", "skipped"].includes(outcome));
  const own = wrong.filter(({ outcome }) => outcome !== "cancelled");
  return own.length > 0 ? own : wrong;
}

/** The steps without findings that are said aside: notes always, and warnings where the run passed. */
function withoutAside({ steps, status }: RunRecord): readonly StepRecord[] {
  const aside = status === "passed" ? ["info", "warning"] : ["info"];
  return steps.map((step) => ({
    ...step,
    findings: step.findings.filter(({ severity }) => !aside.includes(severity)),
  }));
}

function renderSteps(steps: readonly StepRecord[], style: Style): readonly string[] {
  const { shown, note } = withoutUnasked(steps, ({ decision }) => decision);
  const idWidth = Math.max(4, ...shown.map((step) => displayWidth(step.id)));
  const rows = shown.map((step) => {
    const time = step.outcome === "replayed" || step.outcome === "skipped" ? "-" : formatDuration(step.durationMs);
    const why = step.message ?? step.decision.explanation;
    return `${padColumns(step.id, idWidth)}  ${paintOutcome(step, style)}  ${time.padStart(8)}  ${printableMessage(why)}`;
  });
  return [
    style.dim(`${"step".padEnd(idWidth)}  ${"outcome".padEnd(12)}  ${"time".padStart(8)}  why`),
    ...rows,
    ...(note === undefined ? [] : [style.dim(note)]),
  ];
}

function paintOutcome(step: StepRecord, style: Style): string {
  const text = step.outcome.padEnd(12);
  if (step.outcome === "passed") return style.green(text);
  if (step.outcome === "replayed" || step.outcome === "skipped") return style.dim(text);
  return step.outcome === "failed" || step.outcome === "timed-out" ? style.red(text) : style.yellow(text);
}

function renderFindings(steps: readonly StepRecord[], style: Style): readonly string[] {
  const groups = groupFindings(steps);
  if (groups.length === 0) return [];
  const lines: string[] = [];
  let left = steps.reduce((sum, { findings }) => sum + findings.length, 0);
  for (const { step, told, others } of groups) {
    const room = LISTED_FINDINGS - lines.length;
    lines.push(...renderAlike(step, told.slice(0, room), style));
    left -= Math.min(told.length, room);
    if (others.length === 0 || lines.length >= LISTED_FINDINGS) continue;
    lines.push(style.dim(renderOthers(`${step}/${printableMessage(told[0]?.rule ?? "")}`, others)));
    left -= sumOf(others);
  }
  if (left > 0) lines.push(`and ${countOf(left, "more finding")}`);
  const isAll = left === 0 && groups.every(({ others }) => others.length === 0);
  return [...lines, ...(isAll ? [] : [style.dim("all findings: ai-workflow report")]), ""];
}

function listFindings(steps: readonly StepRecord[], style: Style): readonly string[] {
  const lines = steps.flatMap(({ id, findings }) => renderAlike(id, findings, style));
  return lines.length === 0 ? [] : [...lines, ""];
}

/** Findings one after the other; what is suggested for several in a row stands once, below the last of them. */
function renderAlike(step: string, findings: readonly Finding[], style: Style): readonly string[] {
  let alike = 0;
  return findings.map((finding, index) => {
    const next = findings[index + 1];
    alike++;
    const said = renderFinding(step, finding, style);
    if (next?.suggestion === finding.suggestion && finding.suggestion !== undefined) return said;
    const which = alike === 1 ? "suggestion" : `suggestion for these ${alike}`;
    alike = 0;
    if (finding.suggestion === undefined) return said;
    return `${said}\n  ${which}: ${printableMessage(finding.suggestion.replace(/\s+/g, " "))}`;
  });
}

function renderFinding(step: string, finding: Finding, style: Style): string {
  const place = [finding.file ?? step, finding.line, finding.column].filter((part) => part !== undefined).join(":");
  const severity = finding.severity === "error" ? style.red(finding.severity) : style.yellow(finding.severity);
  return `${printableMessage(place)}: ${severity} ${printableMessage(finding.message)} (${step}/${printableMessage(finding.rule)})`;
}

/** What is left of a rule, in the files that have most of it. */
function renderOthers(rule: string, others: FindingGroup["others"]): string {
  const inFiles = others.filter(({ file }) => file !== undefined);
  const named = inFiles.slice(0, LISTED_FILES).map(({ file, count }) => `${printableMessage(file ?? "")} (${count})`);
  const more = inFiles.length - named.length;
  const where = [...named, ...(more > 0 ? [countOf(more, "more file")] : [])].join(", ");
  return `  and ${sumOf(others)} more of ${rule}${where === "" ? "" : `: ${where}`}`;
}

function sumOf(others: FindingGroup["others"]): number {
  return others.reduce((sum, { count }) => sum + count, 0);
}

/** What models were not asked about: never to be taken for clean. */
function renderUnreviewed(steps: readonly StepRecord[], style: Style): readonly string[] {
  const lines: string[] = [];
  for (const { id, ai } of steps) {
    if (ai === undefined || ai.notReviewedTotal === 0) continue;
    for (const { file, lines: range, because } of ai.notReviewed.slice(0, LISTED_UNREVIEWED)) {
      const place = range === undefined ? file : `${file}:${range.first}-${range.last}`;
      lines.push(`${printableMessage(place)}: ${style.yellow("not reviewed")} by ${id}: ${printableMessage(because)}`);
    }
    const more = ai.notReviewedTotal - Math.min(ai.notReviewed.length, LISTED_UNREVIEWED);
    if (more > 0) lines.push(`and ${countOf(more, "more place")} not reviewed by ${id}`);
  }
  return lines.length === 0 ? [] : [...lines, ""];
}

/** What failed and passed with nothing changed in between: never to be taken for right. */
function renderFlaky(steps: readonly StepRecord[], style: Style): readonly string[] {
  return steps
    .filter((step) => step.flaky === true)
    .map(({ id, outcome, attempts }) => {
      const how = outcome !== "passed" ? "failed now, and passed" : "passed now, and failed";
      const when = outcome === "passed" && attempts > 1 ? `${attempts - 1} of ${attempts} times` : "in an earlier run";
      return `${style.yellow(`${id} is flaky`)}: it ${how} ${when} with nothing changed in between`;
    });
}

function renderStatus(record: RunRecord, style: Style): string {
  // Where an earlier stage has failed, nobody can let them start.
  const isWaiting = record.stages.some(({ state }) => state === "waiting");
  const isAwaited = ({ decision }: StepRecord): boolean => isWaiting && decision.reason === "awaiting-approval";
  const awaited = record.steps.filter((step) => isAwaited(step)).length;
  const count = (outcomes: readonly string[]): number =>
    record.steps.filter((step) => outcomes.includes(step.outcome) && !isAwaited(step)).length;
  const parts = [
    [count(["passed"]), "passed"],
    [count(["failed", "timed-out"]), "failed"],
    [count(["inconclusive"]), "inconclusive"],
    [count(["cancelled"]), "not run to the end"],
    [count(["replayed"]), "replayed"],
    [count(["skipped"]), "skipped"],
    [awaited, awaited === 1 ? "waits for a person" : "wait for a person"],
  ] as const;
  const isOver = record.status === "passed";
  // Nothing is amiss where only a person is waited for.
  const isPassedSoFar =
    record.status === "partial" && !record.steps.some(({ decision }) => decision.reason === "over-budget");
  const word = isPassedSoFar ? "passed so far" : record.status;
  const status = isOver || isPassedSoFar ? style.green(word) : style.red(word);
  const counts = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const nothing = counts.length === 0 ? "no steps" : counts.join(", ");
  return `${style.bold(status)} in ${formatDuration(record.durationMs)}: ${nothing}`;
}

/** The steps that took most of a run, where a glance at the table does not show them; in a short run none is worth a look. */
function renderSlowest({ steps, durationMs }: RunRecord): readonly string[] {
  const ran = steps.filter(({ startedMs }) => startedMs !== undefined);
  if (durationMs < WORTH_A_LOOK_MS || ran.length < FEW_STEPS) return [];
  const least = ran.reduce((sum, step) => sum + step.durationMs, 0) * SLOW_SHARE;
  const slowest = ran
    .filter((step) => step.durationMs >= least)
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, LISTED_SLOWEST);
  if (slowest.length === 0) return [];
  return [`slowest: ${slowest.map((step) => `${step.id} ${formatDuration(step.durationMs)}`).join(", ")}`];
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
  if (saved.replayedMs + saved.skippedMs < 1) return [`saved ${list}`];
  return [`saved ${formatDuration(total)} (${list}; replayed and skipped steps count with the time they last took)`];
}

function renderSpeculation({ speculation }: RunRecord): readonly string[] {
  if (speculation === undefined) return [];
  const { started, used, wasted, gainedMs, wastedMs } = speculation;
  const parts = [
    ...(used > 0 ? [`${used} counted, ${formatDuration(gainedMs)} of work done early`] : []),
    ...(wasted > 0 ? [`${wasted} for nothing, ${formatDuration(wastedMs)}`] : []),
  ];
  return [`ahead of their stage: ${countOf(started, "step")} (${parts.join("; ")})`];
}

function renderModels({ ai, steps }: RunRecord): readonly string[] {
  if (ai === undefined || ai.questions === 0) return [];
  const usd = (cost: number | undefined): string => (cost === undefined ? "" : `, ${Number(cost.toPrecision(3))} USD`);
  const { questions, cacheHits, coalesced, calls, inputTokens, outputTokens } = ai;
  const known = cacheHits + coalesced;
  const asked = `${countOf(questions, "question")}, ${known} answered from the cache`;
  const spent = `${countOf(calls, "call")}: ${inputTokens} tokens read, ${outputTokens} written${usd(ai.costUsd)}`;
  const savedTokens = ai.savedInputTokens + ai.savedOutputTokens;
  const saved = savedTokens === 0 ? "" : `; saved ${savedTokens} tokens${usd(ai.savedCostUsd)}`;
  const secrets = steps.reduce(
    (sum, step) => sum + Object.values(step.ai?.redactions ?? {}).reduce((count, one) => count + one, 0),
    0,
  );
  const redacted = secrets === 0 ? "" : `; ${countOf(secrets, "secret")} replaced before sending`;
  const dropped = steps.reduce(
    (sum, step) => sum + Object.values(step.ai?.droppedFindings ?? {}).reduce((count, one) => count + one, 0),
    0,
  );
  const leftOut = dropped === 0 ? "" : `; ${countOf(dropped, "finding")} left out, see the steps' logs`;
  const without = Object.entries(ai.inconclusive).map(([reason, count]) => `${count} ${reason}`);
  const unanswered = without.length === 0 ? "" : `; without an answer: ${without.join(", ")}`;
  return [`models: ${asked}; ${spent}${saved}${redacted}${leftOut}${unanswered}`];
}
