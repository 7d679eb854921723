import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sha256Hex } from "../key/sha256-hex.ts";
import { copyAsJson, isJsonText, stringifyStable, toStableJson } from "./stable-json.ts";

test("stringifyStable() writes what JSON does, with properties sorted", () => {
  expect(stringifyStable({ b: [1, undefined], a: undefined, __proto__: null }, "x")).toBe('{"b":[1,null]}');
  expect(stringifyStable(JSON.parse('{"__proto__":{"b":1,"a":2}}'), "x")).toBe('{"__proto__":{"a":2,"b":1}}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(stringifyStable(value, "x"))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("stringifyStable() does not depend on the order of properties", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(stringifyStable(reversed, "x")).toBe(stringifyStable(value, "x"));
    }),
  );
});

test("toStableJson() puts digests for bytes and texts for URLs", () => {
  expect(toStableJson([Uint8Array.of(1), new URL("https://a.example/b")], "x")).toEqual([
    { "sha256 of bytes": sha256Hex(Uint8Array.of(1)) },
    "https://a.example/b",
  ]);
});

test("toStableJson() names what it cannot write", () => {
  expect(() => toStableJson({ a: [1, { b: Number.NaN }] }, "params")).toThrow(
    "Cannot write stable JSON: `params.a[1].b` must be a JSON value, bytes or a URL, got number",
  );
  for (const value of [1n, new Date(), Symbol("s"), () => 1]) expect(() => toStableJson(value, "x")).toThrow(TypeError);
});

test("copyAsJson() copies, and gives nothing for nothing", () => {
  const value = { a: [{ b: 1 }], c: undefined };
  expect(copyAsJson(value)).toEqual({ a: [{ b: 1 }] });
  expect(copyAsJson(undefined)).toBeUndefined();
});

test("isJsonText() tells JSON from other texts", () => {
  expect([isJsonText('{"a":1}'), isJsonText(" 1 "), isJsonText("```json\n{}\n```"), isJsonText("")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
