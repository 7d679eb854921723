import { expect, test } from "vitest";
import { didYouMean, suggestName } from "./suggest-name.ts";

test.each([
  ["code_reviw", "code_review"],
  ["Code_Review", "code_review"],
  ["changelgo", "changelog"],
  ["xyz", undefined],
  ["", undefined],
  ["c".repeat(1000), undefined],
])("suggestName() for %s is %s", (name, expected) => {
  expect(suggestName(name, ["changelog", "code_review", "c".repeat(999)])).toBe(expected);
});

test("didYouMean() is the end of a message, or nothing", () => {
  expect(didYouMean("verson", ["version"])).toBe('; did you mean "version"?');
  expect(didYouMean("verson", ["other"])).toBe("");
});
