import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { categorise } from "./categorise.ts";
import { createCategoriser, type CategoryRule } from "./create-categoriser.ts";

const CATEGORIES = ["docs", "code", "tests", "config", "ci", "dependencies", "assets", "other"];

/** Names as git can hold them and worse: control characters, separators, lone surrogates, endless depth. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "",
        ".",
        "..",
        "-rf",
        "$(x)",
        "a\nb",
        "\\",
        "\ud800",
        "İ",
        "docs",
        "README",
        "e\u0301.md",
        "__proto__",
        "constructor",
      ),
      { maxLength: 12 },
    )
    .map((segments) => segments.join("/")),
);

describe("createCategoriser()", () => {
  test("answers for any string, always the same, with or without a slash at the end", () => {
    const categoryOf = createCategoriser();
    fc.assert(
      fc.property(hostile, (path) => {
        const answer = categoryOf(path);
        expect(CATEGORIES).toContain(answer.category);
        expect(answer.rule).not.toBe("");
        expect(categoryOf(path)).toEqual(answer);
        expect(categorise(path)).toEqual(answer);
        if (!path.endsWith("/")) expect(categoryOf(`${path}/`)).toEqual(answer);
      }),
    );
  });

  test("a path of a million characters is answered", () => {
    expect(categorise(`${"a/".repeat(500_000)}b.ts`).category).toBe("code");
    expect(categorise("a".repeat(1_000_000)).category).toBe("code");
    expect(categorise(`${"-".repeat(100_000)}.test-${"a.".repeat(100_000)}`).category).toBe("code");
  });

  test("the user's rules go before all built-in ones, the first of them that matches decides", () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...CATEGORIES), (path, category) => {
        const rules = [
          { category: category as "docs", globs: ["**"], name: "first" },
          { category: "code" as const, globs: ["**"] },
        ];
        expect(createCategoriser(rules)(path)).toMatchObject({ category, rule: "first" });
      }),
    );
  });

  test("a rule that does not match leaves the path to the built-in ones", () => {
    const categoryOf = createCategoriser([{ category: "tests", globs: ["checks/", "!checks/**/*.md"] }]);
    expect(categoryOf("checks/login.ts")).toEqual({
      category: "tests",
      rule: "user: checks/ !checks/**/*.md",
      flags: [],
    });
    expect(categoryOf("checks/notes.md")).toMatchObject({ category: "docs", rule: "docs/prose" });
  });

  test("case counts where a name has meaning in one case only", () => {
    expect(categorise("BUILD").category).toBe("config");
    expect(categorise("scripts/build").category).toBe("code");
    expect(categorise("a/WORKSPACE").category).toBe("dependencies");
    expect(categorise("bin/workspace").category).toBe("code");
    expect(categorise("pkg/DESCRIPTION").category).toBe("dependencies");
    expect(categorise("src/INSTALL").category).toBe("docs");
    expect(categorise("scripts/install").category).toBe("code");
    expect(categorise("AppTests/Login.swift").category).toBe("tests");
    expect(categorise("src/contests/login.swift").category).toBe("code");
  });

  test("case does not count where it never has meaning", () => {
    for (const path of ["readme.MD", "Makefile", "PACKAGE.JSON", "logo.PNG", "Dockerfile.Dev"]) {
      expect(categorise(path.toUpperCase()).category, path).toBe(categorise(path.toLowerCase()).category);
    }
  });

  test("refuses a category that does not exist and a path that is not a string", () => {
    expect(() => createCategoriser([{ category: "prose" as "docs", globs: ["a"] }])).toThrow(
      new RangeError(
        'Cannot categorise: `category` must be one of docs, code, tests, config, ci, dependencies, assets, other, got "prose"',
      ),
    );
    expect(() => createCategoriser([{ category: "docs", globs: [""] }])).toThrow(TypeError);
    expect(() => createCategoriser([{ category: "docs" } as unknown as CategoryRule])).toThrow("must be a list");
    expect(() => categorise(7 as unknown as string)).toThrow(
      new TypeError("Cannot categorise: `path` must be a string, got 7"),
    );
  });
});
