import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orderRules } from "./built-in-rules.ts";
import { splitPath, type PathParts } from "./path-parts.ts";
import { RuleIndex } from "./rule-index.ts";
import type { Rule } from "./rule.ts";

const split = (text: string | undefined): readonly string[] => (text === undefined ? [] : text.split(" "));

/** The definition, without an index: the first rule in order that lists the path and holds. */
function findByScan(rules: readonly Rule[], parts: PathParts): Rule | undefined {
  return rules.find(({ names, extensions, folders, holds }) => {
    const listsNothing = names === undefined && extensions === undefined && folders === undefined;
    const isListed =
      split(names).includes(parts.name) ||
      (parts.extension !== "" && split(extensions).includes(parts.extension)) ||
      split(folders).some((folder) => parts.folders.includes(folder));
    return (listsNothing || isListed) && (holds === undefined || holds(parts));
  });
}

const rules = orderRules();
const vocabulary = (pick: (rule: Rule) => string | undefined): readonly string[] =>
  rules.flatMap((rule) => split(pick(rule)));
const names = vocabulary((rule) => rule.names);
const extensions = vocabulary((rule) => rule.extensions);
const folders = vocabulary((rule) => rule.folders);

const aPath = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom(...folders), fc.constantFrom("src", "docs", "Lib", "test", "a")), {
      maxLength: 4,
    }),
    fc.oneof(
      fc.constantFrom(...names),
      fc
        .tuple(fc.constantFrom("a", "README", "Foo", "test_a", "x.min", ".x"), fc.constantFrom(...extensions))
        .map((pair) => pair.join(".")),
      fc.string({ minLength: 1 }),
      // Two words of a list are not one name.
      fc.constantFrom("yarn.lock bun.lock", "a.js mjs", "package"),
    ),
  )
  .map(([above, name]) => [...above, name].join("/"));

describe("RuleIndex", () => {
  test("finds the rule that a scan over all rules in their order finds, for the first paths and for all others", () => {
    const index = new RuleIndex(rules);
    fc.assert(
      fc.property(aPath, (path) => {
        const parts = splitPath(path);
        const rule = findByScan(rules, parts)?.rule;
        expect(index.find(parts)?.rule).toBe(rule);
        expect(new RuleIndex(rules).find(parts)?.rule).toBe(rule);
      }),
      { numRuns: 2000 },
    );
  });

  test("the stronger rule wins over the one that lists the path more closely", () => {
    const index = new RuleIndex([
      { rule: "a/folder", category: "tests", folders: "spec" },
      { rule: "a/name", category: "config", names: "x.json" },
      { rule: "a/extension", category: "code", extensions: "json" },
      { rule: "a/any", category: "other" },
    ]);
    const find = (path: string): string | undefined => index.find(splitPath(path))?.rule;
    expect(find("spec/x.json")).toBe("a/folder");
    expect(find("x.json")).toBe("a/name");
    expect(find("y.json")).toBe("a/extension");
    expect(find("y")).toBe("a/any");
  });

  test("a rule that does not hold leaves the path to weaker ones", () => {
    const index = new RuleIndex([
      { rule: "a/never", category: "tests", names: "x", holds: () => false },
      { rule: "a/name", category: "config", names: "x" },
    ]);
    expect(index.find(splitPath("x"))?.rule).toBe("a/name");
    expect(index.find(splitPath("y"))).toBeUndefined();
  });

  test("knows the names that tools write", () => {
    const index = new RuleIndex([
      { rule: "a/lock-file", category: "dependencies", names: "x.lock y.lock", generated: true },
    ]);
    for (let asked = 0; asked < 200; asked++) {
      expect(index.isGeneratedName("y.lock")).toBe(true);
      expect(index.isGeneratedName("z.lock")).toBe(false);
      index.find(splitPath("a"));
    }
  });
});
