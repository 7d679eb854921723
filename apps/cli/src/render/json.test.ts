import { expect, test } from "vitest";
import { renderJson } from "./json.ts";

test("renderJson() writes what terminals and CI obey as escapes, and a reader gets the same value", () => {
  const value = { text: "\u001b[m\u009b31m\u202ea ##[error]b \\##vso[c] ::error::d\n" };
  const line = renderJson(value);
  expect(JSON.parse(line)).toEqual({ version: 1, ...value });
  expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]|##[a-z]*\[/u);
});
