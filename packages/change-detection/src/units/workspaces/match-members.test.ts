import * as fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { createMemberMatcher } from "./match-members.ts";

describe("createMemberMatcher()", () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ["", ["packages/*"], ["packages/a"], ["packages", "packages/a/b", "packages/.a", "packages-x/a"]],
    ["", ["./packages/**/"], ["packages", "packages/a/b"], ["other"]],
    ["", ["."], [""], ["a"]],
    ["", ["**"], ["", "a", "a/b"], [".a"]],
    ["", ["!packages/b", "packages/*"], ["packages/a"], ["packages/b"]],
    ["", ["packages/!(b)"], ["packages/a"], ["packages/b"]],
    ["", ["{apps,libs}/*"], ["apps/a", "libs/b"], ["other/c"]],
    ["web", ["*", "../shared/*", ".././lib"], ["web/a", "shared/b", "lib"], ["a", "web", "shared"]],
    ["web", [], [], ["", "web", "web/a"]],
    ["a+(b)", ["*"], ["a+(b)/c"], ["ab/c"]],
    ["", ["libs/**", "x*"], ["libs/a\nb/c", "x\n"], ["a\nb"]],
  ])("in %j %j", (workspace, patterns, members, others) => {
    const { matches, outside, refused } = createMemberMatcher(workspace, patterns);
    expect(members.filter((folder) => !matches(folder))).toEqual([]);
    expect(others.filter((folder) => matches(folder))).toEqual([]);
    expect([...outside, ...refused]).toEqual([]);
  });

  test("a list of excluded folders takes out as `!` does", () => {
    const { matches } = createMemberMatcher("", ["crates/*"], ["crates/old"]);
    expect(["crates/a", "crates/old"].map(matches)).toEqual([true, false]);
  });

  test("tells patterns that leave the repository from those that are not understood", () => {
    const { outside, refused, matches } = createMemberMatcher("web", [
      "../../x",
      "*(*a)*(*a)b",
      "*a*a*a*a*a*a*a*a*b",
      "**/**/**/**/**/x",
      "a/../b",
      "{1..1000000}",
      "x".repeat(2000),
    ]);
    expect(outside).toEqual(["../../x"]);
    expect(refused).toHaveLength(6);
    expect(matches(`web/${"a".repeat(200)}!`)).toBe(false);
  });

  test("answers as picomatch does for ordinary globs", () => {
    const segment = fc.constantFrom("a", "b", "a-b", ".c");
    const part = fc.constantFrom("a", "*", "a*", "**", "{a,b}", "?");
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        (parts, segments) => {
          const [glob, folder] = [parts.join("/"), segments.join("/")];
          const { matches, refused } = createMemberMatcher("", [glob]);
          expect(refused).toEqual([]);
          expect(matches(folder)).toBe(picomatch(glob)(folder));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
