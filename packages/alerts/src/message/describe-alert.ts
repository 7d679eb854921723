import type { Alert } from "../alert.ts";
import { formatDuration } from "./format-duration.ts";

const percent = (share: number): string => {
  const value = share * 100;
  const rounded = Math.abs(value) < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${value >= 0 ? "+" : ""}${rounded.replace(/\.0$/, "")} %`;
};

/** What an alert says, to follow its subject: words and numbers of ours only, nothing that comes from outside. */
export function describeAlert({ status, evidence }: Alert): string {
  if (evidence.kind === "slow-run") {
    const { durationMs, thresholdMs } = evidence;
    const what = status === "firing" ? "took" : "is back to";
    return `${what} ${formatDuration(durationMs)}, the threshold is ${formatDuration(thresholdMs)}`;
  }
  const { beforeMs, afterMs, windowCount } = evidence;
  const what = status === "firing" ? "has become slower" : "is no longer slower than it was";
  const change = beforeMs > 0 ? ` (${percent(afterMs / beforeMs - 1)})` : "";
  const runs = windowCount === 1 ? "in the last run" : `over the last ${windowCount} runs`;
  return `${what}: ${formatDuration(beforeMs)} before, ${formatDuration(afterMs)}${change} ${runs}`;
}
