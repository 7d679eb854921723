import type { MeasuredPair } from "@ai-workflow/regression";
import { countOf } from "../text/count-of.ts";

/** A sentence on what else the machine did while pairs were measured; `undefined` without pairs, or where the system does not tell. */
export function describeLoad(pairs: readonly Pick<MeasuredPair, "load">[], cpuCount: number): string | undefined {
  const loads = pairs.map(({ load }) => load).filter((load) => typeof load === "number" && load > 0);
  if (loads.length === 0) return undefined;
  const sorted = loads.sort((left, right) => left - right);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const highest = sorted.at(-1) ?? 0;
  const busy = middle > cpuCount ? ": more than it can do at once, so wall time says little" : "";
  return `Load of the machine before the pairs: median ${middle.toFixed(1)}, highest ${highest.toFixed(1)}, on ${countOf(cpuCount, "CPU")}${busy}.`;
}
