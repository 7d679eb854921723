import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { describeModel } from "./describe-model.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "describe-model-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function described(ai: Config["ai"], environment: Readonly<Record<string, string>> = {}): string {
  const settings = normalise({ ai, steps: {} }, "name").workflow.ai;
  const shippedPrompts = pathToFileURL(path.join(folder, "shipped/"));
  return describeModel({ settings, environment, target: folder, shippedPrompts });
}

test("another model, endpoint, parameter, program or size of a request is another description", () => {
  const usual = described({});
  const others: (readonly [Config["ai"], Readonly<Record<string, string>>?])[] = [
    [{ provider: "google" }],
    [{ model: "m" }],
    [{}, { AI_MODEL: "n" }],
    [{ base_url: "http://a" }],
    [{}, { AI_BASE_URL: "http://b" }],
    [{ max_tokens: 5 }],
    [{}, { AI_MAX_TOKENS: "6" }],
    [{ max_input_tokens: 7 }],
    [{ parameters: { temperature: 0 } }],
    [{ exclude: ["x"] }],
    [{ provider: "exec", command: ["a"] }],
    [{ provider: "exec", command: ["a"], envelope: "text" }],
  ];
  const all = others.map(([ai, environment]) => described(ai, environment));
  expect(new Set([usual, ...all]).size).toBe(all.length + 1);
});

test("limits, the key and the order of parameters make no difference, and the environment goes before the file", () => {
  const usual = described({});
  expect(described({ budget: { max_calls: 1 }, timeout: "1s", batch_size: 3, api_key_env: "K" }, { K: "v" })).toBe(
    usual,
  );
  expect(described({}, { AI_MODEL: "" })).toBe(usual);
  expect(described({ model: "a" }, { AI_MODEL: "b" })).toBe(described({ model: "b" }));
  expect(described({ parameters: { a: 1, b: 2 } })).toBe(described({ parameters: { b: 2, a: 1 } }));
});

test("an edit of a prompt of one's own or of a shipped one is another description", () => {
  const seen = [described({})];
  for (const place of [".ai-prompts/templates", "shipped/personas"]) {
    mkdirSync(path.join(folder, place), { recursive: true });
    writeFileSync(path.join(folder, place, "a.yaml"), "1");
    seen.push(described({}));
    writeFileSync(path.join(folder, place, "a.yaml"), "2");
    seen.push(described({}));
  }
  expect(new Set(seen).size).toBe(seen.length);
});

test("an edit of what a link leads to is another description, and links that lead round end", () => {
  mkdirSync(path.join(folder, ".ai-prompts"));
  mkdirSync(path.join(folder, "elsewhere"));
  symlinkSync(path.join(folder, "elsewhere"), path.join(folder, ".ai-prompts/templates"));
  symlinkSync("..", path.join(folder, ".ai-prompts/round"));
  symlinkSync("nowhere", path.join(folder, ".ai-prompts/dangling"));
  const seen = [described({})];
  writeFileSync(path.join(folder, "elsewhere/a.yaml"), "1");
  seen.push(described({}));
  writeFileSync(path.join(folder, "elsewhere/a.yaml"), "2");
  seen.push(described({}));
  expect(new Set(seen).size).toBe(3);
});
