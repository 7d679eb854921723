import { oneLine } from "./one-line.ts";
import { profileLine, SHOWN_MS } from "./profile-line.ts";
import type { RunRecord, StepRecord } from "./run-record.ts";
import type { Span } from "./span.ts";
import { summariseSpans } from "./summarise-spans.ts";
import { formatTestProfile } from "./test-profile/format-test-profile.ts";

/** From this share of a step's time on, its longest phase is marked as the bottleneck. */
export const BOTTLENECK_SHARE = 0.5;

/** Time of a step in no span is listed as a phase of this name. */
const UNATTRIBUTED = "other";

function formatStep(step: StepRecord, spans: readonly Span[], runEndMs: number): string {
  const startMs = step.startedMs ?? 0;
  const endMs = step.finishedMs ?? runEndMs;
  const totalMs = Math.max(step.durationMs, endMs - startMs, 0);
  // The step itself as the outermost span: what no other span covers is its self time. Ids of a recorder start at 1.
  const around: Span = { id: 0, name: UNATTRIBUTED, startMs, endMs: startMs + totalMs };
  const ids = new Set(spans.map((span) => span.id));
  const nested = spans.map((span) =>
    span.parentId !== undefined && ids.has(span.parentId) ? span : { ...span, parentId: 0 },
  );
  const phases = summariseSpans([around, ...nested], { endMs })
    .map(({ name, selfMs, unfinished }) => ({ name, selfMs, unfinished }))
    .filter(({ name, selfMs }) => name !== UNATTRIBUTED || selfMs >= SHOWN_MS);
  const lines = phases.map(({ name, selfMs, unfinished }, index) => {
    const dominates = index === 0 && selfMs > 0 && selfMs >= totalMs * BOTTLENECK_SHARE;
    return `${profileLine(name, selfMs)}${dominates ? " BOTTLENECK" : ""}${unfinished > 0 ? " (unfinished)" : ""}`;
  });
  const told = step.testProfile === undefined ? [] : formatTestProfile(step.testProfile);
  return [`PROFILE: ${oneLine(step.id)}`, ...lines, ...told, profileLine("total", totalMs), ""].join("\n");
}

/**
 * Gives the text of `profile.log`: for each step that started, in order of starting, its phases by self time, the longest
 * marked `BOTTLENECK` when it takes at least {@link BOTTLENECK_SHARE} of the step, and its total, in seconds with one
 * decimal. Time in no span is listed as `other`; phases that ran at the same time may add up to more than the total. What a test
 * runner told follows with the runner's name ({@link formatTestProfile}): the same time seen from within, not more of it.
 *
 * @example
 * ```text
 * PROFILE: code_review
 *   - ai_call: 9.1s BOTTLENECK
 *   - setup: 0.2s
 *   - total: 9.4s
 * ```
 */
export function formatProfileLog(record: RunRecord): string {
  const spansOf = groupByStep(record.spans);
  return record.steps
    .filter((step) => step.startedMs !== undefined)
    .toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0))
    .map((step) => formatStep(step, spansOf.get(step.id) ?? [], record.durationMs))
    .join("");
}

function groupByStep(spans: readonly Span[]): ReadonlyMap<string, readonly Span[]> {
  const groups = new Map<string, Span[]>();
  for (const span of spans) {
    if (span.step === undefined) continue;
    const group = groups.get(span.step);
    if (group === undefined) groups.set(span.step, [span]);
    else group.push(span);
  }
  return groups;
}
