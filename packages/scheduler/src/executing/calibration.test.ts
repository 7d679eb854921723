import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Calibration } from "./calibration.ts";

const durations = fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 30 });

test("Calibration leaves predictions that come true as they are", () => {
  fc.assert(
    fc.property(durations, fc.double({ min: 0.001, max: 1e7, noNaN: true }), (predicted, asked) => {
      const calibration = new Calibration(predicted);
      expect(calibration.correction()(asked)).toBe(asked);
      for (const duration of predicted) calibration.observe(duration, duration);
      expect(calibration.correction()(asked) / asked).toBeCloseTo(1, 6);
    }),
  );
});

test("Calibration learns that everything takes twice as long, the more surely the more has ended", () => {
  const predicted = Array.from({ length: 500 }, (_, i) => 100 + ((i * 37) % 400));
  const calibration = new Calibration(predicted);
  const ratios = predicted.map((duration) => {
    calibration.observe(duration, 2 * duration);
    return calibration.correction()(250) / 250;
  });
  expect(ratios[0]).toBeLessThan(1.1);
  expect(ratios).toEqual(ratios.toSorted((a, b) => a - b));
  expect(ratios.at(-1)).toBeCloseTo(2, 1);
});

test("Calibration draws predictions that say nothing towards their mean", () => {
  const predicted = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? 100 : 400));
  const calibration = new Calibration(predicted);
  for (const duration of predicted) calibration.observe(duration, 200);
  const correct = calibration.correction();
  expect(correct(400) / correct(100)).toBeLessThan(1.1);
  expect(correct(200)).toBeCloseTo(200, -1);
});

test("Calibration passes over what has no logarithm, and equal predictions", () => {
  const calibration = new Calibration([0, 5, 5]);
  calibration.observe(0, 5);
  calibration.observe(5, 0);
  calibration.observe(Number.NaN, 1);
  expect(calibration.correction()(7)).toBe(7);
  calibration.observe(5, 10);
  const correct = calibration.correction();
  expect(correct(0)).toBe(0);
  expect(correct(5)).toBeGreaterThan(5);
  expect(correct(5)).toBeLessThan(6);
});
