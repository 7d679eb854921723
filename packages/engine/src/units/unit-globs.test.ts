import { createPathMatcher } from "@ai-workflow/change-detection";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { unitGlobs } from "./unit-globs.ts";

const WEB = { directory: "packages/web", needed: ["packages/ui", "libs/core"] };

test.each([
  [["src/**"], ["packages/web/src/**"]],
  [["./src"], ["packages/web/src"]],
  [["."], ["packages/web/**"]],
  [
    ["src/**", "!src/**/*.md"],
    ["packages/web/src/**", "!packages/web/src/**/*.md"],
  ],
  [["!dist/"], ["packages/web/**", "!packages/web/dist/"]],
  [
    ["src/**", "/tsconfig.base.json"],
    ["packages/web/src/**", "tsconfig.base.json"],
  ],
  [["^src/**"], ["packages/ui/src/**", "libs/core/src/**"]],
  [
    ["**", "!^test/"],
    ["packages/web/**", "!packages/ui/test/", "!libs/core/test/"],
  ],
])("%j is %j of a unit", (globs, expected) => {
  expect(unitGlobs(globs, WEB)).toEqual(expected);
});

test("at the root globs stay what they are", () => {
  expect(unitGlobs(["src/**", ".", "!x"], { directory: "", needed: [] })).toEqual(["src/**", "**", "!x"]);
});

const segment = fc
  .string({ unit: fc.constantFrom(..."ab[](){}!*?+@|^$ .-ü\\"), minLength: 1, maxLength: 5 })
  .filter((text) => text !== "." && text !== ".." && !text.includes("\\"));

test("whatever a folder is called, globs match below it what they match in it, and nothing elsewhere", () => {
  const globs = fc.constantFrom(["**"], ["src/**"], ["src"], ["*.ts", "!a.ts"], ["!src/"], ["."], ["a.ts"]);
  const file = fc.constantFrom("src/a.ts", "src/deep/b.md", "a.ts", "b.ts", "other/c");
  fc.assert(
    fc.property(segment, segment, globs, file, (outer, inner, list, path) => {
      const directory = `${outer}/${inner}`;
      const matches = createPathMatcher(unitGlobs(list, { directory, needed: [] }));
      expect(matches(`${directory}/${path}`)).toBe(createPathMatcher(list)(path));
      for (const elsewhere of [path, `x${directory}/${path}`, `${outer}/x/${path}`]) {
        if (!elsewhere.startsWith(`${directory}/`)) expect(matches(elsewhere)).toBe(false);
      }
    }),
  );
});
