import { expect, test } from "vitest";
import { readAiEnvironment } from "./read-ai-environment.ts";

test("readAiEnvironment() reads what is set; empty means not set", () => {
  expect(
    readAiEnvironment({ AI_MODEL: " m ", AI_BASE_URL: "http://x/v1", AI_MAX_TOKENS: "4096", AI_BATCH_SIZE: "8" }),
  ).toEqual({ ok: true, values: { model: "m", baseUrl: "http://x/v1", maxOutputTokens: 4096, batchSize: 8 } });
  const empty = { AI_MODEL: "", AI_BASE_URL: " ", AI_MAX_TOKENS: "", AI_BATCH_SIZE: undefined };
  expect(readAiEnvironment(empty)).toEqual({ ok: true, values: {} });
  expect(readAiEnvironment({})).toEqual({ ok: true, values: {} });
});

test.each([
  ["AI_MAX_TOKENS", "abc"],
  ["AI_MAX_TOKENS", "0"],
  ["AI_MAX_TOKENS", "-1"],
  ["AI_MAX_TOKENS", "1.5"],
  ["AI_MAX_TOKENS", "1e3"],
  ["AI_MAX_TOKENS", "0x10"],
  ["AI_MAX_TOKENS", "999999999999999999999"],
  ["AI_BATCH_SIZE", "many"],
  ["AI_BATCH_SIZE", "1001"],
  ["AI_BASE_URL", "localhost:11434"],
  ["AI_BASE_URL", "file:///etc/passwd"],
])("readAiEnvironment() refuses %s=%s and says so", (variable, value) => {
  expect(readAiEnvironment({ [variable]: value })).toEqual({
    ok: false,
    message: expect.stringContaining(`${variable} must be`) as string,
    hint: expect.any(String) as string,
  });
});

test("readAiEnvironment() repeats nonsense without its escapes", () => {
  expect(readAiEnvironment({ AI_MAX_TOKENS: "\u001B[31mred" })).toMatchObject({
    message: 'AI_MAX_TOKENS must be an integer from 1 to 100000000, got "red"',
  });
});
