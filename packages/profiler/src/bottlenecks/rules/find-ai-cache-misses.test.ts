import { describe, expect, test } from "vitest";
import { ran, runOf, told } from "../../../test/build-run.ts";
import type { AiRecord, RunRecord } from "../../run-record.ts";
import type { Span } from "../../span.ts";

const ai: AiRecord = {
  provider: "example",
  model: "example-1",
  cacheMode: "off",
  questions: 3,
  cacheHits: 1,
  coalesced: 0,
  cacheMisses: 2,
  calls: 2,
  inputTokens: 4000,
  outputTokens: 500,
  costUsd: 0.25,
  savedInputTokens: 0,
  savedOutputTokens: 0,
  inconclusive: {},
};
const call = (id: number, fromSeconds: number, toSeconds: number, cache: string): Span => ({
  id,
  name: "ai_call",
  step: "review",
  startMs: fromSeconds * 1000,
  endMs: toSeconds * 1000,
  attributes: { cache, tokens: 1000 },
});
const runWith = (cacheMode: AiRecord["cacheMode"], spans: readonly Span[]): RunRecord =>
  runOf([ran("review", 0, 20, { kind: "ai" })], { ai: { ...ai, cacheMode }, spans });

describe("findAiCacheMisses()", () => {
  test.each(["off", "refresh", "read-only"] as const)(
    "tells what questions cost that a cache set to %j did not answer",
    (mode) => {
      expect(
        told("ai-cache-miss", runWith(mode, [call(1, 0, 8, "miss"), call(2, 2, 10, "miss"), call(3, 12, 13, "hit")])),
      ).toMatchObject([
        {
          symptom: "2 of 3 questions went to the model, and steps waited 10.0 s for the answers",
          expectedGainSeconds: 10,
          evidence: [
            { name: "questions", value: 3 },
            { name: "not in the cache", value: 2 },
            { name: "waited", value: 10, unit: "s" },
            { name: "input", value: 4000, unit: "tokens" },
            { name: "output", value: 500, unit: "tokens" },
            { name: "cost", value: 0.25, unit: "USD" },
          ],
          steps: ["review"],
        },
      ]);
    },
  );

  test("says nothing where the cache was on: what missed it was new; nor where nothing missed it", () => {
    expect(told("ai-cache-miss", runWith("on", [call(1, 0, 18, "miss")]))).toEqual([]);
    expect(told("ai-cache-miss", runWith("read-only", [call(1, 0, 18, "hit")]))).toEqual([]);
    expect(told("ai-cache-miss", runOf([ran("review", 0, 20)], { spans: [call(1, 0, 18, "miss")] }))).toEqual([]);
  });
});
