import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { UnknownObject } from "../adapters/stable-json.ts";
import { chatDialect } from "./chat-dialect.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

const DONE: ServerSentEvent = { type: "message", data: "[DONE]" };

function chunk(choice: object, rest: object = {}): ServerSentEvent {
  return {
    type: "message",
    data: JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, ...choice }], ...rest }),
  };
}

function body(message: object, rest: object = {}, finishReason: unknown = "stop"): UnknownObject {
  return {
    choices: [{ index: 0, message: { role: "assistant", content: "x", ...message }, finish_reason: finishReason }],
    ...rest,
  };
}

const STOP = chunk({ delta: {}, finish_reason: "stop" });
const TEXT = chunk({ delta: { role: "assistant", content: "a" }, finish_reason: null });

test("assemble() gives the document that the stream amounts to", () => {
  const events = [
    chunk(
      { delta: { role: "assistant", content: "", refusal: null }, logprobs: null },
      { obfuscation: "abc", usage: null },
    ),
    chunk({ delta: { reasoning_content: "hm" } }),
    chunk({ delta: { content: "Hel" } }),
    chunk({ index: 1, delta: { content: "other" } }),
    chunk({ delta: { content: "lo" } }),
    chunk({ delta: {}, finish_reason: "stop", native_finish_reason: "end_turn" }),
    chunk({ index: 1, delta: {}, finish_reason: "stop" }),
    { type: "message", data: JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }) },
    DONE,
  ];
  expect(chatDialect.assemble(events)).toEqual({
    id: "c",
    model: "m",
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello", reasoning_content: "hm" },
        logprobs: null,
        native_finish_reason: "end_turn",
        finish_reason: "stop",
      },
      { index: 1, message: { role: "assistant", content: "other" }, logprobs: null, finish_reason: "stop" },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2 },
  });
});

test.each([
  ["has no [DONE]", [TEXT, STOP]],
  ["is empty", []],
  ["carries an error", [TEXT, { type: "message", data: '{"error":{"message":"overloaded"}}' }, STOP, DONE]],
  ["carries what is no JSON", [TEXT, { type: "message", data: "<html>" }, STOP, DONE]],
  ["calls a tool", [TEXT, chunk({ delta: { tool_calls: [{ index: 0 }] } }), STOP, DONE]],
  ["tells probabilities", [chunk({ delta: { content: "a" }, logprobs: { content: [] } }), STOP, DONE]],
  ["goes on behind its end", [TEXT, STOP, TEXT, DONE]],
  ["has a choice without a place", [chunk({ index: -1, delta: {} }), STOP, DONE]],
])("assemble() gives nothing for a stream that %s", (_, events) => {
  expect(chatDialect.assemble(events)).toBeUndefined();
});

test("judge() finds no whole answer in a stream that was ended without a finish reason", () => {
  expect(chatDialect.judge(chatDialect.assemble([TEXT, DONE]) ?? {}).finishReason).toBe("incomplete");
});

test.each([
  ["length", body({}, {}, "length")],
  ["content_filter", body({}, {}, "content_filter")],
  ["incomplete", body({}, {}, null)],
  ["error", body({}, { error: { message: "no" } })],
  ["error", { choices: [] }],
  ["error", {}],
  ["tool_calls", body({ tool_calls: [{ id: "t" }] })],
  ["tool_calls", body({ function_call: { name: "f" } })],
  ["refusal", body({ refusal: "I cannot" })],
  ["not-replayable", body({ audio: { id: "a" } })],
  ["not-replayable", body({ content: [{ type: "text", text: "x" }] })],
])("judge() says %j for what is no whole answer", (finishReason, given) => {
  expect(chatDialect.judge(given)).toEqual({ finishReason, texts: [] });
});

test("judge() finds the texts and the usage of a whole answer", () => {
  const usage = { prompt_tokens: 10, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } };
  expect(chatDialect.judge(body({}, { usage }))).toEqual({
    finishReason: "stop",
    texts: ["x"],
    usage: { inputTokens: 10, outputTokens: 3, cachedInputTokens: 4 },
  });
  expect(chatDialect.judge(body({ content: null })).texts).toEqual([""]);
});

test("replay() sends any answer so that assemble() gives it back", () => {
  const text = fc.string({ unit: "binary", minLength: 1 });
  const answers = fc.record({ texts: fc.array(text, { minLength: 1, maxLength: 3 }), hasUsage: fc.boolean() });
  fc.assert(
    fc.property(answers, ({ texts, hasUsage }) => {
      const whole = {
        id: "c",
        model: "m",
        object: "chat.completion",
        choices: texts.map((content, index) => ({
          index,
          message: { role: "assistant", content },
          logprobs: null,
          finish_reason: "stop",
        })),
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      };
      const events = chatDialect.replay(whole, hasUsage ? { stream_options: { include_usage: true } } : {});
      const { usage, ...rest } = whole;
      expect(chatDialect.assemble(events)).toEqual(hasUsage ? { ...rest, usage } : rest);
    }),
  );
});
