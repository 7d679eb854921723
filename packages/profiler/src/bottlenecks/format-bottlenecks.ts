import type { Bottleneck, BottleneckReport } from "./bottleneck.ts";
import { oneLine } from "../one-line.ts";
import { toSeconds } from "./to-seconds.ts";

/** Bottlenecks that are listed. */
const MOST_LISTED = 10;
/** Steps of the critical path that are named. */
const MOST_NAMED = 8;

/**
 * A report for terminals, also valid Markdown: first what the run's time was made of, then the bottlenecks, largest gain first, at most ten.
 * Whatever a step is called, it stays on its line.
 *
 * @example
 * ```text
 * 40.0 s = 2.0 s before the first step + 37.0 s on the critical path (build -> test) + 0.5 s waiting + 0.5 s after the last step
 *
 * 1. test: 25.0 s of 30.0 s went into vitest execution
 *    - cause: running its tests takes most of its time
 *    - remedy: split it into steps that run at the same time (shards), ...
 *    - gain: 12.5 s if vitest execution took half as long
 * ```
 */
export function formatBottlenecks(report: BottleneckReport): string {
  const { account, bottlenecks, criticalPath, durationMs } = report;
  const names = criticalPath.map(({ stepId }) => stepId);
  const path = names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED - 1), "...", ...names.slice(-1)] : names;
  const parts = [
    `${toSeconds(account.setupMs)} s before the first step`,
    `${toSeconds(account.criticalPathMs)} s on the critical path${path.length === 0 ? "" : ` (${path.join(" -> ")})`}`,
    `${toSeconds(account.waitingMs)} s waiting`,
    `${toSeconds(account.overheadMs)} s after the last step`,
  ];
  const lines = [`${toSeconds(durationMs)} s = ${parts.join(" + ")}`, ""];
  if (bottlenecks.length === 0) lines.push("No bottleneck is worth a change.");
  bottlenecks.slice(0, MOST_LISTED).forEach((bottleneck, index) => {
    lines.push(...formatOne(bottleneck, `${index + 1}. `));
  });
  const notListed = bottlenecks.length - MOST_LISTED;
  const notes = [
    ...(notListed > 0 ? [`${notListed} more with smaller gains or none known are not listed.`] : []),
    ...(bottlenecks.length > 1 ? ["Gains are of the whole run, each on its own: they do not add up."] : []),
  ];
  if (notes.length > 0) lines.push("", ...notes);
  return `${lines.map(oneLine).join("\n")}\n`;
}

function formatOne(bottleneck: Bottleneck, number: string): readonly string[] {
  const { symptom, cause, remedy, expectedGainSeconds, gainIf } = bottleneck;
  const indent = " ".repeat(number.length);
  return [
    `${number}${symptom}`,
    `${indent}- cause: ${cause}`,
    `${indent}- remedy: ${remedy}`,
    expectedGainSeconds === undefined
      ? `${indent}- gain: not known`
      : `${indent}- gain: ${expectedGainSeconds.toFixed(1)} s if ${gainIf}`,
  ];
}
