import { orderRules } from "./built-in-rules.ts";
import { findFlags, type CategoryFlag } from "./category-flags.ts";
import type { Category } from "../change.ts";
import { createPathMatcher } from "../create-path-matcher.ts";
import { splitPath } from "./path-parts.ts";
import { RuleIndex } from "./rule-index.ts";

/** A rule of the user's; it goes before all built-in rules. */
export interface CategoryRule {
  readonly category: Category;
  /** As for `createPathMatcher()`. */
  readonly globs: readonly string[];
  /**
   * Shown as the rule that won.
   * @defaultValue `user: <globs>`
   */
  readonly name?: string | undefined;
}

/** A category with its reason. */
export interface Categorised {
  readonly category: Category;
  /** The rule that won, such as `"python/requirements"`; `"unknown"` where none holds. */
  readonly rule: string;
  readonly flags: readonly CategoryFlag[];
}

const CATEGORIES: readonly Category[] = ["docs", "code", "tests", "config", "ci", "dependencies", "assets", "other"];

interface UserRule {
  readonly category: Category;
  readonly rule: string;
  readonly matches: (path: string) => boolean;
}

function compile({ category, globs, name }: CategoryRule): UserRule {
  if (!CATEGORIES.includes(category)) {
    throw new RangeError(
      `Cannot categorise: \`category\` must be one of ${CATEGORIES.join(", ")}, got ${JSON.stringify(category)}`,
    );
  }
  const matches = createPathMatcher(globs);
  return { category, rule: name ?? `user: ${globs.join(" ")}`, matches };
}

/** Built when the first path is asked for, not when the package is loaded. */
let builtIn: RuleIndex | undefined;

/**
 * Gives a function that says what a file is for, with the user's rules compiled once: the form for many paths.
 *
 * The user's rules go first, in their order; then the built-in ones from strong to weak, and the first that holds decides. What no
 * rule knows is code, the side on which nothing is skipped by mistake. Only the path is looked at; content is never read.
 * @throws {RangeError} for a category that does not exist.
 * @throws {TypeError} for a glob that is not a non-empty string; the function given throws it for a path that is not a string.
 * @example
 * ```js
 * const categoryOf = createCategoriser([{ category: "tests", globs: ["checks/"] }]);
 * categoryOf("checks/login.ts"); // { category: "tests", rule: "user: checks/", flags: [] }
 * categoryOf("docs/Pipfile.lock"); // { category: "dependencies", rule: "python/lock-file", flags: ["generated"] }
 * ```
 */
export function createCategoriser(rules: readonly CategoryRule[] = []): (path: string) => Categorised {
  const userRules = rules.map(compile);
  return (path) => {
    if (typeof path !== "string") {
      throw new TypeError(`Cannot categorise: \`path\` must be a string, got ${JSON.stringify(path)}`);
    }
    const index = (builtIn ??= new RuleIndex(orderRules()));
    const parts = splitPath(path);
    const flags = findFlags(parts, index);
    for (const { category, rule, matches } of userRules) {
      if (matches(path)) return { category, rule, flags };
    }
    const found = index.find(parts);
    return found === undefined
      ? { category: "code", rule: "unknown", flags }
      : { category: found.category, rule: found.rule, flags };
  };
}
