import type { StepRecord, WaitRecord } from "@ai-workflow/profiler";

/** A step as its limits see it. */
export interface LimitedStep {
  /** Steps of one group never run at the same time. */
  readonly group: string | undefined;
  readonly demand: Readonly<Record<string, number>>;
}

/** What refining waits looks at. */
export interface WaitFacts {
  readonly steps: ReadonlyMap<string, LimitedStep>;
  readonly capacity: Readonly<Record<string, number>>;
}

interface Stretch {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Tells what steps really waited for that were recorded as waiting for a slot. Who gets a free slot is decided in order of rank, and whoever
 * comes behind is not asked. So it may seem to wait for a slot while one was given to another step, because its own group or a resource was
 * taken: from that moment on it waits for that, until that is free. Pure.
 */
export function refineWaits(
  records: readonly Pick<StepRecord, "id" | "startedMs" | "finishedMs" | "waits">[],
  facts: WaitFacts,
): ReadonlyMap<string, readonly WaitRecord[]> {
  const ran = records.flatMap(({ id, startedMs, finishedMs }): readonly Stretch[] =>
    startedMs === undefined || finishedMs === undefined ? [] : [{ id, fromMs: startedMs, toMs: finishedMs }],
  );
  const starts = ran.toSorted((a, b) => a.fromMs - b.fromMs);
  return new Map(
    records.map(({ id, waits }) => [
      id,
      waits.flatMap((wait) => (wait.cause === "slot" ? refine(id, wait, starts, facts) : [wait])),
    ]),
  );
}

function refine(id: string, wait: WaitRecord, starts: readonly Stretch[], facts: WaitFacts): readonly WaitRecord[] {
  const found: WaitRecord[] = [];
  let fromMs = wait.fromMs;
  const slotUntil = (ms: number): void => {
    if (ms > fromMs) found.push({ ...wait, fromMs, toMs: ms });
  };
  for (const start of starts) {
    if (start.id === id || start.fromMs <= fromMs || start.fromMs >= wait.toMs) continue;
    const obstacle = obstacleAt(id, start.fromMs, starts, facts);
    if (obstacle === undefined) continue;
    const toMs = Math.min(obstacle.untilMs, wait.toMs);
    slotUntil(start.fromMs);
    found.push({ cause: obstacle.cause, on: obstacle.on, fromMs: start.fromMs, toMs });
    fromMs = toMs;
  }
  slotUntil(wait.toMs);
  return found;
}

/** What would have kept a step from starting at a moment in which another one started, and until when. */
function obstacleAt(
  id: string,
  atMs: number,
  stretches: readonly Stretch[],
  { steps, capacity }: WaitFacts,
): { readonly cause: "group" | "resource"; readonly on: string; readonly untilMs: number } | undefined {
  const step = steps.get(id);
  if (step === undefined) return undefined;
  const running = stretches.filter((other) => other.id !== id && other.fromMs <= atMs && other.toMs > atMs);
  const { group } = step;
  const holder = group === undefined ? undefined : running.find((other) => steps.get(other.id)?.group === group);
  if (group !== undefined && holder !== undefined) return { cause: "group", on: group, untilMs: holder.toMs };
  for (const [name, amount] of Object.entries(step.demand)) {
    const limit = capacity[name];
    if (limit === undefined) continue;
    const holders = running.filter((other) => (steps.get(other.id)?.demand[name] ?? 0) > 0);
    let used = holders.reduce((sum, other) => sum + (steps.get(other.id)?.demand[name] ?? 0), 0);
    if (used + amount <= limit) continue;
    for (const other of holders.toSorted((a, b) => a.toMs - b.toMs)) {
      used -= steps.get(other.id)?.demand[name] ?? 0;
      if (used + amount <= limit) return { cause: "resource", on: name, untilMs: other.toMs };
    }
  }
  return undefined;
}
