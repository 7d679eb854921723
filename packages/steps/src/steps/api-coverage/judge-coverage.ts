import type { Finding } from "@ai-workflow/engine";
import type { PublicName } from "./public-name.ts";

/** How many names are public, and how many of them documented. */
export interface Coverage {
  readonly total: number;
  readonly documented: number;
}

/** Names told in one note. */
const MAX_NAMES = 5;

/** What is asked for. */
export interface CoverageLimits {
  /** From 0 to 100. */
  readonly minPercent: number | undefined;
  /** Names that are new, told one by one in a file; the last of them says how many more there are. */
  readonly maxPerFile: number;
  /** Whether a file belongs to a package that is never published: of it only what is new is told, as a note. */
  readonly isPrivate: (file: string) => boolean;
}

/** What is to be said of public names: a note a file; of each name that is new since the base it warns. */
export function judgeCoverage(
  names: readonly PublicName[],
  isNew: (one: PublicName) => boolean,
  { minPercent, maxPerFile, isPrivate }: CoverageLimits,
): readonly Finding[] {
  const findings: Finding[] = [];
  const percent = percentOf(coverageOf(names));
  if (minPercent !== undefined && percent < minPercent) {
    const message = `${formatPercent(percent)} of the public names are documented, less than ${minPercent} %`;
    findings.push({ rule: "coverage", severity: "error", message });
  }
  const byFile = new Map<string, PublicName[]>();
  for (const one of names) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  for (const [file, all] of [...byFile].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const bare = all.filter(({ isDocumented }) => !isDocumented).toSorted((one, other) => one.line - other.line);
    const added = bare.filter(isNew);
    for (const [index, { name, line }] of added.slice(0, maxPerFile).entries()) {
      const left = index === maxPerFile - 1 ? added.length - maxPerFile : 0;
      const message = `new and public without documentation: \`${name}\`${left > 0 ? ` (and ${left} more)` : ""}`;
      findings.push({ rule: "undocumented-new", severity: isPrivate(file) ? "info" : "warning", message, file, line });
    }
    if (isPrivate(file)) continue;
    const old = bare.filter((one) => !isNew(one));
    const [first] = old;
    if (first === undefined) continue;
    const listed = old.slice(0, MAX_NAMES).map(({ name }) => `\`${name}\``);
    const more = old.length > MAX_NAMES ? ` and ${old.length - MAX_NAMES} more` : "";
    const message = `public without documentation: ${listed.join(", ")}${more}`;
    findings.push({ rule: "undocumented", severity: "info", message, file, line: first.line });
  }
  return findings;
}

/** Counts names. */
export function coverageOf(names: readonly PublicName[]): Coverage {
  return { total: names.length, documented: names.filter(({ isDocumented }) => isDocumented).length };
}

/** From 0 to 100; where nothing is public, nothing is missing. */
export function percentOf({ total, documented }: Coverage): number {
  return total === 0 ? 100 : (documented / total) * 100;
}

/** One digit behind the point, never rounded up to what it is not. */
export function formatPercent(percent: number): string {
  return `${Math.floor(percent * 10) / 10} %`;
}
