import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalDurations } from "../../test/normal-values.ts";
import { findDegradation, MANY_SERIES, type Degradation } from "./find-degradation.ts";

const statusOf = (durations: Iterable<number>, options = {}): Degradation["status"] =>
  findDegradation(durations, options).status;
const level = (seed: number): number[] => normalDurations(30, 20, 0.1, seed);

describe("findDegradation()", () => {
  test("finds five durations that are 50 % longer, and turned round five that are shorter", () => {
    const found = findDegradation([...level(1), ...normalDurations(5, 30, 0.1, 2)]);
    expect(found).toMatchObject({ status: "degraded" });
    if (found.status === "learning") return;
    expect(found.ratio).toBeGreaterThan(1.35);
    expect(found.ratio).toBeLessThan(1.7);
    expect(found.before).toBeCloseTo(20, -1);
    expect(found.pValue).toBeLessThan(1e-4);
    expect(statusOf([...level(1), ...normalDurations(5, 13, 0.1, 2)])).toBe("improved");
  });

  test("alarms in at most one of a hundred runs without a change, and finds +50 %", () => {
    let alarms = 0;
    let found = 0;
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const durations = normalDurations(35, 20, 0.12, seed);
      if (statusOf(durations) === "degraded") alarms += 1;
      if (statusOf(durations.map((one, place) => (place < 30 ? one : one * 1.5))) === "degraded") found += 1;
    }
    expect(alarms).toBeLessThanOrEqual(10);
    expect(found).toBeGreaterThan(950);
  });

  test("one disturbed run neither raises an alarm nor hides one", () => {
    expect(statusOf([...level(3), 20, 21, 500, 19, 20])).toBe("steady");
    expect(statusOf([...level(3), 31, 32, 0.1, 30, 33])).toBe("degraded");
  });

  test("small changes of quiet series do not matter, and equal durations are no division by zero", () => {
    const flat = Array.from({ length: 30 }, () => 10);
    expect(findDegradation([...flat, 11, 11, 11, 11, 11])).toMatchObject({
      status: "steady",
      ratio: expect.closeTo(1.1, 9),
    });
    expect(findDegradation([...flat, ...flat])).toMatchObject({ status: "steady", ratio: expect.closeTo(1, 9) });
    expect(statusOf([...flat, 20, 20, 20, 20, 20])).toBe("degraded");
  });

  test("learns until there are enough durations, leaving out what is none", () => {
    expect(findDegradation([])).toEqual({ status: "learning", missing: 35 });
    const odd = [Number.NaN, 0, -1, Number.POSITIVE_INFINITY];
    expect(findDegradation([...level(1), ...odd, 1, 1])).toEqual({ status: "learning", missing: 3 });
    expect(statusOf([...level(1), ...odd, 20, 20, 20, 20, 20])).toBe("steady");
    expect(findDegradation([1, 2, 3], { recent: 3, previous: 10 })).toEqual({ status: "learning", missing: 10 });
  });

  test("does not depend on the unit, and turns round with the values", () => {
    const series = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 35, maxLength: 35 });
    const opposite = { degraded: "improved", improved: "degraded", steady: "steady", learning: "learning" };
    fc.assert(
      fc.property(series, fc.constantFrom(0.001, 60, 1e6), (durations, factor) => {
        const [one, scaled] = [findDegradation(durations), findDegradation(durations.map((value) => value * factor))];
        expect(scaled.status).toBe(one.status);
        if (one.status === "learning" || scaled.status === "learning") return;
        expect(scaled.ratio).toBeCloseTo(one.ratio, 9);
        expect(statusOf(durations.map((value) => 1 / value))).toBe(opposite[one.status]);
      }),
    );
  });

  test("a stricter rule finds nothing that a looser one does not", () => {
    const series = fc.array(fc.double({ min: 1, max: 3, noNaN: true }), { minLength: 35, maxLength: 35 });
    fc.assert(
      fc.property(series, (durations) => {
        const shifted = durations.map((value, place) => (place < 30 ? value : value * 2));
        if (statusOf(shifted, { rule: MANY_SERIES }) === "degraded") expect(statusOf(shifted)).toBe("degraded");
      }),
    );
    const grown = [...level(1), ...normalDurations(5, 25, 0.01, 2)];
    expect(statusOf(grown)).toBe("degraded");
    expect(statusOf(grown, { rule: MANY_SERIES })).toBe("steady");
    expect(statusOf(grown, { rule: { minT: 50 } })).toBe("steady");
    expect(statusOf(grown, { rule: { maxPValue: 1e-9 } })).toBe("steady");
  });

  test("refuses options out of range", () => {
    for (const options of [
      { recent: 2 },
      { recent: 11 },
      { previous: 9 },
      { previous: 10.5 },
      { rule: { minT: -1 } },
    ]) {
      expect(() => findDegradation([], options), JSON.stringify(options)).toThrow(RangeError);
    }
  });
});
