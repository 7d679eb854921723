import { expect, test } from "vitest";
import { toCacheKeyParts } from "./to-cache-key-parts.ts";

const request = { system: "s", prompt: "p n0nce", model: "m", maxOutputTokens: 9, parameters: { temperature: 0 } };

test("toCacheKeyParts() takes what an answer depends on, the token limit among the parameters, and no label", () => {
  const outputSchema = { type: "object" };
  const question = { provider: "a", baseUrl: "http://b", request: { ...request, outputSchema }, label: "step" };
  expect(toCacheKeyParts(question)).toEqual({
    provider: "a",
    baseUrl: "http://b",
    model: "m",
    parameters: { temperature: 0, maxOutputTokens: 9 },
    outputSchema,
    persona: "s",
    prompt: "p n0nce",
  });
  expect(toCacheKeyParts({ provider: "a", request: { prompt: "p" } })).toEqual({
    provider: "a",
    model: "",
    parameters: {},
    prompt: "p",
  });
});

test("toCacheKeyParts() takes the identity in place of what is sent, also where it has no system instructions", () => {
  const files = [{ path: "a.ts", sha256: "0".repeat(64) }];
  const identity = { prompt: "p N", promptTemplateVersion: "1", files };
  const parts = toCacheKeyParts({ provider: "a", request, identity });
  expect(parts).toMatchObject({ prompt: "p N", promptTemplateVersion: "1", files });
  expect(parts.persona).toBeUndefined();
});
