import type { TestableStep } from "@ai-workflow/pipeline-stages";

/**
 * Merges two orders of steps into the one with the least expected time to the first failure, or to the end where none fails, on one slot.
 * Dynamic programming over how much of each order is done: what is still to come depends on nothing else. Pure. O(first × second).
 *
 * @param first - each after what it needs
 * @param second - each after what it needs, also through steps of the first order
 */
export function mergeOrders(first: readonly TestableStep[], second: readonly TestableStep[]): readonly string[] {
  const placeInFirst = new Map(first.map(({ id }, place) => [id, place]));
  const placeInSecond = new Map(second.map(({ id }, place) => [id, place]));
  // How many of the other order have to be done before each step.
  const othersBefore = ({ needs = [] }: TestableStep, places: ReadonlyMap<string, number>): number =>
    needs.reduce((most, need) => Math.max(most, (places.get(need) ?? -1) + 1), 0);
  const secondBefore = first.map((step) => othersBefore(step, placeInSecond));
  const firstBefore = second.map((step) => othersBefore(step, placeInFirst));

  const width = second.length + 1;
  const size = (first.length + 1) * width;
  // Expected time left once so much is done and has passed, from the end on.
  const leftMs = new Float64Array(size).fill(Infinity);
  const takesFirst = new Uint8Array(size);
  leftMs[size - 1] = 0;
  for (let place = size - 2; place >= 0; place--) {
    const doneFirst = Math.floor(place / width);
    const doneSecond = place % width;
    const one = first[doneFirst];
    const other = second[doneSecond];
    if (one !== undefined && doneSecond >= (secondBefore[doneFirst] ?? 0)) {
      leftMs[place] = after(one, leftMs[place + width]);
      takesFirst[place] = 1;
    }
    if (other === undefined || doneFirst < (firstBefore[doneSecond] ?? 0)) continue;
    const ms = after(other, leftMs[place + 1]);
    if (ms >= (leftMs[place] ?? Infinity)) continue;
    leftMs[place] = ms;
    takesFirst[place] = 0;
  }
  if (leftMs[0] === Infinity) throw new Error("Cannot merge orders: each needs the other first");
  const order: string[] = [];
  for (let place = 0; place < size - 1;) {
    const step = takesFirst[place] === 1 ? first[Math.floor(place / width)] : second[place % width];
    order.push(step?.id ?? "");
    place += takesFirst[place] === 1 ? width : 1;
  }
  return order;
}

function after({ predictedMs, failureProbability }: TestableStep, leftMs = Infinity): number {
  // A step that fails surely would make what must not come look free.
  return leftMs === Infinity ? Infinity : predictedMs + (1 - failureProbability) * leftMs;
}
