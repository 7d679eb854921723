import { expect, test } from "vitest";
import { toTokenCounts } from "./token-counts.ts";

test("toTokenCounts() takes whole counts only, and cached tokens only as a part of the input", () => {
  expect(toTokenCounts(5, 2, 4)).toEqual({ inputTokens: 5, outputTokens: 2, cachedInputTokens: 4 });
  expect(toTokenCounts(5, 2, undefined)).toEqual({ inputTokens: 5, outputTokens: 2 });
  expect(toTokenCounts(5, 2, 6)).toEqual({ inputTokens: 5, outputTokens: 2 });
  for (const bad of [undefined, null, -1, 1.5, Number.NaN, "5"]) {
    expect(toTokenCounts(bad, 2, 0)).toBeUndefined();
    expect(toTokenCounts(5, bad, 0)).toBeUndefined();
  }
});
