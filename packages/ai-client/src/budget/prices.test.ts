import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AiClientError } from "../errors.ts";
import { createPrices, parsePrices } from "./prices.ts";

const PRICE = { input_per_million_usd: 1, output_per_million_usd: 2 };

test("parsePrices() reads YAML and JSON, and the most precise name counts", async () => {
  const prices = await parsePrices(`
models:
  gpt-x: { input_per_million_usd: 0.15, output_per_million_usd: 0.6, cached_input_per_million_usd: 0.075 }
  "*": { input_per_million_usd: 100, output_per_million_usd: 100 }
  "claude-*": { input_per_million_usd: 3, output_per_million_usd: 15 }
  "claude-*-small": { input_per_million_usd: 1, output_per_million_usd: 5 }
`);
  expect(prices.find("gpt-x")).toEqual({
    inputPerMillionUsd: 0.15,
    outputPerMillionUsd: 0.6,
    cachedInputPerMillionUsd: 0.075,
  });
  expect(prices.find("claude-5")).toMatchObject({ inputPerMillionUsd: 3 });
  expect(prices.find("claude-5-small")).toMatchObject({ inputPerMillionUsd: 1 });
  expect(prices.find("gpt-x-2")).toMatchObject({ inputPerMillionUsd: 100 });
  expect((await parsePrices(JSON.stringify({ models: { m: PRICE } }))).find("other")).toBeUndefined();
});

test("costUsd() takes cached input at its own price and rounds up to a billionth of a USD", () => {
  const cached = { ...PRICE, input_per_million_usd: 0.15, cached_input_per_million_usd: 0.075 };
  const prices = createPrices({ models: { m: PRICE, c: cached, tiny: { ...PRICE, input_per_million_usd: 0.0001 } } });
  expect(prices.costUsd("m", { inputTokens: 1_000_000, outputTokens: 500_000, cachedInputTokens: 10 })).toBe(2);
  expect(prices.costUsd("c", { inputTokens: 1000, outputTokens: 0, cachedInputTokens: 400 })).toBe(0.00012);
  expect(prices.costUsd("c", { inputTokens: 10, outputTokens: 0, cachedInputTokens: 9e9 })).toBe(0.00000075);
  expect(prices.costUsd("tiny", { inputTokens: 1, outputTokens: 0 })).toBe(1e-9);
  expect(prices.costUsd("none", { inputTokens: 1, outputTokens: 1 })).toBeUndefined();
});

test("costUsd() is never negative and grows with the tokens", () => {
  const price = fc.double({ min: 0, max: 1000, noNaN: true });
  fc.assert(
    fc.property(price, price, fc.nat(1e7), fc.nat(1e7), (input, output, inputTokens, outputTokens) => {
      const prices = createPrices({ models: { m: { input_per_million_usd: input, output_per_million_usd: output } } });
      const cost = prices.costUsd("m", { inputTokens, outputTokens }) ?? -1;
      expect(cost).toBeGreaterThanOrEqual(0);
      expect(prices.costUsd("m", { inputTokens: inputTokens + 1, outputTokens })).toBeGreaterThanOrEqual(cost);
      expect(cost).toBeCloseTo((inputTokens * input + outputTokens * output) / 1e6, 6);
    }),
  );
});

test("find() matches a name as a regular expression with `.*` for each star would", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 8 });
  const name = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
  fc.assert(
    fc.property(text, name, (glob, model) => {
      const expected = new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(model);
      expect(createPrices({ models: { [glob]: PRICE } }).find(model) !== undefined).toBe(expected);
    }),
  );
});

test.each([
  ["[]", "a mapping `models`"],
  ["models: []", "`models` must be a mapping"],
  ["models: {}\nmodel: {}", 'unknown key "model"'],
  ["models: { a: 3 }", '`models."a"` must be a mapping'],
  ["models: { a: { input_per_million_usd: 1 } }", '`models."a"` needs `output_per_million_usd`'],
  ["models: { a: { input_per_million_usd: -1, output_per_million_usd: 1 } }", "`input_per_million_usd`"],
  ["models: { a: { input_per_million_usd: '1', output_per_million_usd: 1 } }", "`input_per_million_usd`"],
  ["models: { a: { input_per_million_usd: .nan, output_per_million_usd: 1 } }", "`input_per_million_usd`"],
  ["models: { a: { input_per_milion_usd: 1, output_per_million_usd: 1 } }", 'unknown key "input_per_milion_usd"'],
  ["models: { a: { __proto__: { input_per_million_usd: 1 }, output_per_million_usd: 1 } }", '"__proto__"'],
  ["a: b: c", "the text is not YAML"],
])("parsePrices() refuses %j", async (text, problem) => {
  const error: unknown = await parsePrices(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AiClientError);
  expect(error).toMatchObject({ code: "AI_CLIENT_INVALID_PRICES", reason: undefined });
  expect((error as Error).message).toContain(problem);
});
