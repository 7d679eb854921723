import type { Candidate, RunView } from "../run-view.ts";

/** From this share of the machine's CPU time on there is nothing left for more steps. */
export const SATURATED_SHARE = 0.9;
/** Pressure before the start from which on the machine was busy with something else, in percent. */
const BUSY_PRESSURE = 25;

/** The steps used all cores, or something else did before the run: more steps at the same time would not help. */
export function findCpuLimits(run: RunView): readonly Candidate[] {
  const { cpuShare, record, makespanMs } = run;
  const { cpuCount, pressure, loadAverage1m } = record.environment;
  const machine = [
    { name: "cores", value: cpuCount, unit: "count" },
    { name: "load at the start", value: loadAverage1m, unit: "count" },
    ...(pressure === undefined ? [] : [{ name: "CPU pressure at the start", value: pressure.cpu, unit: "%" } as const]),
  ] as const;
  if (cpuShare !== undefined && cpuShare >= SATURATED_SHARE) {
    return [
      {
        kind: "cpu-saturated",
        symptom: `the steps kept ${(cpuShare * cpuCount).toFixed(1)} of ${cpuCount} cores busy`,
        cause: "there is no CPU time left, so more steps at the same time would not help",
        remedy: "do less work (replay, narrower inputs), or run it on a machine with more or faster cores",
        atStakeMs: makespanMs,
        evidence: [{ name: "CPU in use", value: 100 * cpuShare, unit: "%" }, ...machine],
        steps: [],
      },
    ];
  }
  if (pressure === undefined || pressure.cpu < BUSY_PRESSURE) return [];
  return [
    {
      kind: "cpu-saturated",
      symptom: `before the start something waited for CPU time ${pressure.cpu.toFixed(0)} % of the time`,
      cause: "the machine was busy with something else",
      remedy:
        "run it when the machine is free, or allow fewer steps at the same time; do not compare its times with others",
      atStakeMs: (makespanMs * Math.min(100, pressure.cpu)) / 100,
      evidence: machine,
      steps: [],
    },
  ];
}
