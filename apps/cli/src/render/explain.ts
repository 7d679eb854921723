import type { StepExplanation } from "@ai-workflow/engine";
import { CACHE_STATES } from "./cache-states.ts";
import { formatDuration } from "./duration.ts";
import { printable } from "./printable.ts";

/** Lines of changes and of differences that are printed at most. */
const LINES = 20;

/** From the changes to the decision, for people. */
export function renderStepExplanation(explanation: StepExplanation): string {
  const { step, decision, comparedWith, differences, lastFailure, cache, schedule, base, unknown, changes } =
    explanation;
  const lines = [`${step}: ${decision.action} [${decision.reason}]`, `  ${printable(decision.explanation)}`];
  const section = (title: string, items: readonly string[]): void => {
    lines.push("", title, ...items.slice(0, LINES).map((item) => `  ${printable(item)}`));
    if (items.length > LINES) lines.push(`  and ${items.length - LINES} more (--json lists them)`);
  };
  section(
    unknown === undefined ? `changed since ${printable(base ?? "")}:` : "changed:",
    unknown !== undefined
      ? [`unknown: ${unknown}`]
      : changes.length === 0
        ? ["nothing"]
        : changes.map(({ path, previousPath, category, rule, counts, because }) => {
            const what = previousPath === undefined ? path : `${previousPath} -> ${path}`;
            const judged = counts ? "counts" : `does not count: ${because ?? ""}`;
            return `${what} is ${category} (${rule}), ${judged}`;
          }),
  );
  section(
    comparedWith === undefined
      ? "fingerprint:"
      : `fingerprint, against its success in run ${printable(comparedWith.runId)} of ${printable(comparedWith.at)}:`,
    comparedWith === undefined
      ? ["no success of this step is on record, so there is nothing to compare with"]
      : differences.length === 0
        ? ["equal"]
        : differences.map(({ text }) => text),
  );
  if (lastFailure !== undefined) {
    const found = lastFailure.differences.map(({ text }) => text);
    section(
      `since run ${printable(lastFailure.runId)} of ${printable(lastFailure.at)}, where it did not pass:`,
      found.length === 0 ? ["nothing changed"] : found,
    );
  }
  const ofRun = cache.runId === undefined ? "" : ` (run ${cache.runId} of ${cache.at ?? "unknown time"})`;
  section("store:", [`${CACHE_STATES[cache.state]}${ofRun}`]);
  if (schedule !== undefined) {
    const { startMs, finishMs, slackMs, critical, timed } = schedule;
    section("schedule:", [
      timed
        ? `starts after ${formatDuration(startMs)}, takes ${formatDuration(finishMs - startMs)}, ${
            critical ? "on the critical path" : `may be ${formatDuration(slackMs)} late`
          }`
        : `its time is known once it has passed${critical ? "; on the critical path" : ""}`,
    ]);
  }
  return `${lines.join("\n")}\n`;
}
