import type { Finding } from "@ai-workflow/engine";
import type { LockedPackage } from "./locked-package.ts";

/** Packages whose licence is none of the allowed ones. An expression (SPDX) is allowed where one side of `OR`, and all of `AND`, are. */
export function judgeLicences(
  file: string,
  packages: readonly LockedPackage[],
  allowed: ReadonlySet<string>,
): readonly Finding[] {
  const names = new Set([...allowed].map((one) => one.toLowerCase()));
  const byLicence = new Map<string, Set<string>>();
  for (const { name, licence } of packages) {
    if (licence === undefined || isAllowed(licence, names)) continue;
    byLicence.set(licence, (byLicence.get(licence) ?? new Set()).add(name));
  }
  return [...byLicence].map(([licence, of]) => ({
    rule: "licence",
    severity: "error",
    message: `the licence ${JSON.stringify(licence)} is not allowed: ${[...of].slice(0, 5).join(", ")}${of.size > 5 ? ` and ${of.size - 5} more` : ""}`,
    file,
  }));
}

/** Whether an expression holds; parentheses bind most, then `AND`, then `OR` (SPDX 2.3, annex D). */
export function isAllowed(expression: string, allowed: ReadonlySet<string>): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const any = (): boolean => {
    let holds = all();
    while (tokens[at]?.toUpperCase() === "OR") {
      at += 1;
      holds = all() || holds;
    }
    return holds;
  };
  const all = (): boolean => {
    let holds = one();
    while (tokens[at]?.toUpperCase() === "AND") {
      at += 1;
      holds = one() && holds;
    }
    return holds;
  };
  const one = (): boolean => {
    if (tokens[at] === "(") {
      at += 1;
      const holds = any();
      if (tokens[at] === ")") at += 1;
      return holds;
    }
    let name = tokens[at] ?? "";
    at += 1;
    if (tokens[at]?.toUpperCase() === "WITH") {
      const exception = tokens[at + 1] ?? "";
      at += 2;
      if (allowed.has(`${name} with ${exception}`.toLowerCase())) return true;
    }
    name = name.toLowerCase();
    return allowed.has(name) || (name.endsWith("+") && allowed.has(name.slice(0, -1)));
  };
  // Deep nesting would not fit the stack, and no licence has it.
  if (tokens.length > 200) return false;
  const holds = any();
  return at >= tokens.length && holds;
}
