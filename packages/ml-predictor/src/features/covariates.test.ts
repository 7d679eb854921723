import { expect, test } from "vitest";
import { createRandom, sample } from "../../test/histories.ts";
import type { FeatureValue, Sample } from "../sample.ts";
import { chooseCovariates } from "./covariates.ts";

function rowsOf(features: (run: number, random: () => number) => Record<string, FeatureValue>): Sample[] {
  const random = createRandom(1);
  return Array.from({ length: 100 }, (_, run) => {
    const given = features(run, random);
    return sample({ run, seconds: Number(given["bytes"] ?? 1) / 1000, features: given });
  });
}

test("a number that explains durations takes part, with bends where it reaches far; noise and constants do not", () => {
  const rows = rowsOf((_, random) => ({ bytes: 1000 * 10 ** (3 * random()), noise: random(), cores: 4 }));
  const covariates = chooseCovariates(rows);
  expect(covariates.size).toBe(3);
  const at = (bytes: number): number => covariates.encode({ step: "build", features: { bytes } }).values[0] ?? 0;
  expect(at(20_000) - at(10_000)).toBeCloseTo(Math.log(2), 9);
  // Less than was ever seen, and even nothing, stays finite.
  expect(Number.isFinite(at(0))).toBe(true);
  expect(Number.isFinite(at(-5))).toBe(true);
});

test("zeros and negative numbers are no hindrance", () => {
  const rows = rowsOf((run) => ({ delta: run % 2 === 0 ? -50 : 0, bytes: run % 2 === 0 ? 1000 : 9000 }));
  const encoded = chooseCovariates(rows).encode({ step: "build", features: { delta: -1e300, bytes: 1e300 } });
  expect(encoded.values.every(Number.isFinite)).toBe(true);
});

test("levels met often take part, names that are new in every row do not, and unknown ones are none", () => {
  const rows = rowsOf((run) => ({ cpu: run % 2 === 0 ? "x" : "y", commit: `sha-${run}` }));
  const covariates = chooseCovariates(rows);
  expect(covariates.size).toBe(2);
  expect(covariates.isLevel).toEqual([true, true]);
  const known = covariates.encode({ step: "build", features: { cpu: "y", commit: "sha-3" } });
  expect(known).toEqual({ places: [expect.any(Number)], values: [1], known: 0 });
  expect(covariates.encode({ step: "build", features: { cpu: "z" } }).places).toEqual([]);
});

test("a query says how many of the numbers it has", () => {
  const covariates = chooseCovariates(rowsOf((_, random) => ({ bytes: 1000 * 10 ** (3 * random()) })));
  expect(covariates.encode({ step: "build", features: { bytes: 5000 } }).known).toBe(1);
  expect(covariates.encode({ step: "build", features: { constructor: 1 } }).known).toBe(0);
  expect(covariates.encode({ step: "build" }).known).toBe(0);
});

test("names of what every object has are features like others", () => {
  const rows = rowsOf((_, random) => {
    const size = 1000 * 10 ** random();
    return { toString: size, bytes: size };
  });
  expect(chooseCovariates(rows).encode({ step: "build", features: {} }).known).toBe(0);
});

test("no rows choose nothing", () => {
  const covariates = chooseCovariates([]);
  expect(covariates.size).toBe(0);
  expect(covariates.encode({ step: "build", machine: "a", features: { bytes: 1 } }).places).toEqual([]);
});
