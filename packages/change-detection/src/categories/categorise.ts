import { createCategoriser, type Categorised, type CategoryRule } from "./create-categoriser.ts";

export type { Categorised, CategoryRule };
export type { CategoryFlag } from "./category-flags.ts";

const categoriseByBuiltInRules = createCategoriser();
const compiled = new WeakMap<readonly CategoryRule[], (path: string) => Categorised>();

/**
 * Says what a file is for by its path alone: the user's rules first, then the built-in ones, the first that holds decides. What no
 * rule knows is code, the side on which nothing is skipped by mistake. Content is never read.
 *
 * A list of rules is compiled the first time it is seen; it must not be changed afterwards. `createCategoriser()` is the form that
 * says so.
 * @throws {RangeError} for a category that does not exist.
 * @throws {TypeError} for a path that is not a string or a glob that is not a non-empty string.
 * @example
 * ```js
 * categorise("docs/Pipfile.lock"); // { category: "dependencies", rule: "python/lock-file", flags: ["generated"] }
 * ```
 */
export function categorise(path: string, rules?: readonly CategoryRule[]): Categorised {
  if (rules === undefined || rules.length === 0) return categoriseByBuiltInRules(path);
  let categoriseByAll = compiled.get(rules);
  if (categoriseByAll === undefined) compiled.set(rules, (categoriseByAll = createCategoriser(rules)));
  return categoriseByAll(path);
}
