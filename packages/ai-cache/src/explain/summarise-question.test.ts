import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../test/question-arbitrary.ts";
import { createCacheKey, type CacheKeyParts } from "../key/create-cache-key.ts";
import { summariseQuestion, type ShownValue } from "./summarise-question.ts";

function shownOf(parts: Partial<CacheKeyParts>): Record<string, ShownValue | undefined> {
  const whole: CacheKeyParts = { provider: "p", model: "m", prompt: "Review this.", ...parts };
  const { parts: summaries } = summariseQuestion(createCacheKey(whole), whole);
  return Object.fromEntries(summaries.map(({ part, shown }) => [part, shown]));
}

test("summariseQuestion() keeps no content", () => {
  const content = fc.string({ minLength: 1, unit: "grapheme-ascii" }).map((text) => `The secret is ${text}`);
  fc.assert(
    fc.property(content, (secret) => {
      const parts: CacheKeyParts = {
        provider: "p",
        model: "m",
        prompt: secret,
        persona: secret,
        outputSchema: { description: secret },
        parameters: { tools: [secret], stop: secret, nested: { deep: secret } },
        baseUrl: `https://user:${encodeURIComponent(secret)}@a.example/v1?key=${encodeURIComponent(secret)}`,
      };
      expect(JSON.stringify(summariseQuestion(createCacheKey(parts), parts))).not.toMatch(/secret/);
    }),
  );
});

test("summariseQuestion() shows settings, short", () => {
  const shown = shownOf({
    baseUrl: "https://me:pass@a.example:8080/v1?key=k#x",
    parameters: { temperature: 0, effort: "high", stream: true, seed: null, text: "two words", unset: undefined },
    namespace: "n".repeat(1000),
    salt: "3",
  });
  expect(shown).toEqual({
    keyVersion: 1,
    provider: "p",
    baseUrl: "https://a.example:8080/v1",
    model: "m",
    parameters: undefined,
    "parameters.temperature": 0,
    "parameters.effort": "high",
    "parameters.stream": true,
    "parameters.seed": null,
    "parameters.text": undefined,
    prompt: undefined,
    namespace: `${"n".repeat(199)}…`,
    salt: "3",
  });
  expect(shownOf({ baseUrl: "not an address" })).toMatchObject({ baseUrl: undefined });
});

test("summariseQuestion() keeps files by path and digest, whatever else their objects hold", () => {
  const file = { path: "a.ts", sha256: sha256("a"), content: "secret" };
  const parts: CacheKeyParts = { provider: "p", model: "m", prompt: "x", files: [file] };
  expect(summariseQuestion(createCacheKey(parts), parts).files).toEqual([{ path: "a.ts", sha256: sha256("a") }]);
});
