import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, normal } from "../test/histories.ts";
import { Group, type Member } from "./group.ts";

/** A group of steps around `levels`, each run `runs` times with noise of `noise` on the logarithmic scale. */
function groupOf(levels: readonly number[], runs: number, noise: number): Group {
  const random = createRandom(3);
  const group = new Group();
  for (const level of levels) {
    let member: Member | undefined;
    for (let run = 0; run < runs; run += 1) member = group.add(level * Math.exp(noise * normal(random)), member);
  }
  return group;
}

test("its median counts every step once, by its last duration", () => {
  const group = new Group();
  let chatty: Member | undefined;
  for (let run = 0; run < 50; run += 1) chatty = group.add(1000, chatty);
  group.add(10, group.add(500, undefined));
  group.add(2, undefined);
  expect(group.steps).toBe(3);
  expect(group.quantile(0.5)).toBeCloseTo(10, 0);
});

test("an empty group has no median", () => {
  expect(new Group().quantile(0.5)).toBeUndefined();
});

/** What becomes of 40 s for a step that took 40 s in each of `runs` runs, in a group of others. */
function drawn(group: Group, runs: number): number {
  let self = group.add(40, undefined);
  for (let run = 1; run < runs; run += 1) self = group.add(40, self);
  return group.shrink(40, self);
}

test("among steps that are alike, a first odd duration is drawn to the others, less so after more runs", () => {
  const alike = (): Group => groupOf([7, 8, 9, 10, 12, 14], 8, 0.2);
  const afterOne = drawn(alike(), 1);
  const afterThree = drawn(alike(), 3);
  expect(afterOne).toBeGreaterThan(10);
  expect(afterOne).toBeLessThan(38);
  expect(afterThree).toBeGreaterThan(afterOne);
  expect(afterThree).toBeLessThan(40);
  expect(drawn(alike(), 5)).toBe(40);
});

test("among steps unlike each other a first duration is believed", () => {
  expect(drawn(groupOf([0.1, 1, 10, 100, 1000, 10_000], 8, 0.05), 1)).toBeCloseTo(40, 0);
});

test("two others say nothing", () => {
  expect(drawn(groupOf([10, 10], 8, 0.2), 1)).toBe(40);
});

test("property: what is drawn lies between the prediction and the group's median", () => {
  const seconds = fc.double({ min: 0, max: 99_999_999, noNaN: true });
  const steps = fc.array(fc.array(seconds, { minLength: 1, maxLength: 6 }), { minLength: 1 });
  fc.assert(
    fc.property(steps, seconds, (steps, predicted) => {
      const group = new Group();
      const members = steps.map((durations) => {
        let member = group.add(durations[0] ?? 0, undefined);
        for (const duration of durations.slice(1)) member = group.add(duration, member);
        return member;
      });
      const median = group.quantile(0.5) ?? Number.NaN;
      for (const member of members) {
        const drawn = group.shrink(predicted, member);
        expect(drawn).toBeGreaterThanOrEqual(Math.min(predicted, median) * (1 - 1e-9) - 1e-9);
        expect(drawn).toBeLessThanOrEqual(Math.max(predicted, median) * (1 + 1e-9) + 1e-9);
      }
    }),
  );
});
