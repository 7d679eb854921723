import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told } from "../../../test/build-run.ts";
import type { AiStepRecord, RunRecord } from "../../run-record.ts";

const ai = (files: readonly string[], reason: "too-large" | "withheld" = "too-large"): AiStepRecord => ({
  prompt: "review",
  promptVersion: "1",
  reviewedFiles: 1,
  notReviewed: files.map((file) => ({ file, reason, because: "90000 tokens" })),
  notReviewedTotal: files.length,
  redactions: {},
  droppedFindings: {},
});
const asked = (tokens: number, cache = "miss"): RunRecord =>
  runOf([ran("review", 0, 30, { kind: "ai" })], {
    spans: [
      { id: 1, name: "ai_call", step: "review", startMs: 0, endMs: 20_000, attributes: { cache, tokens } },
      {
        id: 2,
        name: "ai_call",
        step: "review",
        startMs: 20_000,
        endMs: 30_000,
        attributes: { cache: "miss", tokens: 100 },
      },
    ],
  });

describe("findOversizedDocuments()", () => {
  test("documents that no question could hold are told however short the run was", () => {
    const [found] = told("oversized-document", runOf([ran("review", 0, 0.1, { ai: ai(["a.md", "a.md", "b.md"]) })]));
    expect(found).toMatchObject({ symptom: "review could not ask about a.md, b.md" });
    expect(figure(found, "files too large")).toBe(2);
    const many = told(
      "oversized-document",
      runOf([ran("review", 0, 1, { ai: ai(["1", "2", "3", "4", "5", "6", "7"]) })]),
    );
    expect(many[0]?.symptom).toBe("review could not ask about 1, 2, 3, 4, 5 and 2 more");
    expect(told("oversized-document", runOf([ran("review", 0, 1, { ai: ai(["a.md"], "withheld") })]))).toEqual([]);
  });

  test("large questions, with the gain of asking two halves at the same time", () => {
    const [found] = told("oversized-document", asked(25_000));
    expect(found).toMatchObject({
      symptom: "review asked 1 question of 20000 tokens or more",
      expectedGainSeconds: 10,
    });
    expect(figure(found, "largest question")).toBe(25_000);
  });

  test("says nothing of small questions, and of large ones that the cache answered", () => {
    expect(told("oversized-document", asked(19_999))).toEqual([]);
    expect(told("oversized-document", asked(25_000, "hit"))).toEqual([]);
    expect(told("oversized-document", asked(19_999), [], { largeQuestionTokens: 10_000 })).toHaveLength(1);
  });
});
