import type { Replan } from "../src/bottlenecks/bottleneck.ts";

/** What a step is bound by. */
export interface Bounds {
  readonly needs?: readonly string[];
  readonly group?: string;
  readonly demand?: Readonly<Record<string, number>>;
  /** Takes no slot: a pause. */
  readonly isPause?: boolean;
}

/** Limits of the whole. */
export interface Limits {
  readonly maxParallel: number;
  readonly capacity?: Readonly<Record<string, number>>;
}

interface Placed {
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** All orders in which every step comes after its needs. */
function* orders(
  ids: readonly string[],
  bounds: ReadonlyMap<string, Bounds>,
  done: readonly string[] = [],
): Generator<readonly string[]> {
  if (ids.length === 0) yield done;
  for (const id of ids) {
    const needs = bounds.get(id)?.needs ?? [];
    if (needs.every((need) => done.includes(need)))
      yield* orders(
        ids.filter((other) => other !== id),
        bounds,
        [...done, id],
      );
  }
}

/** Puts each step of an order where it can start first; the best of all orders is the shortest schedule there is. */
export function placeInOrder(
  order: readonly string[],
  bounds: ReadonlyMap<string, Bounds>,
  lengthsMs: ReadonlyMap<string, number>,
  limits: Limits,
): readonly Placed[] {
  const placed: Placed[] = [];
  for (const id of order) {
    const { needs = [], group, demand = {}, isPause = false } = bounds.get(id) ?? {};
    const readyMs = Math.max(0, ...placed.filter((other) => needs.includes(other.id)).map(({ endMs }) => endMs));
    const lengthMs = lengthsMs.get(id) ?? 0;
    const fits = (startMs: number): boolean => {
      const beside = placed.filter((other) => other.startMs < startMs + lengthMs && startMs < other.endMs);
      // What is used rises only where something starts.
      return [startMs, ...beside.map((other) => Math.max(startMs, other.startMs))].every((atMs) => {
        const now = beside.filter((other) => other.startMs <= atMs && atMs < other.endMs);
        return (
          (isPause || now.filter((other) => bounds.get(other.id)?.isPause !== true).length < limits.maxParallel) &&
          (group === undefined || now.every((other) => bounds.get(other.id)?.group !== group)) &&
          Object.entries(demand).every(
            ([name, amount]) =>
              now.reduce((sum, other) => sum + (bounds.get(other.id)?.demand?.[name] ?? 0), amount) <=
              (limits.capacity?.[name] ?? Infinity),
          )
        );
      });
    };
    const startMs = [readyMs, ...placed.map(({ endMs }) => endMs)]
      .filter((atMs) => atMs >= readyMs)
      .toSorted((a, b) => a - b)
      .find(fits);
    if (startMs === undefined) throw new Error(`${id} fits nowhere`);
    placed.push({ id, startMs, endMs: startMs + lengthMs });
  }
  return placed;
}

/** The shortest schedule of a handful of steps, by trying all orders; a real planner for small runs. */
export function planExactly(
  bounds: ReadonlyMap<string, Bounds>,
  lengthsMs: ReadonlyMap<string, number>,
  limits: Limits,
): number {
  let bestMs = Infinity;
  for (const order of orders([...bounds.keys()], bounds)) {
    const placed = placeInOrder(order, bounds, lengthsMs, limits);
    bestMs = Math.min(bestMs, Math.max(0, ...placed.map(({ endMs }) => endMs)));
  }
  return bestMs;
}

/** Answers what if with the shortest schedule. */
export const exactReplan =
  (steps: Readonly<Record<string, Bounds>>, limits: Limits): Replan =>
  ({ durationsMs, maxParallel, demand, withoutGroups = [], withoutResources = [] }) => {
    const bounds = new Map(
      Object.entries(steps).map(([id, { needs = [], group, demand: usual }]): [string, Bounds] => [
        id,
        {
          needs,
          ...(group !== undefined && !withoutGroups.includes(group) && { group }),
          demand: Object.fromEntries(
            Object.entries({ ...usual, ...demand?.get(id) }).filter(([name]) => !withoutResources.includes(name)),
          ),
        },
      ]),
    );
    return {
      makespanMs: planExactly(bounds, durationsMs, { ...limits, ...(maxParallel !== undefined && { maxParallel }) }),
    };
  };
