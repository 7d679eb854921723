import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createLoss, type LossName } from "./losses.ts";

const residualsOf = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });
const losses = fc.constantFrom<LossName[]>(
  { type: "squared" },
  { type: "absolute" },
  { type: "quantile", level: 0.9 },
  { type: "quantile", level: 0.2 },
);

test("property: gradients are the slope of the loss", () => {
  fc.assert(
    fc.property(residualsOf, losses, fc.constantFrom(1, 3), (residuals, name, weight) => {
      const loss = createLoss(name);
      const gradients = new Float64Array(residuals.length);
      const weights = new Float64Array(residuals.length).fill(weight);
      loss.fillGradients(Float64Array.from(residuals), weights, residuals.length, gradients);
      for (const [row, residual] of residuals.entries()) {
        if (residual === 0) expect(gradients.at(row)).toBe(0);
        else {
          const lossAt = (at: number): number => loss.mean(Float64Array.of(at), undefined, 0, 1);
          const slope = (lossAt(residual + 1e-4) - lossAt(residual - 1e-4)) / 2e-4;
          expect(gradients.at(row)!).toBeCloseTo(weight * slope, 6);
        }
      }
    }),
  );
});

test("property: a leaf's value is nearly the best for its rows", () => {
  fc.assert(
    fc.property(residualsOf, losses, fc.integer({ min: -20, max: 20 }), (residuals, name, other) => {
      const loss = createLoss(name);
      const count = residuals.length;
      const value = loss.leafValue(Float64Array.from(residuals), undefined, count);
      const lossWith = (added: number): number =>
        loss.mean(
          Float64Array.from(residuals, (residual) => residual - added),
          undefined,
          0,
          count,
        );
      // Quantiles aim at rows to come, which is less than one position among these rows away from the best.
      const slack = name.type === "squared" ? 1e-9 : 40 / count;
      expect(lossWith(value)).toBeLessThanOrEqual(lossWith(other) + slack);
    }),
  );
});

test("the constant of `absolute` is the median, that of `quantile` the quantile, that of `squared` the mean", () => {
  const constant = (name: LossName): number =>
    createLoss(name).constant(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 99), undefined, 9);
  expect(constant({ type: "absolute" })).toBe(5);
  expect(constant({ type: "huber" })).toBe(5);
  expect(constant({ type: "quantile", level: 0.2 })).toBe(2);
  expect(constant({ type: "squared" })).toBe(15);
});

test("Huber's δ is the quantile of the sizes: below it the slope is the residual, beyond it is cut off", () => {
  const loss = createLoss({ type: "huber", level: 0.5 });
  loss.prepare!(Float64Array.of(1, 2, 10), undefined, 3);
  const gradients = new Float64Array(4);
  loss.fillGradients(Float64Array.of(1, -2, 10, -50), undefined, 4, gradients);
  expect([...gradients]).toEqual([1, -2, 2, -2]);
  expect(loss.mean(Float64Array.of(1, -10), undefined, 0, 2)).toBe((0.5 + 2 * (10 - 1)) / 2);
  // The median is 1; on top comes the mean of what is left, cut off at 2: (-1 + 0 + 2) / 3.
  expect(loss.leafValue(Float64Array.of(0, 1, 50), undefined, 3)).toBeCloseTo(1 + 1 / 3, 12);
});

test("Huber's mean keeps the first round's δ, so that rounds can be compared; slopes take the newest", () => {
  const loss = createLoss({ type: "huber" });
  loss.prepare!(Float64Array.of(5), undefined, 1);
  loss.prepare!(Float64Array.of(1), undefined, 1);
  expect(loss.mean(Float64Array.of(3), undefined, 0, 1)).toBe(4.5);
  const gradients = new Float64Array(1);
  loss.fillGradients(Float64Array.of(3), undefined, 1, gradients);
  expect([...gradients]).toEqual([1]);
});
