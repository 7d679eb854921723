import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readServerError } from "./read-server-error.ts";

test.each([
  [
    "OpenAI",
    { error: { message: "Slow down", type: "requests", code: "rate_limit_exceeded" } },
    { names: ["rate_limit_exceeded", "requests"], words: "Slow down" },
  ],
  [
    "Anthropic",
    { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    { names: ["overloaded_error"], words: "Overloaded" },
  ],
  [
    "Google",
    [
      {
        error: {
          code: 429,
          status: "RESOURCE_EXHAUSTED",
          message: "Quota",
          details: [
            { "@type": "type.googleapis.com/google.rpc.Help" },
            { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "17.5s" },
          ],
        },
      },
    ],
    { names: ["resource_exhausted"], status: 429, words: "Quota", retryAfterMs: 17_500 },
  ],
  ["OpenRouter", { error: { code: 502, message: "Upstream" } }, { names: [], status: 502, words: "Upstream" }],
  ["Ollama", { error: "model not loaded" }, { names: [], words: "model not loaded" }],
  ["FastAPI", { detail: [{ loc: ["body"], msg: "field required" }] }, { names: [], words: "field required" }],
  [
    "vLLM",
    { object: "error", message: "too long", type: "BadRequestError", code: 400 },
    { names: ["badrequesterror"], status: 400, words: "too long" },
  ],
])("readServerError() reads the error of %s", (_, body, expected) => {
  expect(readServerError(body)).toEqual(expected);
});

test.each([[{ choices: [], error: null }], [{ choices: [], message: "hi" }], ["error"], [null], [[]], [{}]])(
  "readServerError() sees no error in %j",
  (body) => {
    expect(readServerError(body)).toBeUndefined();
  },
);

test("readServerError() does not mind what a server sends", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      const read = readServerError({ error: body });
      expect(read === undefined || Array.isArray(read.names)).toBe(true);
    }),
  );
});
