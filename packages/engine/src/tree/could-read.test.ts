import { expect, test } from "vitest";
import { couldRead } from "./could-read.ts";

test.each([
  [["src/**"], ["dist/"], false],
  [["src/**", "dist/**"], ["dist/"], true],
  [["dist/app.js"], ["dist/**/*.js"], true],
  [["dist/**"], ["dist/app.js"], true],
  [["distance/**"], ["dist/"], false],
  [["**/*.js"], ["dist/"], true],
  [["src/a.ts"], ["**/*.ts"], true],
  [["!docs/**"], ["dist/"], true],
  [undefined, ["dist/"], true],
  [undefined, [], false],
])("reads %j, others make %j: %s", (inputs, made, expected) => {
  expect(couldRead(inputs, made)).toBe(expected);
});
