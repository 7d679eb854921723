import { describe, expect, test } from "vitest";
import { orderRules } from "./built-in-rules.ts";
import { STRENGTHS } from "./rule.ts";

const rules = orderRules();

describe("the built-in rules", () => {
  test("stand in the order of their strength, and none is lost", () => {
    const ranks = rules.map((rule) => STRENGTHS.indexOf(rule.strength ?? rule.category));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(ranks).not.toContain(-1);
    expect(rules.length).toBeGreaterThan(150);
  });

  test.each(rules.map((rule) => [rule.rule, rule] as const))("%s is well formed", (name, rule) => {
    expect(name).toMatch(/^[a-z]+\/[a-z]+(?:-[a-z]+)*$/);
    for (const words of [rule.names, rule.extensions, rule.folders]) {
      if (words === undefined) continue;
      // Lower case, one space between words, no word twice.
      expect(words).toBe(words.toLowerCase());
      expect(words.split(" ")).not.toContain("");
      expect(new Set(words.split(" ")).size, words).toBe(words.split(" ").length);
    }
    for (const extension of rule.extensions?.split(" ") ?? []) expect(extension).not.toContain(".");
    for (const folder of rule.folders?.split(" ") ?? []) expect(folder).not.toContain("/");
    // Nothing to list and nothing to ask would be a rule for everything.
    expect(rule.names ?? rule.extensions ?? rule.folders ?? rule.holds).toBeDefined();
  });

  test("a lock file known by its name is a dependency and written by a tool", () => {
    const lockFiles = rules.filter(({ rule, names }) => rule.endsWith("/lock-file") && names !== undefined);
    expect(lockFiles.length).toBeGreaterThan(15);
    for (const { category, generated } of lockFiles)
      expect({ category, generated }).toEqual({ category: "dependencies", generated: true });
  });
});
