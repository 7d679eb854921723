import { BUILT_IN_RULES, isFixture, isGenerated, isVendored, type PathParts } from "./category-rules.ts";
import type { Category } from "../change.ts";
import { createPathMatcher } from "../create-path-matcher.ts";

/** What is known of a file beside its category. */
export type CategoryFlag = "generated" | "vendored" | "fixture";

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
const matchers = new WeakMap<CategoryRule, (path: string) => boolean>();

function matcherOf(rule: CategoryRule): (path: string) => boolean {
  const known = matchers.get(rule);
  if (known !== undefined) return known;
  if (!CATEGORIES.includes(rule.category)) {
    throw new RangeError(
      `Cannot categorise: \`category\` must be one of ${CATEGORIES.join(", ")}, got ${JSON.stringify(rule.category)}`,
    );
  }
  const matcher = createPathMatcher(rule.globs);
  matchers.set(rule, matcher);
  return matcher;
}

function split(path: string): PathParts {
  const segments = path.replace(/\/$/, "").split("/");
  const exactName = segments.pop() ?? "";
  const name = exactName.toLowerCase();
  const dot = name.lastIndexOf(".");
  return {
    path,
    exactName,
    name,
    extension: dot > 0 ? name.slice(dot + 1) : "",
    folders: segments.map((segment) => segment.toLowerCase()),
  };
}

/**
 * Says what a file is for by its path alone: the user's rules first, then the built-in ones, the first that holds decides. What no
 * rule knows is code, the side on which nothing is skipped by mistake. Content is never read.
 * @throws {RangeError} for a category that does not exist.
 * @example
 * ```js
 * categorise("docs/Pipfile.lock"); // { category: "dependencies", rule: "dependencies/manifest", flags: [] }
 * ```
 */
export function categorise(path: string, rules: readonly CategoryRule[] = []): Categorised {
  const parts = split(path);
  const flags: CategoryFlag[] = [];
  if (isGenerated(parts)) flags.push("generated");
  if (isVendored(parts)) flags.push("vendored");
  if (isFixture(parts)) flags.push("fixture");
  for (const rule of rules) {
    if (matcherOf(rule)(path)) {
      return { category: rule.category, rule: rule.name ?? `user: ${rule.globs.join(" ")}`, flags };
    }
  }
  for (const { rule, category, holds } of BUILT_IN_RULES) {
    if (holds(parts)) return { category, rule, flags };
  }
  return { category: "code", rule: "unknown", flags };
}
