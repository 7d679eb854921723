import { orderByBlocks } from "./order-by-blocks.ts";
import { orderExactly } from "./order-exactly.ts";
import { urgencyOfStep, type StepNode, type TestableStep } from "./testable-step.ts";

/** An order in which a failure is known early. */
export interface FirstFailureOrder {
  /** Ids, each behind those it needs. */
  readonly order: readonly string[];
  /** The place in the order as a priority for a scheduler: the first has the highest, the last 1. */
  readonly priorities: ReadonlyMap<string, number>;
  /** Whether no other order has a shorter expected time to the first failure on one slot. */
  readonly isExact: boolean;
}

/**
 * Orders the steps of a stage so that a failing run is known early: so that the expected time to the first failure is short.
 *
 * Without needs and on one slot the steps go by failure probability per time, highest first, which no order beats (Mitten
 * 1960; the least-cost testing sequence). With needs the best order is found among all where these are few, see
 * `isExact`; otherwise blocks of steps go by the same ratio (Sidney 1975, Monma and Sidney 1979; the problem is hard in general).
 * For more slots, give a list scheduler the priorities: the ratio is the best list order known to be good for the closely related weighted
 * completion times (Kawaguchi and Kyan 1986). Steps that come out equal stay in the order given. O(n log n) without needs.
 *
 * @throws {RangeError} a probability is not from 0 to 1, a time is negative or not finite, two steps have one id, or the needs
 *   form a cycle.
 */
export function orderForFirstFailure(steps: readonly TestableStep[]): FirstFailureOrder {
  const nodes = readNodes(steps);
  const hasNeeds = nodes.some(({ needs }) => needs.length > 0);
  const exact = hasNeeds ? orderExactly(nodes) : orderByUrgency(nodes);
  const order = (exact ?? orderByBlocks(nodes)).map((index) => steps[index]?.id ?? "");
  const priorities = new Map(order.map((id, place) => [id, order.length - place]));
  return { order, priorities, isExact: exact !== undefined };
}

function orderByUrgency(nodes: readonly StepNode[]): readonly number[] {
  return nodes
    .map((node, index) => ({ index, urgency: urgencyOfStep(node) }))
    .sort((a, b) => (a.urgency === b.urgency ? a.index - b.index : b.urgency > a.urgency ? 1 : -1))
    .map(({ index }) => index);
}

function readNodes(steps: readonly TestableStep[]): readonly StepNode[] {
  const places = new Map(steps.map(({ id }, index) => [id, index]));
  const refuse = (problem: string): never => {
    throw new RangeError(`Cannot order steps: ${problem}`);
  };
  if (places.size < steps.length) refuse("two steps have one id");
  const nodes = steps.map(({ id, failureProbability, predictedMs, needs = [] }): StepNode => {
    if (!(failureProbability >= 0 && failureProbability <= 1)) {
      refuse(`\`failureProbability\` of "${id}" must be from 0 to 1, got ${failureProbability}`);
    }
    if (!(predictedMs >= 0 && predictedMs < Infinity)) {
      refuse(`\`predictedMs\` of "${id}" must be finite and not negative, got ${predictedMs}`);
    }
    const inside = [...new Set(needs)].flatMap((need) => places.get(need) ?? []);
    return { failureProbability, predictedMs, needs: inside };
  });
  const waitsFor = nodes.map(({ needs }) => needs.length);
  const ready = [...nodes.keys()].filter((index) => waitsFor[index] === 0);
  const neededBy = nodes.map((): number[] => []);
  for (const [index, { needs }] of nodes.entries()) for (const need of needs) neededBy[need]?.push(index);
  for (const index of ready) {
    for (const follower of neededBy[index] ?? []) {
      waitsFor[follower] = (waitsFor[follower] ?? 0) - 1;
      if (waitsFor[follower] === 0) ready.push(follower);
    }
  }
  if (ready.length < nodes.length) {
    const left = steps.filter((_, index) => (waitsFor[index] ?? 0) > 0).map(({ id }) => `"${id}"`);
    refuse(`the needs form a cycle, in or before ${left.slice(0, 5).join(", ")}`);
  }
  return nodes;
}
