import { findWaits } from "../find-waits.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { SATURATED_SHARE } from "./find-cpu-limits.ts";
import { toSeconds } from "../to-seconds.ts";

/** More slots than that beyond the present ones are not asked about. */
const MOST_MORE = 8;
/** The fewest slots that bring this share of the largest gain are recommended. */
const ENOUGH_OF_BEST = 0.98;

/** Steps waited for a slot, and the machine had CPU time left. */
export function findFewSlots(run: RunView): readonly Candidate[] {
  const { slots, record, makespanMs, cpuShare } = run;
  const waited = findWaits(run, "slot")[0];
  if (waited === undefined || (cpuShare !== undefined && cpuShare >= SATURATED_SHARE)) return [];
  const now = slots.maxParallel;
  // The CPU work that was measured takes its time on all cores, whatever the slots.
  const possibleMs = makespanMs * (1 - (cpuShare ?? 0));
  const plans: { readonly maxParallel: number; readonly gainMs: number }[] = [];
  for (let more = now + 1; more <= Math.min(run.steps.length, now + MOST_MORE); more += 1) {
    const gainMs = run.gainOfChange({ maxParallel: more });
    if (gainMs === undefined) break;
    plans.push({ maxParallel: more, gainMs: Math.min(gainMs, possibleMs) });
  }
  const mostMs = plans.reduce((most, { gainMs }) => Math.max(most, gainMs), 0);
  const best = plans.find(({ gainMs }) => gainMs >= ENOUGH_OF_BEST * mostMs);
  const wanted = best === undefined ? "more than " + String(now) : String(best.maxParallel);
  return [
    {
      kind: "too-few-slots",
      symptom: `${waited.steps.length} ${waited.steps.length === 1 ? "step" : "steps"} waited for a slot, ${toSeconds(waited.sumMs)} s in all`,
      cause: `no more than ${now} ${now === 1 ? "step runs" : "steps run"} at the same time`,
      remedy: `allow ${wanted} at the same time (max_parallel_jobs, --concurrency)`,
      ...(best !== undefined && {
        gainMs: best.gainMs,
        gainIf: `${best.maxParallel} steps could run at the same time`,
      }),
      atStakeMs: waited.onPathMs,
      evidence: [
        { name: "waited", value: waited.sumMs / 1000, unit: "s" },
        { name: "waited on the critical path", value: waited.onPathMs / 1000, unit: "s" },
        { name: "slots", value: now, unit: "count" },
        { name: "cores", value: record.environment.cpuCount, unit: "count" },
        ...(cpuShare === undefined ? [] : [{ name: "CPU in use", value: 100 * cpuShare, unit: "%" } as const]),
      ],
      steps: waited.steps,
    },
  ];
}
