import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { ran, runOf } from "../../test/build-run.ts";
import { measureSlotUse } from "./measure-slot-use.ts";
import { lengthOf, timeSteps } from "./timed-step.ts";

describe("measureSlotUse()", () => {
  test("a slot is empty in the pause after an attempt", () => {
    const spans = [
      { id: 1, name: "attempt", step: "flaky", startMs: 0, endMs: 4000 },
      { id: 2, name: "attempt", step: "flaky", startMs: 6000, endMs: 10_000 },
    ];
    const steps = timeSteps(runOf([ran("flaky", 0, 10, { attempts: 2 })], { spans }));
    expect(measureSlotUse(steps, 2)).toEqual({ maxParallel: 2, averageRunning: 0.8, aloneMs: 8000, idleMs: 12_000 });
  });

  test("work and empty slots fill all slots over the whole time", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const steps = timeSteps(record);
        const slots = Math.max(1, steps.length);
        const { averageRunning, aloneMs, idleMs } = measureSlotUse(steps, slots);
        const spanMs = Math.max(0, ...steps.map(({ finishedMs }) => finishedMs)) - (steps[0]?.startedMs ?? 0);
        const workMs = steps.reduce((sum, step) => sum + lengthOf(step), 0);
        if (spanMs > 0) expect(averageRunning * spanMs).toBeCloseTo(workMs, 3);
        if (steps.length > 0) expect(workMs + idleMs).toBeCloseTo(slots * spanMs, 3);
        expect(aloneMs).toBeLessThanOrEqual(spanMs + 1e-6);
      }),
    );
  });
});
