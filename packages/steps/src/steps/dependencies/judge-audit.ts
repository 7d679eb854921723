import type { Finding } from "@ai-workflow/engine";
import { LEVELS, type Advisory, type AdvisoryLevel } from "./advisory.ts";

/** Findings of the advisories from a level on; those of one package stand together under the gravest. What has no level counts. */
export function judgeAudit(file: string, advisories: readonly Advisory[], from: AdvisoryLevel): readonly Finding[] {
  const rank = (level: AdvisoryLevel): number => (level === "unknown" ? LEVELS.length : LEVELS.indexOf(level));
  const told = advisories.filter(({ level }) => rank(level) >= rank(from));
  return [...groupByName(told)].map(([name, all]) => {
    const [gravest, ...more] = all.toSorted((one, other) => rank(other.level) - rank(one.level));
    const { level = "unknown", title = "", url, fix } = gravest ?? {};
    const rest = more.length === 0 ? "" : `, and ${more.length} more`;
    return {
      rule: "vulnerable",
      severity: "error",
      message: `${JSON.stringify(name)} has a known vulnerability${level === "unknown" ? "" : ` (${level})`}: ${title}${rest}`,
      file,
      suggestion: [fix, url].filter((one) => one !== undefined).join("; ") || "look for a release that mends it",
    };
  });
}

function groupByName(advisories: readonly Advisory[]): ReadonlyMap<string, readonly Advisory[]> {
  const groups = new Map<string, Advisory[]>();
  for (const one of advisories) groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
  return groups;
}
