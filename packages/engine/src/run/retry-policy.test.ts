import { expect, test } from "vitest";
import { retriesAfter, retryDelayMs } from "./retry-policy.ts";

const any = { retries: 2, retryOnExitCodes: undefined };
const some = { retries: 2, retryOnExitCodes: [75, 137] };

test.each([
  ["a failure", any, { outcome: "failed", exitCode: 1 }, 2],
  ["a time-out", any, undefined, 2],
  ["no answer", any, { outcome: "inconclusive" }, 0],
  ["a code that is named", some, { outcome: "failed", exitCode: 75 }, 2],
  ["another code", some, { outcome: "failed", exitCode: 1 }, 0],
  ["the signal of a code that is named", some, { outcome: "failed", signal: "SIGKILL" }, 2],
  ["another signal", some, { outcome: "failed", signal: "SIGTERM" }, 0],
  ["a failure without a code", some, { outcome: "failed" }, 0],
  ["a time-out, where codes are named", some, undefined, 0],
  ["a time-out whose shell ended with a code that is named", some, { outcome: "cancelled", exitCode: 137 }, 0],
] as const)("after %s", (_, step, last, retries) => {
  expect(retriesAfter(step, last)).toBe(retries);
});

test("pauses double from one second up to half a minute, or are as long as the step says", () => {
  const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelayMs({ retryDelayMs: undefined }, attempt));
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect([1, 5].map((attempt) => retryDelayMs({ retryDelayMs: 250 }, attempt))).toEqual([250, 250]);
});
