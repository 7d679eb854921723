import { expect, test } from "vitest";
import { keyOf } from "./watch-keys.ts";

test.each([
  ["r", "r"],
  ["rr", "r"],
  ["\r", "\r"],
  ["", ""],
  ["quit", ""],
  ["\u001B[A", ""],
  ["\u0003", "\u0003"],
  ["x\u001B[A\u001A", "\u001A"],
  ["q\u0003\u0003", "\u0003"],
])("of %j the key that counts is %j", (characters, key) => {
  expect(keyOf(characters)).toBe(key);
});
