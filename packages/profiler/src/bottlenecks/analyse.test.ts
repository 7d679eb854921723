import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { historyOf, ran, runOf, waited } from "../../test/build-run.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { exactReplan } from "../../test/plan-exactly.ts";
import { analyse } from "./analyse.ts";
import type { Replan } from "./bottleneck.ts";
import { formatBottlenecks } from "./format-bottlenecks.ts";

const replans: fc.Arbitrary<Replan | undefined> = fc.option(
  fc
    .func(fc.oneof(fc.double({ min: 0, max: 1e9 }), fc.constantFrom(NaN, Infinity, -5)))
    .map((makespan): Replan => ({ durationsMs, ...change }) => ({
      makespanMs: makespan([...durationsMs], Object.keys(change)),
    })),
  { nil: undefined },
);

describe("analyse()", () => {
  test("accounts for all of the time of any run, and gains lie within it, whatever the planner says", () => {
    fc.assert(
      fc.property(
        arbitraryRunRecord,
        fc.array(arbitraryRunRecord, { maxLength: 3 }),
        replans,
        (record, earlier, replan) => {
          const history = historyOf([...earlier, record, record]);
          const report = analyse(record, history, {
            replan,
            minGainSeconds: 0,
            minGainShare: 0,
            minRuns: 1,
            minReadBytes: 1,
          });
          const parts = Object.values(report.account) as number[];
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
          expect(parts.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(record.durationMs, 4);
          const gains = report.bottlenecks.map(({ expectedGainSeconds }) => expectedGainSeconds ?? -1);
          expect(gains).toEqual(gains.toSorted((a, b) => b - a));
          expect(Math.max(0, ...gains)).toBeLessThanOrEqual(record.durationMs / 1000);
          const ids = record.steps.map(({ id }) => id);
          for (const { expectedGainSeconds, gainIf, evidence, steps } of report.bottlenecks) {
            expect(expectedGainSeconds === undefined).toBe(gainIf === undefined);
            expect(expectedGainSeconds ?? 0).toBeGreaterThanOrEqual(0);
            expect(evidence.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
            expect(ids).toEqual(expect.arrayContaining([...steps]));
          }
          expect(formatBottlenecks(report)).not.toContain("NaN");
        },
      ),
    );
  });

  test("says nothing about a run without a problem", () => {
    const record = runOf([ran("build", 0.1, 10), ran("lint", 0.1, 9), ran("unit", 0.1, 10), ran("docs", 0.1, 9.5)]);
    expect(analyse(record).bottlenecks).toEqual([]);
  });

  test("does not nag about small runs, unless asked to", () => {
    const always = { decision: { action: "run", reason: "always", explanation: "" } } as const;
    const steps = [ran("build", 0, 0.4, always)];
    expect(analyse(runOf(steps)).bottlenecks).toEqual([]);
    const asked = analyse(runOf(steps), [], { minGainSeconds: 0.1 });
    expect(asked.bottlenecks).toMatchObject([{ kind: "cache-miss", expectedGainSeconds: 0.4 }]);
    // 4 s of 100 s.
    const long = [ran("long", 0, 96), ran("short", 96, 4, always)];
    expect(analyse(runOf(long)).bottlenecks.map(({ kind }) => kind)).not.toContain("cache-miss");
    expect(analyse(runOf(long), [], { minGainShare: 0.03 }).bottlenecks.map(({ kind }) => kind)).toContain(
      "cache-miss",
    );
  });

  test("a gain is one of the run: what runs beside something longer gains nothing", () => {
    const always = { decision: { action: "run", reason: "always", explanation: "" } } as const;
    const record = runOf([ran("build", 0, 30), ran("lint", 0, 20, always)]);
    expect(analyse(record).bottlenecks.filter(({ kind }) => kind === "cache-miss")).toEqual([]);
    const replan = exactReplan({ build: {}, lint: {} }, { maxParallel: 1 });
    expect(analyse(record, [], { replan }).bottlenecks).toMatchObject([
      { kind: "cache-miss", expectedGainSeconds: 20 },
    ]);
  });

  test("asks the planner with the times that were recorded, and not at all where nothing can be gained", () => {
    const asked: unknown[] = [];
    const replan: Replan = (change) => {
      asked.push(change);
      return { makespanMs: asked.length === 1 ? 40_000 : 0 };
    };
    const even = runOf([ran("build", 0, 10), ran("lint", 0, 9), ran("unit", 0, 10)]);
    analyse(even, [], { replan });
    expect(asked).toEqual([]);
    const record = runOf([ran("flaky", 0, 20, { attempts: 2, durationMs: 16_000 }), ran("lint", 0, 19)]);
    // The planner found a much shorter plan this time: no reason to promise more than the first attempt took.
    expect(analyse(record, [], { replan }).bottlenecks).toMatchObject([{ kind: "retries", expectedGainSeconds: 4 }]);
    expect(asked).toEqual([
      {
        durationsMs: new Map([
          ["lint", 19_000],
          ["flaky", 20_000],
        ]),
      },
      {
        durationsMs: new Map([
          ["lint", 19_000],
          ["flaky", 16_000],
        ]),
      },
    ]);
  });

  test("what the run would gain in its own order counts also where a better plan would not need it", () => {
    const record = runOf(
      [
        ran("flaky", 0, 8, { attempts: 2, durationMs: 2000 }),
        ran("long", 8, 20, { waits: [waited("slot", "slot", 0, 8)] }),
        ran("other", 0, 20),
      ],
      { maxParallel: 2 },
    );
    const replan = exactReplan({ flaky: {}, long: {}, other: { needs: ["long"] } }, { maxParallel: 2 });
    const { bottlenecks } = analyse(record, [], { replan });
    expect(bottlenecks.find(({ kind }) => kind === "retries")).toMatchObject({ expectedGainSeconds: 6 });
  });

  test("what a planner throws passes through", () => {
    const record = runOf([ran("flaky", 0, 20, { attempts: 2, durationMs: 4000 })]);
    const replan = (): never => {
      throw new Error("no plan");
    };
    expect(() => analyse(record, [], { replan })).toThrow("no plan");
  });

  test("ten thousand steps that were each tried twice are looked at without trying a change to each", () => {
    const steps = Array.from({ length: 10_000 }, (_, index) =>
      ran(`s${index}`, index, 1, { attempts: 2, durationMs: 500 }),
    );
    let asked = 0;
    const replan: Replan = ({ durationsMs }) => {
      asked += 1;
      return { makespanMs: [...durationsMs.values()].reduce((sum, ms) => sum + ms, 0) };
    };
    expect(analyse(runOf(steps), [], { replan }).bottlenecks).toEqual([]);
    // Only whether another order would have been shorter.
    expect(asked).toBe(1);
  });

  test("tells where the time went, the executed path, the use of slots, and why steps ran", () => {
    const record = runOf(
      [
        ran("build", 2, 10),
        ran("lint", 2, 4),
        ran("test", 12.5, 20, { waits: [waited("need", "build", 2, 12)] }),
        { ...ran("docs", 0, 0), startedMs: undefined, finishedMs: undefined, outcome: "skipped" },
      ],
      { durationMs: 33_000 },
    );
    const { account, criticalPath, slots, ranFor } = analyse(record);
    expect(account).toEqual({ setupMs: 2000, criticalPathMs: 30_000, waitingMs: 500, overheadMs: 500 });
    expect(criticalPath).toEqual([
      { stepId: "build", startedMs: 2000, finishedMs: 12_000 },
      { stepId: "test", startedMs: 12_500, finishedMs: 32_500, wait: waited("need", "build", 2, 12) },
    ]);
    expect(slots).toEqual({ maxParallel: 4, averageRunning: 34 / 30.5, aloneMs: 26_000, idleMs: 88_000 });
    expect(ranFor).toEqual([{ reason: "relevant-change", steps: ["lint", "build", "test"], seconds: 34 }]);
  });

  test("pauses between attempts on the critical path are waiting", () => {
    const record = runOf([ran("flaky", 0, 10, { attempts: 2, durationMs: 4000 })], {
      spans: [
        { id: 1, name: "attempt", step: "flaky", startMs: 0, endMs: 5000 },
        { id: 2, name: "attempt", step: "flaky", startMs: 6000, endMs: 10_000 },
      ],
    });
    expect(analyse(record).account).toEqual({ setupMs: 0, criticalPathMs: 9000, waitingMs: 1000, overheadMs: 0 });
  });

  test("setup ends with the first start, be that step on the critical path or not", () => {
    const record = runOf([ran("early", 1, 1), ran("late", 3, 5)]);
    expect(analyse(record).account).toEqual({ setupMs: 1000, criticalPathMs: 5000, waitingMs: 2000, overheadMs: 0 });
  });

  test("a run in which nothing started was all setup", () => {
    const record = runOf([], { durationMs: 400, schedule: undefined });
    expect(analyse(record).account).toEqual({ setupMs: 400, criticalPathMs: 0, waitingMs: 0, overheadMs: 0 });
  });

  test("finds what the example record shows", () => {
    const { bottlenecks } = analyse(exampleRunRecord);
    expect(bottlenecks.map(({ kind, steps, expectedGainSeconds }) => [kind, steps, expectedGainSeconds])).toEqual([
      ["low-parallelism", ["code_review"], 6.2],
      ["ai-calls", ["code_review"], 4.5],
    ]);
  });

  test.each([
    ["minGainSeconds", -1, "at least 0"],
    ["minGainShare", 1.5, "from 0 to 1"],
    ["minRuns", 0, "at least 1"],
    ["minReadBytes", NaN, "at least 0"],
    ["largeQuestionTokens", 0, "at least 1"],
  ])("refuses %s of %d", (name, value, range) => {
    expect(() => analyse(exampleRunRecord, [], { [name]: value })).toThrow(
      new RangeError(`Cannot analyse: \`${name}\` must be ${range}, got ${value}`),
    );
  });
});
