import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { UnknownObject } from "../adapters/stable-json.ts";
import { responsesDialect } from "./responses-dialect.ts";

const MESSAGE = {
  type: "message",
  id: "msg",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text: "hi", annotations: [{ type: "url_citation", url: "https://a.example" }] }],
};
const REASONING = { type: "reasoning", id: "rs", summary: [{ type: "summary_text", text: "thought" }] };

function response(output: readonly object[], rest: object = {}): UnknownObject {
  return { id: "r", object: "response", model: "m", status: "completed", error: null, output, ...rest };
}

test("judge() finds the text and the usage of a whole answer", () => {
  const usage = { input_tokens: 10, output_tokens: 3, input_tokens_details: { cached_tokens: 4 } };
  expect(responsesDialect.judge(response([REASONING, MESSAGE], { usage }))).toEqual({
    finishReason: "stop",
    texts: ["hi"],
    usage: { inputTokens: 10, outputTokens: 3, cachedInputTokens: 4 },
  });
});

test.each([
  ["length", response([MESSAGE], { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } })],
  ["content_filter", response([MESSAGE], { status: "incomplete", incomplete_details: { reason: "content_filter" } })],
  ["incomplete", response([MESSAGE], { status: "in_progress" })],
  ["incomplete", response([{ ...MESSAGE, status: "incomplete" }])],
  ["incomplete", { status: "completed" }],
  ["error", response([MESSAGE], { error: { code: "server_error" } })],
  ["tool_calls", response([MESSAGE, { type: "function_call", name: "f" }])],
  ["refusal", response([{ ...MESSAGE, content: [{ type: "refusal", refusal: "no" }] }])],
  ["not-replayable", response([{ ...MESSAGE, content: [{ type: "output_audio" }] }])],
])("judge() says %j for what is no whole answer", (finishReason, given) => {
  expect(responsesDialect.judge(given)).toEqual({ finishReason, texts: [] });
});

test("assemble() gives nothing for a stream that failed or was cut", () => {
  const events = responsesDialect.replay(response([MESSAGE]), {});
  expect(responsesDialect.assemble(events.slice(0, -1))).toBeUndefined();
  expect(responsesDialect.assemble([{ type: "error", data: '{"type":"error"}' }, ...events])).toBeUndefined();
  expect(responsesDialect.assemble([{ type: "message", data: "<html>" }, ...events])).toBeUndefined();
  expect(responsesDialect.assemble([...events, { type: "message", data: "[DONE]" }])).toEqual(response([MESSAGE]));
});

test("replay() sends any answer in deltas, numbered, and assemble() gives it back", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), fc.string(), (texts, thought) => {
      const content = texts.map((text) => ({ type: "output_text", text, annotations: [] }));
      const whole = response([
        { ...REASONING, summary: [{ type: "summary_text", text: thought }] },
        { ...MESSAGE, content },
      ]);
      const events = responsesDialect.replay(whole, {});
      expect(responsesDialect.assemble(events)).toEqual(whole);
      const objects = events.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
      expect(objects.map((object) => object["sequence_number"])).toEqual(objects.map((_, index) => index));
      expect(objects.map((object) => object["type"])).toEqual(events.map(({ type }) => type));
      const deltas = objects.filter((object) => object["type"] === "response.output_text.delta");
      expect(deltas.map((object) => object["delta"])).toEqual(texts);
    }),
  );
});

test("hasSideEffect() finds what a hit would leave undone", () => {
  expect(responsesDialect.hasSideEffect({ conversation: "c" })).toBe(true);
  expect(responsesDialect.hasSideEffect({ background: true })).toBe(true);
  expect(responsesDialect.hasSideEffect({ conversation: null, background: false })).toBe(false);
});
