import * as fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { measureSlotUse } from "./measure-slot-use.ts";
import { lengthOf, timeSteps } from "./timed-step.ts";

test("measureSlotUse(): work and empty slots fill all slots over the whole time", () => {
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
