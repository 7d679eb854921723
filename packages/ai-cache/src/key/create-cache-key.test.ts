import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { createCacheKey, type CacheKey, type CacheKeyParts } from "./create-cache-key.ts";

const ASKED: CacheKeyParts = { provider: "openai", model: "m-1", prompt: "Review this." };

const text = fc.string({ unit: "grapheme", maxLength: 6 });
// Integers and not every double: -0 equals 0 for a model, which JSON says too.
const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as CacheKeyParts["outputSchema"]);
const sha = fc.string({ unit: fc.constantFrom("0", "1", "f"), minLength: 64, maxLength: 64 });
const parts = fc.record(
  {
    provider: text,
    baseUrl: text,
    model: text,
    parameters: fc.dictionary(text, json, { noNullPrototype: true, maxKeys: 3 }),
    outputSchema: json,
    persona: text,
    promptTemplateVersion: text,
    prompt: text,
    files: fc.array(fc.record({ path: fc.constantFrom("a", "b/c", "ab"), sha256: sha }), { maxLength: 3 }),
    namespace: text,
    salt: text,
  },
  { requiredKeys: ["provider", "model", "prompt"], noNullPrototype: true },
);

// Told apart without the code under test: JSON with sorted properties.
function plainForm(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

test("createCacheKey() gives two questions the same key exactly when they are the same question", () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      expect(createCacheKey(a) === createCacheKey(b)).toBe(plainForm(a) === plainForm(b));
    }),
    { numRuns: 500 },
  );
});

test("createCacheKey() changes with each part, for any question and any new value", () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      for (const [name, value] of Object.entries(b)) {
        const changed = { ...a, [name]: value };
        expect(createCacheKey(changed) === createCacheKey(a)).toBe(plainForm(changed) === plainForm(a));
      }
    }),
  );
});

test("createCacheKey() does not let text move from one part into another", () => {
  const keys = [
    { ...ASKED, provider: "ab", model: "c" },
    { ...ASKED, provider: "a", model: "bc" },
    { ...ASKED, persona: "x", prompt: "y" },
    { ...ASKED, prompt: "xy" },
    { ...ASKED, salt: "x" },
    { ...ASKED, namespace: "x" },
    { ...ASKED, parameters: { a: "1" } },
    { ...ASKED, parameters: { a: 1 } },
    { ...ASKED, outputSchema: { a: 1 } },
    { ...ASKED, outputSchema: null },
    { ...ASKED, outputSchema: "null" },
    { ...ASKED, parameters: {} },
    ASKED,
  ].map(createCacheKey);
  expect(new Set(keys).size).toBe(keys.length);
});

test("createCacheKey() does not depend on the order of properties, and counts undefined as absent", () => {
  const a = createCacheKey({ ...ASKED, parameters: { temperature: 0, seed: 7 }, salt: undefined });
  const b = createCacheKey({ parameters: { seed: 7, top: undefined, temperature: -0 }, ...ASKED });
  expect(a).toBe(b);
});

test("createCacheKey() tells apart texts that have no UTF-8 form of their own", () => {
  expect(createCacheKey({ ...ASKED, prompt: "\uD800" })).not.toBe(createCacheKey({ ...ASKED, prompt: "\uD801" }));
  expect(createCacheKey({ ...ASKED, prompt: "\uD800" })).not.toBe(createCacheKey({ ...ASKED, prompt: "\uFFFD" }));
});

test("createCacheKey() stays the same from release to release while KEY_VERSION does", () => {
  const written = "a2:d1:1o3:s5:models3:m-1s6:prompts12:Review this.s8:providers6:openai";
  expect(createCacheKey(ASKED)).toBe(createHash("sha256").update(written).digest("hex"));
});

test("createCacheKey() refuses parts that are unknown, missing, of the wrong type or not portable", () => {
  const file = { path: "a.ts", sha256: "0".repeat(64) };
  expect(() => createCacheKey({ ...ASKED, modle: "x" } as CacheKeyParts)).toThrow("`modle` is not a part");
  expect(() => createCacheKey({ provider: "p", prompt: "x" } as CacheKeyParts)).toThrow("`model` must be a string");
  expect(() => createCacheKey({ ...ASKED, salt: 3 as unknown as string })).toThrow("`salt` must be a string");
  expect(() => createCacheKey({ ...ASKED, parameters: { temperature: Number.NaN } })).toThrow("got NaN");
  expect(() => createCacheKey({ ...ASKED, outputSchema: new Date(0) as never })).toThrow(TypeError);
  expect(() => createCacheKey({ ...ASKED, files: [{ ...file, path: "/home/a.ts" }] })).toThrow("relative path");
  expect(() => createCacheKey({ ...ASKED, files: [{ ...file, path: "C:\\a.ts" }] })).toThrow("relative path");
  expect(() => createCacheKey({ ...ASKED, files: [{ ...file, sha256: "abc" }] })).toThrow("64 hexadecimal");
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  expect(() => createCacheKey({ ...ASKED, parameters: cycle as never })).toThrow("circular");
});

test("createCacheKey() returns a type that plain text is not", () => {
  expectTypeOf(createCacheKey(ASKED)).toEqualTypeOf<CacheKey>();
  expectTypeOf<string>().not.toExtend<CacheKey>();
});
