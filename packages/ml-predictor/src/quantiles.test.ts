import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, normal } from "../test/histories.ts";
import { createRatioQuantile } from "./quantiles.ts";

test("without any outcome the bound is twice the prediction", () => {
  expect(createRatioQuantile(0.9).bound("build", 10)).toBeCloseTo(20, 2);
});

test("the bound covers nine in ten when errors keep their nature", () => {
  const random = createRandom(7);
  const quantile = createRatioQuantile(0.9);
  let covered = 0;
  const rounds = 4000;
  for (let round = 0; round < rounds; round += 1) {
    const step = `step-${round % 40}`;
    const actual = 10 * Math.exp(0.3 * normal(random));
    if (actual <= quantile.bound(step, 10)) covered += 1;
    quantile.add(step, 10, actual);
  }
  expect(covered / rounds).toBeGreaterThan(0.87);
  expect(covered / rounds).toBeLessThan(0.93);
});

test("a steady step gets a tighter bound than a wild one, and a new one lies between", () => {
  const random = createRandom(1);
  const quantile = createRatioQuantile(0.9);
  for (let round = 0; round < 60; round += 1) {
    quantile.add("steady", 10, 10 * Math.exp(0.01 * normal(random)));
    quantile.add("wild", 10, 10 * Math.exp(0.8 * normal(random)));
  }
  expect(quantile.bound("steady", 10)).toBeLessThan(quantile.bound("new", 10));
  expect(quantile.bound("new", 10)).toBeLessThan(quantile.bound("wild", 10));
});

test("a step that has become steady is believed after fifty outcomes", () => {
  const quantile = createRatioQuantile(0.9);
  for (let round = 0; round < 50; round += 1) quantile.add("build", 1, 8);
  const before = quantile.bound("build", 1);
  for (let round = 0; round < 50; round += 1) quantile.add("build", 1, 1);
  expect(before).toBeGreaterThan(7);
  // The pool of all outcomes still remembers: 20 parts of ln 8 against 50 of ln 1.
  expect(quantile.bound("build", 1)).toBeLessThan(2);
});

test("property: the bound is finite and never below the prediction", () => {
  const seconds = fc.oneof(fc.constantFrom(0, 1e-9, 99_999_999), fc.double({ min: 0, max: 99_999_999, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b"), seconds, seconds)), seconds, (outcomes, predicted) => {
      const quantile = createRatioQuantile(0.9);
      for (const [step, was, is] of outcomes) quantile.add(step, was, is);
      for (const step of ["a", "b", "c"]) {
        const bound = quantile.bound(step, predicted);
        expect(Number.isFinite(bound)).toBe(true);
        expect(bound).toBeGreaterThanOrEqual(predicted);
      }
    }),
  );
});

test("a level outside 0 to 1 is refused", () => {
  for (const level of [0, 1, -1, Number.NaN]) expect(() => createRatioQuantile(level)).toThrow(RangeError);
});

test("where bounds hold too often for a while, the next ones are lower; where they fail, higher; without an end of runs neither", () => {
  const random = createRandom(5);
  const still = createRatioQuantile(0.9);
  const moving = createRatioQuantile(0.9);
  const after = (runs: number, spread: number): void => {
    for (let run = 0; run < runs; run += 1) {
      for (let step = 0; step < 20; step += 1) {
        const actual = 10 * Math.exp(spread * normal(random));
        for (const bounds of [still, moving]) bounds.add(`step-${step}`, 10, actual);
      }
      moving.endRun();
    }
  };
  after(60, 0.5);
  after(12, 0.1);
  expect(moving.bound("other", 10)).toBeLessThan(still.bound("other", 10));
  after(20, 1.5);
  expect(moving.bound("other", 10)).toBeGreaterThan(still.bound("other", 10));
});

test("a bound may lie below what it rests on, but not below the least it is given", () => {
  const bounds = createRatioQuantile(0.9);
  for (let run = 0; run < 200; run += 1) bounds.add("build", 20, 12, 10);
  expect(bounds.bound("build", 20, 10)).toBeCloseTo(12, 0);
  expect(bounds.bound("build", 20, 15)).toBe(15);
  expect(bounds.bound("build", 20)).toBe(20);
});
