import type { RunRecord, StepRecord } from "../run-record.ts";
import { withoutControls } from "./without-controls.ts";

/**
 * Gives a run as JUnit XML: a suite for each stage, or one for the whole workflow, and in it a case for each step. What did not pass and is
 * no plain failure (timed out, cancelled, inconclusive) is an error; what was skipped says why; what was replayed is a pass and says from
 * which run.
 *
 * Source: the schema of the Jenkins plugin xunit, `junit-10.xsd`, which other readers take as well.
 */
export function toJunit(record: RunRecord): string {
  const suites = new Map<string, StepRecord[]>();
  for (const step of record.steps) {
    const name = step.stage ?? record.workflowId;
    suites.set(name, [...(suites.get(name) ?? []), step]);
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: record.workflowId, ...counts(record.steps), time: seconds(record.durationMs) })}>`,
    ...[...suites].flatMap(([name, steps]) => [
      `  <testsuite ${attributes({
        name,
        ...counts(steps),
        time: seconds(steps.reduce((sum, { durationMs }) => sum + durationMs, 0)),
        timestamp: record.startedAt.replace(/(?:\.\d+)?Z$/, ""),
      })}>`,
      ...steps.flatMap((step) => testCase(step, name)),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

const isError = ({ outcome }: StepRecord): boolean =>
  outcome === "timed-out" || outcome === "cancelled" || outcome === "inconclusive";

function counts(steps: readonly StepRecord[]): Readonly<Record<string, string>> {
  const count = (is: (step: StepRecord) => boolean): string => String(steps.filter((step) => is(step)).length);
  return {
    tests: String(steps.length),
    failures: count(({ outcome }) => outcome === "failed"),
    errors: count(isError),
    skipped: count(({ outcome }) => outcome === "skipped"),
  };
}

function testCase(step: StepRecord, suite: string): readonly string[] {
  const open = `    <testcase ${attributes({ classname: suite, name: step.id, time: seconds(step.durationMs) })}`;
  const content = contentOf(step);
  return content === undefined ? [`${open}/>`] : [`${open}>`, `      ${content}`, "    </testcase>"];
}

function contentOf(step: StepRecord): string | undefined {
  const { outcome, decision, message, replayedFrom } = step;
  if (outcome === "skipped") return `<skipped ${attributes({ message: decision.explanation })}/>`;
  if (outcome === "passed") return undefined;
  if (outcome === "replayed") {
    return `<system-out>${text(`replayed${replayedFrom === undefined ? "" : ` from run ${replayedFrom.runId} of ${replayedFrom.at}`}`)}</system-out>`;
  }
  const element = isError(step) ? "error" : "failure";
  const head = attributes({ type: outcome, message: message ?? outcome });
  return `<${element} ${head}>${text(findingsOf(step))}</${element}>`;
}

function findingsOf({ findings }: StepRecord): string {
  return findings
    .map(({ severity, rule, message, file, line }) => {
      const place = file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}: `;
      return `${severity} ${place}${message} (${rule})`;
    })
    .join("\n");
}

/** JUnit's times are in seconds. */
function seconds(durationMs: number): string {
  return (durationMs / 1_000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${text(value).replaceAll(/["\n\r\t]/g, (one) => `&#${one.charCodeAt(0)};`)}"`)
    .join(" ");
}

/** What begins `::command` at the beginning of a line and `##[command]` anywhere in one; written by its number it is the same to readers of XML. */
const OBEYED_BY_CI = /(?<=^[^\S\n]*):(?=:)|#(?=#[a-z]*\[)/gim;

/** What XML 1.0 cannot hold, or a terminal obeys, becomes U+FFFD. */
function text(value: string): string {
  return withoutControls(value)
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    .replaceAll(OBEYED_BY_CI, (one) => `&#${one.charCodeAt(0)};`);
}
