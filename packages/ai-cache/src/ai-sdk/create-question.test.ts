import type { LanguageModelV3, LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { createCacheKey } from "../key/create-cache-key.ts";
import { createQuestion, findModelAddress } from "./create-question.ts";

function model(rest: object = {}): LanguageModelV3 {
  return {
    specificationVersion: "v3",
    provider: "p.chat",
    modelId: "m",
    supportedUrls: {},
    ...rest,
  } as LanguageModelV3;
}

const CONTEXT = { baseUrl: undefined, namespace: undefined, salt: undefined };
const PARAMS: LanguageModelV3CallOptions = {
  prompt: [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "Look." },
        { type: "file", mediaType: "image/png", data: Uint8Array.of(1, 2, 3) },
      ],
    },
  ],
};

function key(params: object = {}, given: LanguageModelV3 = model(), context: object = {}): string {
  return createCacheKey(createQuestion(given, { ...PARAMS, ...params }, { ...CONTEXT, ...context }));
}

const user = (part: object): object => ({ prompt: [{ role: "user", content: [part] }] });

test("createQuestion() gives every difference that can change the answer a key of its own", () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const tool = { type: "function", name: "t", inputSchema: { type: "object" } };
  const keys = [
    key(),
    key({}, model({ provider: "q.chat" })),
    key({}, model({ modelId: "n" })),
    key({}, model(), { baseUrl: "https://a.example/v1" }),
    key({}, model(), { baseUrl: "https://b.example/v1" }),
    key({}, model(), { baseUrl: "https://b.example/v1?api-version=2" }),
    key({}, model(), { namespace: "n" }),
    key({}, model(), { salt: "n" }),
    ...["temperature", "maxOutputTokens", "topP", "topK", "presencePenalty", "frequencyPenalty", "seed"].flatMap(
      (name) => [key({ [name]: 1 }), key({ [name]: 2 })],
    ),
    key({ stopSequences: ["a"] }),
    key({ tools: [tool] }),
    key({ tools: [{ ...tool, description: "d" }] }),
    key({ toolChoice: { type: "auto" } }),
    key({ responseFormat: { type: "json" } }),
    key({ responseFormat: { type: "json", schema } }),
    key({ responseFormat: { type: "json", schema, name: "a" } }),
    key({ providerOptions: { p: { reasoningEffort: "high" } } }),
    key({ parameterOfNextYear: true }),
    key({ prompt: [{ role: "system", content: "Be brief.Look." }] }),
    key(user({ type: "text", text: "Look." })),
    key(user({ type: "text", text: "Look.", providerOptions: { p: { cache: true } } })),
    key(user({ type: "file", mediaType: "image/png", data: Uint8Array.of(1, 2, 4) })),
    key(user({ type: "file", mediaType: "image/jpeg", data: Uint8Array.of(1, 2, 4) })),
    key(user({ type: "file", mediaType: "image/jpeg", data: "AQID" })),
    key(user({ type: "file", mediaType: "image/jpeg", data: new URL("https://a.example/1.png") })),
    key({ prompt: [{ role: "assistant", content: [{ type: "text", text: "Look." }] }] }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("createQuestion() leaves out headers, signals and what says how the answer is shown", () => {
  const rest = {
    headers: { "user-agent": "ai/7" },
    abortSignal: new AbortController().signal,
    includeRawChunks: false,
  };
  expect(key(rest)).toBe(key());
  expect(key({ temperature: undefined })).toBe(key());
});

test("createQuestion() does not depend on the order of properties", () => {
  const a = { providerOptions: { p: { x: 1, y: [{ b: 1, a: 2 }] } } };
  const b = { providerOptions: { p: { y: [{ a: 2, b: 1 }], x: 1 } } };
  expect(key(a)).toBe(key(b));
});

test("createQuestion() shows neither credentials nor the query of an address", () => {
  const address = "https://name:secret@a.example/v1/?key=secret";
  const question = createQuestion(model(), PARAMS, { ...CONTEXT, baseUrl: address });
  expect(question.baseUrl).toBe("https://a.example/v1");
  expect(JSON.stringify(question)).not.toContain("secret");
});

test("createQuestion() refuses a parameter that has no text of its own", () => {
  for (const value of [Number.NaN, () => 1, new Map(), 1n]) {
    expect(() => key({ providerOptions: { p: { value } } })).toThrow(TypeError);
  }
});

test("findModelAddress() finds it where models of the SDK keep it", () => {
  expect(findModelAddress(model({ config: { baseURL: "https://a.example" } }))).toBe("https://a.example");
  const url = ({ path, modelId }: { path: string; modelId: string }): string => `https://b.example/${modelId}${path}`;
  expect(findModelAddress(model({ config: { url } }))).toBe("https://b.example/m");
  const failing = (): never => {
    throw new Error("needs more");
  };
  for (const config of [undefined, "x", {}, { url: () => 1 }, { url: failing }]) {
    expect(findModelAddress(model({ config }))).toBeUndefined();
  }
});
