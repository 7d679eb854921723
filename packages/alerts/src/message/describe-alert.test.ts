import { describe, expect, test } from "vitest";
import { degraded, slowRun } from "../../test/examples.ts";
import { describeAlert } from "./describe-alert.ts";

describe("describeAlert()", () => {
  test("says what was measured, before and after", () => {
    expect(describeAlert(slowRun)).toBe("took 6 min 52 s, the threshold is 5 min 0 s");
    expect(describeAlert({ ...slowRun, status: "resolved" })).toBe("is back to 6 min 52 s, the threshold is 5 min 0 s");
    expect(describeAlert(degraded)).toBe("has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs");
    const evidence = { kind: "degradation", beforeMs: 0, afterMs: 3, windowCount: 1, thresholdShare: 0.1 } as const;
    expect(describeAlert({ ...degraded, status: "resolved", evidence })).toBe(
      "is no longer slower than it was: 0 ms before, 3 ms in the last run",
    );
  });
});
