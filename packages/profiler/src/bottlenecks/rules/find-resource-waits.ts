import type { Evidence } from "../bottleneck.ts";
import { findWaits, type WaitedFor } from "../find-waits.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { toSeconds } from "../to-seconds.ts";

/** Steps that waited for a resource though a slot was free; for memory compared with what was measured. */
export function findResourceWaits(run: RunView): readonly Candidate[] {
  return findWaits(run, "resource").map((waited) =>
    waited.on === "memory_mb" ? judgeMemory(run, waited) : judgeResource(run, waited),
  );
}

function judgeResource(run: RunView, waited: WaitedFor): Candidate {
  return {
    kind: "resource-wait",
    symptom: `${describe(waited)} for ${waited.on}`,
    cause: `steps at work demanded all of ${waited.on}`,
    remedy: `lower demands of ${waited.on} that are too high, or split what it stands for so that more steps can have some`,
    ...gainWithout(run, waited.on),
    atStakeMs: waited.onPathMs,
    evidence: [...figures(waited), ...capacityOf(run, waited.on, "count")],
    steps: waited.steps,
  };
}

/** Demands of memory that are higher than anything measured hold slots empty for nothing. */
function judgeMemory(run: RunView, waited: WaitedFor): Candidate {
  const peaks = new Map(
    run.steps.flatMap(({ step }) => {
      const mb = peakMb(run, step.id, step.resources?.peakMemoryBytes);
      return mb === undefined ? [] : [[step.id, mb] as const];
    }),
  );
  const demands = run.options.demands;
  const tooHigh = [...peaks].flatMap(([id, peak]) => {
    const demand = demands.get(id)?.["memory_mb"];
    return demand !== undefined && demand > peak ? [{ id, peak, demand }] : [];
  });
  const measured = waited.steps.flatMap((id) => {
    const peak = peaks.get(id);
    return peak === undefined ? [] : [{ id, peak }];
  });
  const common = {
    kind: "memory-admission",
    symptom: `${describe(waited)} for memory while slots were free`,
    atStakeMs: waited.onPathMs,
    steps: waited.steps,
  } as const;
  if (tooHigh.length > 0) {
    const change = new Map(tooHigh.map(({ id, peak }) => [id, { memory_mb: peak }]));
    const gainMs = run.gainOfChange({ demand: change });
    return {
      ...common,
      cause: "steps demand more memory than they were ever seen to take",
      remedy: `set demand.memory_mb to what was measured: ${tooHigh.map(({ id, peak }) => `${id} ${peak}`).join(", ")}`,
      ...(gainMs !== undefined && { gainMs, gainIf: "demands were what was measured" }),
      evidence: [
        ...figures(waited),
        ...capacityOf(run, waited.on, "MB"),
        ...tooHigh.flatMap(({ id, peak, demand }): readonly Evidence[] => [
          { name: `${id} demands`, value: demand, unit: "MB" },
          { name: `${id} took at most`, value: peak, unit: "MB" },
        ]),
      ],
      steps: tooHigh.map(({ id }) => id),
    };
  }
  return {
    ...common,
    cause: "the memory that steps demand does not fit together",
    remedy:
      measured.length === 0 || demands.size > 0
        ? "let the steps take less memory, or raise max_memory_mb where the machine has more"
        : `compare demand.memory_mb with what was measured: ${measured.map(({ id, peak }) => `${id} ${peak}`).join(", ")}`,
    ...gainWithout(run, waited.on),
    evidence: [
      ...figures(waited),
      ...capacityOf(run, waited.on, "MB"),
      ...measured.map(({ id, peak }): Evidence => ({ name: `${id} took at most`, value: peak, unit: "MB" })),
    ],
  };
}

/** The most memory a step was ever seen to take, in whole MB; a peak between two looks is not seen. */
function peakMb(run: RunView, stepId: string, nowBytes: number | undefined): number | undefined {
  const seen = run.earlier(stepId).flatMap(({ step }) => step.peak_memory_mb ?? []);
  if (nowBytes !== undefined) seen.push(nowBytes / 2 ** 20);
  return seen.length === 0 ? undefined : Math.ceil(seen.reduce((most, mb) => Math.max(most, mb), 0));
}

function gainWithout(run: RunView, resource: string): Pick<Candidate, "gainMs" | "gainIf"> {
  const gainMs = run.gainOfChange({ withoutResources: [resource] });
  return gainMs === undefined ? {} : { gainMs, gainIf: `there was always enough ${resource}` };
}

function describe({ steps, sumMs }: WaitedFor): string {
  return `${steps.length} ${steps.length === 1 ? "step" : "steps"} waited ${toSeconds(sumMs)} s`;
}

function figures({ sumMs, onPathMs }: WaitedFor): readonly Evidence[] {
  return [
    { name: "waited", value: sumMs / 1000, unit: "s" },
    { name: "waited on the critical path", value: onPathMs / 1000, unit: "s" },
  ];
}

function capacityOf(run: RunView, resource: string, unit: "MB" | "count"): readonly Evidence[] {
  const all = run.record.schedule?.capacity ?? {};
  const capacity = Object.hasOwn(all, resource) ? all[resource] : undefined;
  return capacity === undefined ? [] : [{ name: "capacity", value: capacity, unit }];
}
