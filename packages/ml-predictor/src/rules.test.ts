import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyHistory, sample, series } from "../test/histories.ts";
import type { Candidate } from "./candidate.ts";
import { ewma, lastValue, machineRules, meanOfFive, medianOfFive, perMachine, simpleRules } from "./rules.ts";

function after(rule: Candidate, durations: readonly number[]): number | undefined {
  const model = rule.create();
  for (const row of series(durations)) model.learn(row);
  return model.predict({ step: "build" });
}

test("last value answers with the newest duration", () => {
  expect(after(lastValue, [5, 1, 3])).toBe(3);
});

test("mean of five forgets what is older", () => {
  expect(after(meanOfFive, [1000, 1, 2, 3, 4, 10])).toBe(4);
  expect(after(meanOfFive, [1, 2])).toBe(1.5);
});

test("median of five is not moved by one odd run, and forgets what is older", () => {
  expect(after(medianOfFive, [9, 9, 1, 2, 1000, 3, 4])).toBe(3);
  expect(after(medianOfFive, [1, 3])).toBe(2);
});

test("EWMA moves three tenths of the way to the newest duration", () => {
  expect(after(ewma, [10])).toBe(10);
  expect(after(ewma, [10, 20])).toBeCloseTo(13, 12);
  expect(after(ewma, [10, 20, 13])).toBeCloseTo(13, 12);
});

describe.each([...simpleRules, ...machineRules])("$name", (rule) => {
  test("has nothing to say about a step it has not seen", () => {
    expect(after(rule, [])).toBeUndefined();
    const model = rule.create();
    model.learn(sample({ run: 0, seconds: 3 }));
    expect(model.predict({ step: "other" })).toBeUndefined();
    expect(model.predict({ step: "__proto__" })).toBeUndefined();
  });

  test("property: answers lie between the least and the greatest duration of the step", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const model = rule.create();
        for (const row of history) model.learn(row);
        for (const { step, machine } of history) {
          const seen = history.filter((row) => row.step === step).map(({ seconds }) => seconds);
          const answer = model.predict({ step, machine })!;
          const slack = 1e-9 * Math.max(...seen);
          expect(answer).toBeGreaterThanOrEqual(Math.min(...seen) - slack);
          expect(answer).toBeLessThanOrEqual(Math.max(...seen) + slack);
        }
      }),
    );
  });

  test("property: predicting changes nothing, and models of one rule share nothing", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const asked = rule.create();
        const quiet = rule.create();
        for (const row of history) {
          asked.predict(row);
          asked.learn(row);
          quiet.learn(row);
        }
        for (const row of history) expect(asked.predict(row)).toBe(quiet.predict(row));
      }),
    );
  });
});

test("a rule per machine answers for that machine, and over all machines elsewhere", () => {
  const model = perMachine(lastValue).create();
  model.learn(sample({ run: 0, seconds: 10, machine: "slow" }));
  model.learn(sample({ run: 1, seconds: 2, machine: "fast" }));
  expect(model.predict({ step: "build", machine: "slow" })).toBe(10);
  expect(model.predict({ step: "build", machine: "fast" })).toBe(2);
  expect(model.predict({ step: "build", machine: "new" })).toBe(2);
  expect(model.predict({ step: "build" })).toBe(2);
});
