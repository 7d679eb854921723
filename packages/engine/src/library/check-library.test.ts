import { expect, test } from "vitest";
import { checkLibrary } from "./check-library.ts";
import type { LibraryStep, StepLibrary } from "./step-library.ts";

const step = (id: string, more: Partial<LibraryStep> = {}): LibraryStep => ({
  id,
  title: id,
  aliases: [],
  module: `/library/${id}.js`,
  defaults: { expires: "24h", inputs: ["**"], stage: "core", with: { fix: false } },
  options: ["fix"],
  isIncremental: false,
  importance: { generic: "recommended" },
  ...more,
});
const library = (...steps: readonly LibraryStep[]): StepLibrary => ({ version: "1", steps, pipelines: {} });

test("gives a library whose steps say what a configuration may say", () => {
  const given = library(step("a"), step("b", { aliases: ["1"], defaults: { asks: ["review"] } }));
  expect(checkLibrary(given)).toBe(given);
});

test.each([
  [
    "a duration in a unit that there is not",
    step("a", { defaults: { expires: "7d" } }),
    "`expires` must be a duration",
  ],
  ["a stage that is no name", step("a", { defaults: { stage: "a b" } }), "`stage`"],
  ["edited files of which none is named", step("a", { defaults: { writes: ["!a"] } }), "`writes`"],
  ["an empty path of its module", step("a", { module: "" }), "`module` must not be empty"],
])("refuses %s", (_, wrong, told) => {
  expect(() => checkLibrary(library(step("fine"), wrong))).toThrow(TypeError);
  expect(() => checkLibrary(library(step("fine"), wrong))).toThrow(`the built-in step "a" is defined wrongly: ${told}`);
});

test("refuses two steps of one name", () => {
  expect(() => checkLibrary(library(step("a"), step("b", { aliases: ["a"] })))).toThrow(
    'two built-in steps have the name "a"',
  );
});
