import * as fc from "fast-check";
import { expect, test } from "vitest";
import { chooseDefault, chooseRule, loss, LossTable } from "./choose-rule.ts";

function table(rows: readonly (readonly number[])[], candidates = 2): LossTable {
  const losses = new LossTable(candidates);
  for (const row of rows) losses.add(row);
  return losses;
}

test("loss is the same for the same ratio, whichever way, and has an upper end", () => {
  expect(loss(10, 10)).toBe(0);
  expect(loss(1.1, 1)).toBeCloseTo(Math.log(1.1), 3);
  expect(loss(1100, 1000)).toBeCloseTo(loss(1000, 1100), 9);
  expect(loss(1000, 1)).toBe(loss(1.5, 1));
});

test("gain and its standard error are those of the paired differences", () => {
  const rows: readonly (readonly [number, number])[] = [
    [0.1, 0.05],
    [0.2, 0.05],
    [0.1, 0.12],
    [0, 0],
  ];
  const differences = rows.map(([other, candidate]) => other - candidate);
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / 4;
  const variance = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / 3;
  const gain = table(rows).gain(1, 0);
  expect(gain.mean).toBeCloseTo(mean, 12);
  expect(gain.standardError).toBeCloseTo(Math.sqrt(variance / 4), 12);
});

test("the default is the best over all outcomes, the first of equals", () => {
  expect(chooseDefault(table([[0.1, 0.05]]), 2)).toBe(1);
  expect(chooseDefault(table([[0.05, 0.05]]), 2)).toBe(0);
  expect(chooseDefault(table([]), 2)).toBe(0);
});

test("a step leaves the default when its gain is clear", () => {
  const clear = Array.from({ length: 12 }, (_, place) => [0.1 + (place % 2) * 0.01, 0.05]);
  expect(chooseRule(table(clear), 2, 0).candidate).toBe(1);
});

test("a step stays when the gain is within its own standard error", () => {
  // Eleven draws and one lucky hit: mean gain d/12, standard error d/12 as well.
  const lucky = Array.from({ length: 12 }, (_, place) => [place === 3 ? 0.2 : 0.1, 0.1]);
  expect(chooseRule(table(lucky), 2, 0)).toEqual({ candidate: 0, gain: 0, standardError: 0 });
});

test("a step with few scored outcomes stays", () => {
  expect(chooseRule(table(Array.from({ length: 9 }, () => [0.2, 0])), 2, 0).candidate).toBe(0);
  expect(chooseRule(table(Array.from({ length: 10 }, () => [0.2, 0])), 2, 0).candidate).toBe(1);
});

test("of several clear gains the largest wins", () => {
  const rows = Array.from({ length: 20 }, () => [0.2, 0.1, 0.05, 0.15]);
  expect(chooseRule(table(rows, 4), 4, 0).candidate).toBe(2);
  expect(chooseRule(table(rows, 4), 4, 3).candidate).toBe(2);
});

test("property: over the scored outcomes the chosen rules are never worse than the default", () => {
  const row = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0, max: 0.2, noNaN: true })));
  fc.assert(
    fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 10 }), (steps) => {
      const all = table(steps.flat(), 3);
      const byDefault = chooseDefault(all, 3);
      let chosenLoss = 0;
      let defaultLoss = 0;
      for (const rows of steps) {
        const own = table(rows, 3);
        const choice = chooseRule(own, 3, byDefault);
        expect(choice.gain).toBeGreaterThanOrEqual(0);
        if (choice.candidate !== byDefault) expect(choice.gain).toBeGreaterThan(choice.standardError);
        chosenLoss += own.mean(choice.candidate) * own.count;
        defaultLoss += own.mean(byDefault) * own.count;
      }
      expect(chosenLoss).toBeLessThanOrEqual(defaultLoss + 1e-9);
    }),
  );
});

test("what has faded counts less, in the mean and in the standard error", () => {
  const table = new LossTable(2);
  for (let outcome = 0; outcome < 20; outcome += 1) table.add([0.1, outcome % 2 === 0 ? 0 : 0.02]);
  const before = table.gain(1, 0);
  table.fade(0.1);
  expect(table.count).toBe(20);
  expect(table.gain(1, 0).mean).toBeCloseTo(before.mean, 12);
  expect(table.gain(1, 0).standardError).toBeGreaterThan(2 * before.standardError);
  // Twenty that count as two against two of today.
  for (let outcome = 0; outcome < 2; outcome += 1) table.add([0, 0.1]);
  expect(table.mean(0)).toBeCloseTo(0.05, 12);
  expect(table.mean(1)).toBeCloseTo((2 * 0.01 + 2 * 0.1) / 4, 12);
});
