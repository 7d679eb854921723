import { expect, test } from "vitest";
import { normalise } from "../config/normalise.ts";
import type { Workflow } from "../config/workflow.ts";
import { checkAiVariables, readCacheTtlMs } from "./check-ai-variables.ts";

const asking: Workflow = normalise({ steps: { a: { run: "x" }, b: { ai: { prompt: "p.yaml" } } } }, "name").workflow;
const silent: Workflow = normalise({ steps: { a: { run: "x" } } }, "name").workflow;

test.each([
  ["AI_CACHE_TTL_HOURS", "abc", "a number above 0"],
  ["AI_CACHE_TTL_HOURS", "0", "a number above 0"],
  ["AI_CACHE_TTL_HOURS", "-1", "a number above 0"],
  ["AI_CACHE_TTL_HOURS", "Infinity", "a number above 0"],
  ["AI_MAX_TOKENS", "many", "a whole number of at least 1"],
  ["AI_MAX_TOKENS", "0", "a whole number of at least 1"],
  ["AI_BATCH_SIZE", "1.5", "a whole number of at least 1"],
  ["AI_BATCH_SIZE", "1e3", "a whole number of at least 1"],
])("checkAiVariables() refuses %s=%s where a step asks a model, and only there", (name, value, wanted) => {
  expect(() => checkAiVariables(asking, { [name]: ` ${value} ` })).toThrowError(
    expect.objectContaining({
      code: "ENGINE_ENVIRONMENT_INVALID",
      message: `${name} must be ${wanted}, got "${value}"`,
    }) as Error,
  );
  expect(() => checkAiVariables(silent, { [name]: value })).not.toThrow();
});

test("checkAiVariables() takes what is set well, empty or not set", () => {
  for (const [ttl, count] of [
    ["24", "7"],
    ["0.5", "1"],
    ["", " "],
  ] as const) {
    const environment = { AI_CACHE_TTL_HOURS: ttl, AI_MAX_TOKENS: count, AI_BATCH_SIZE: count };
    expect(() => checkAiVariables(asking, environment)).not.toThrow();
  }
  expect(() => checkAiVariables(asking, {})).not.toThrow();
});

test("readCacheTtlMs() gives milliseconds", () => {
  expect(readCacheTtlMs({ AI_CACHE_TTL_HOURS: "1.5" })).toBe(5_400_000);
  expect(readCacheTtlMs({ AI_CACHE_TTL_HOURS: " " })).toBeUndefined();
  expect(readCacheTtlMs({})).toBeUndefined();
});
