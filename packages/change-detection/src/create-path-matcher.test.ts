import * as fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { createPathMatcher } from "./create-path-matcher.ts";

const segment = fc.constantFrom("a", "b", ".c", "a.md", "x.test.ts", "md", ".md", "d.e.md", "A", "node_modules");
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const shortcut = fc.oneof(
  fc.constantFrom("**", "**/*", "*.md", "**/*.md", "**/*.test.ts", "*.e.md"),
  path.map((folder) => `${folder}/**`),
);
const glob = fc.oneof(shortcut, path, fc.constantFrom("*", "a/*", "?", "**/a/**", "{a,b}/**", "[ab]", "*/*.md", "a*/"));

describe("createPathMatcher()", () => {
  test.each<[readonly string[], readonly string[], readonly string[]]>([
    [[], [], ["a", "a/b"]],
    [["docs"], ["docs", "docs/a.md", "docs/.b/c"], ["docs2/a", "src/docs/a"]],
    [["docs/"], ["docs/a.md"], ["docsx", "a/docs/b"]],
    [["./docs", "/src/"], ["docs/a", "src/b"], ["x/src/b"]],
    [["packages/*/"], ["packages/a/x", "packages/a/b/c"], ["packages", "other/a/x"]],
    [["**/*.md"], ["a.md", "docs/a.md", ".github/x.md"], ["a.mdx", "md"]],
    [["*.md"], ["a.md"], ["docs/a.md"]],
    [
      ["docs/", "!docs/api/", "docs/api/keep.md"],
      ["docs/a", "docs/api/keep.md"],
      ["docs/api/x", "src/a"],
    ],
    [["!docs/"], ["src/a", "README.md"], ["docs/a"]],
    [["!**/*.md", "README.md"], ["src/a", "README.md"], ["docs/a.md"]],
    [["src/**/*.{ts,tsx}"], ["src/a.ts", "src/.x/b.tsx"], ["src/a.js"]],
    [["!(a)/b"], ["c/b"], ["a/b"]],
    [["."], ["a", "b/c"], []],
    [[String.raw`app/\[id\]/page.tsx`], ["app/[id]/page.tsx"], ["app/i/page.tsx"]],
    [["src/**/*.ts"], ["src/a\nb/x.ts", "src/\n.ts", "src/\u2028/\r/x.ts"], ["src/a\n.js"]],
    [["*"], ["\n", "a\nb"], ["a\n/b"]],
    [["{a,b}/**", "!**/c/**"], ["a/q\nr"], ["b/x\ny/c/d"]],
  ])("%j", (globs, matching, other) => {
    const matches = createPathMatcher(globs);
    expect(matching.filter((one) => !matches(one))).toEqual([]);
    expect(other.filter((one) => matches(one))).toEqual([]);
  });

  test("the shortcuts answer as picomatch would", () => {
    fc.assert(
      fc.property(shortcut, path, (one, candidate) => {
        expect(createPathMatcher([one])(candidate)).toBe(picomatch(one, { dot: true })(candidate));
      }),
      { numRuns: 2000 },
    );
  });

  test("the last glob that matches decides", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(glob, fc.boolean()), { minLength: 1, maxLength: 5 }), path, (list, candidate) => {
        let expected = list[0]?.[1] ?? false;
        for (const [one, negated] of list) if (createPathMatcher([one])(candidate)) expected = !negated;
        const globs = list.map(([one, negated]) => (negated ? `!${one}` : one));
        expect(createPathMatcher(globs)(candidate)).toBe(expected);
      }),
    );
  });

  test.each([[""], ["!"], [3 as unknown as string]])("refuses %j", (bad) => {
    expect(() => createPathMatcher([bad])).toThrow(TypeError);
  });

  test.each([["src/"], [undefined]])("refuses %j in place of a list", (bad) => {
    expect(() => createPathMatcher(bad as unknown as string[])).toThrow("`globs` must be a list, got ");
  });
});
