import { formatDuration } from "./duration.ts";

/** The bound of an expected time, to be put behind it: ` (at most 20.0s)`; nothing where there is none. */
export function atMost(upperMs: number | undefined): string {
  return upperMs === undefined ? "" : ` (at most ${formatDuration(upperMs)})`;
}
