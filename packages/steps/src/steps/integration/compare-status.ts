import type { Finding } from "@ai-workflow/engine";
import { printable } from "../../text/printable.ts";

/** Named one by one; of more it is told how many there are. */
const MAX_NAMES = 5;

/**
 * Tells of what a build left in the work tree that git sees: files that it changed though they are tracked, and files that git neither
 * tracks nor ignores. Pure.
 *
 * @param before - output of `git status --porcelain -z --no-renames`
 * @param after - the same afterwards
 */
export function compareStatus(before: string, after: string): readonly Finding[] {
  const known = new Set(before.split("\0"));
  const fresh = after.split("\0").filter((entry) => entry.length > 3 && !known.has(entry));
  const changed = fresh.filter((entry) => !entry.startsWith("??")).map((entry) => entry.slice(3));
  const untracked = fresh.filter((entry) => entry.startsWith("??")).map((entry) => entry.slice(3));
  const findings: Finding[] = [];
  if (changed.length > 0) {
    findings.push({
      rule: "build-edits-files",
      severity: "warning",
      message: printable(`the build changed files that git tracks: ${listed(changed)}`),
      suggestion: "commit what it makes of them, or let it write elsewhere",
    });
  }
  if (untracked.length > 0) {
    findings.push({
      rule: "build-leaves-files",
      severity: "info",
      message: printable(`the build left files that git neither tracks nor ignores: ${listed(untracked)}`),
      suggestion: "add them to `.gitignore`",
    });
  }
  return findings;
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return names.slice(0, MAX_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
