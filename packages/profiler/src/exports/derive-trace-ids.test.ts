import { describe, expect, test } from "vitest";
import { deriveTraceIds } from "./derive-trace-ids.ts";
import { parseTraceParent } from "./parse-trace-parent.ts";

const identity = { workflowId: "shop", runId: "20261123-1", startedAt: "2026-11-23T10:00:00.000Z" };

describe("deriveTraceIds()", () => {
  test("gives the same ids for the same run, on any machine and in any version", () => {
    const ids = deriveTraceIds(identity);
    expect([ids.traceId, ids.runSpanId, ids.stepSpanId("lint"), ids.stepSpanId("lint", 1), ids.innerSpanId(0)]).toEqual(
      [
        "4e82163475f61c794c3fd5b0d5287920",
        "fb1ac2d8f2c0aefa",
        "0e6b97cb9fff7fa5",
        "b454f1dae9dfaec2",
        "b6d5ef28958c6351",
      ],
    );
  });

  test("is read by every tool that knows the trace context", () => {
    const ids = deriveTraceIds(identity);
    expect(parseTraceParent(ids.stepTraceParent("lint"))).toEqual({
      traceId: ids.traceId,
      spanId: ids.stepSpanId("lint"),
      sampled: true,
    });
  });

  test("does not confuse where one part ends and the next begins", () => {
    const a = deriveTraceIds({ ...identity, workflowId: "a", runId: "bc" });
    const b = deriveTraceIds({ ...identity, workflowId: "ab", runId: "c" });
    expect(a.traceId).not.toBe(b.traceId);
  });
});
