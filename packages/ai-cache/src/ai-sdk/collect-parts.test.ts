import type { LanguageModelV3Content, LanguageModelV3StreamPart } from "@ai-sdk/provider";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { copyAsJson } from "../adapters/stable-json.ts";
import type { ModelAnswer } from "../entries/cache-entry.ts";
import { createPartCollector } from "./collect-parts.ts";
import { replayParts } from "./replay-parts.ts";
import { readModelAnswer, toModelAnswer, type StorableResult } from "./stored-result.ts";

const USAGE: StorableResult["usage"] = {
  inputTokens: { total: 9, noCache: 5, cacheRead: 4, cacheWrite: undefined },
  outputTokens: { total: 3, text: 3, reasoning: undefined },
  raw: { prompt_tokens: 9 },
};
const FINISH: LanguageModelV3StreamPart = {
  type: "finish",
  finishReason: { unified: "stop", raw: "stop" },
  usage: USAGE,
};
const TEXT: readonly LanguageModelV3StreamPart[] = [
  { type: "text-start", id: "0" },
  { type: "text-delta", id: "0", delta: "Hel" },
  { type: "text-delta", id: "0", delta: "lo" },
  { type: "text-end", id: "0" },
];

function collect(parts: readonly LanguageModelV3StreamPart[]): ModelAnswer {
  const collector = createPartCollector({ markFinish: (part) => part });
  for (const part of parts) collector.add(part);
  return collector.finish();
}

test("finish() gives the answer that the same model would have generated at once", () => {
  const parts: readonly LanguageModelV3StreamPart[] = [
    { type: "stream-start", warnings: [{ type: "other", message: "w" }] },
    { type: "response-metadata", id: "r", timestamp: new Date(5), modelId: "m-1" },
    { type: "reasoning-start", id: "0" },
    { type: "reasoning-delta", id: "0", delta: "hm", providerMetadata: { p: { signature: "s" } } },
    { type: "reasoning-end", id: "0" },
    ...TEXT,
    { type: "source", sourceType: "url", id: "s", url: "https://a.example" },
    { ...FINISH, providerMetadata: { p: { x: 1 } } },
  ];
  const answer = collect(parts);
  expect(answer).toMatchObject({ finishReason: "stop", text: "Hello" });
  expect(answer.usage).toEqual({ inputTokens: 9, outputTokens: 3, cachedInputTokens: 4 });
  expect(readModelAnswer(answer)).toEqual({
    content: [
      { type: "reasoning", text: "hm", providerMetadata: { p: { signature: "s" } } },
      { type: "text", text: "Hello" },
      { type: "source", sourceType: "url", id: "s", url: "https://a.example" },
    ],
    finishReason: { unified: "stop", raw: "stop" },
    usage: USAGE,
    warnings: [{ type: "other", message: "w" }],
    response: { id: "r", timestamp: new Date(5), modelId: "m-1" },
    providerMetadata: { p: { x: 1 } },
  });
});

test("finish() throws for a stream that failed or was cut", () => {
  expect(() => collect(TEXT)).toThrow("without a finish part");
  expect(() => collect([...TEXT, { type: "error", error: new Error("lost") }, FINISH])).toThrow("lost");
});

test.each<readonly [string, readonly LanguageModelV3StreamPart[]]>([
  ["whose text has not ended", [...TEXT.slice(0, 3), FINISH]],
  ["with a delta of no text", [...TEXT, { type: "text-delta", id: "0", delta: "!" }, FINISH]],
  ["that goes on behind its end", [FINISH, ...TEXT]],
  ["with a kind of part nobody knows", [...TEXT, { type: "hologram" } as never, FINISH]],
])("finish() finds no whole answer in a stream %s", (_, parts) => {
  expect(collect(parts).finishReason).toBe("not-replayable");
});

test("finish() does not take a call of a tool for a whole answer, unless the provider has made it", () => {
  const call = { type: "tool-call", toolCallId: "c", toolName: "t", input: "{}" } as const;
  expect(collect([...TEXT, call, FINISH]).finishReason).toBe("tool-calls");
  expect(collect([...TEXT, { ...call, providerExecuted: true }, FINISH]).finishReason).toBe("stop");
});

test("replayParts() sends any result so that it is collected as it was", () => {
  const text = fc.string({ unit: "binary" });
  const providerMetadata = fc.option(fc.constant({ p: { signature: "s" } }), { nil: undefined });
  const passage = fc
    .record({ type: fc.constantFrom("text" as const, "reasoning" as const), text, providerMetadata })
    .map(({ providerMetadata: metadata, ...rest }) => (metadata ? { ...rest, providerMetadata: metadata } : rest));
  const other = fc.constantFrom<LanguageModelV3Content>(
    { type: "source", sourceType: "url", id: "s", url: "https://a.example" },
    { type: "file", mediaType: "image/png", data: "AQID" },
    { type: "tool-result", toolCallId: "c", toolName: "t", result: { a: 1 } },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(passage, other)), (content) => {
      const result: StorableResult = {
        content,
        finishReason: { unified: "stop", raw: "stop" },
        usage: USAGE,
        warnings: [],
        response: { id: "r", timestamp: new Date(5), modelId: "m" },
      };
      expect(collect(replayParts(result))).toEqual(toModelAnswer(result));
      expect(readModelAnswer(toModelAnswer(result))).toEqual(result);
    }),
  );
});

test("toModelAnswer() keeps bytes as base64 and refuses what is no JSON", () => {
  const result: StorableResult = {
    content: [
      { type: "text", text: "a" },
      { type: "file", mediaType: "image/png", data: Uint8Array.of(1, 2, 3) },
    ],
    finishReason: { unified: "stop", raw: undefined },
    usage: USAGE,
    warnings: [],
  };
  expect(readModelAnswer(toModelAnswer(result))?.content[1]).toMatchObject({ data: "AQID" });
  const cyclic: Record<string, never> = {};
  Object.assign(cyclic, { self: cyclic });
  expect(toModelAnswer({ ...result, providerMetadata: { p: cyclic } }).finishReason).toBe("not-replayable");
});

test("readModelAnswer() finds no result in details of another make-up", () => {
  const { details } = collect([...TEXT, FINISH]);
  const good = details as Record<string, unknown>;
  const bad = [
    undefined,
    null,
    [],
    { ...good, content: [{ type: "text" }] },
    { ...good, content: [{ type: "hologram" }] },
    { ...good, content: "Hello" },
    { ...good, finishReason: "stop" },
    { ...good, usage: { inputTokens: {}, outputTokens: { total: "3" } } },
    { ...good, warnings: {} },
    { ...good, providerMetadata: [] },
    { ...good, response: { timestamp: "yesterday" } },
    { ...good, response: { id: 1 } },
  ];
  const read = (one: unknown): unknown =>
    readModelAnswer({ finishReason: "stop", text: "Hello", details: copyAsJson(one) });
  for (const one of bad) expect(read(one)).toBeUndefined();
  expect(read(good)).toBeDefined();
});
