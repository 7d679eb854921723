import type { Finding } from "@ai-workflow/engine";

/** Findings of one rule in one file that are told one by one. */
const MAX_ALIKE = 5;

/** Leaves the first findings of each rule, and says of the last one how many more there are. Pure. */
export function limitFindings(file: string, findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const told = new Map<string, number>();
  return findings.flatMap((finding) => {
    const place = (told.get(finding.rule) ?? 0) + 1;
    told.set(finding.rule, place);
    if (place > MAX_ALIKE) return [];
    const more = (counts.get(finding.rule) ?? 0) - MAX_ALIKE;
    if (place < MAX_ALIKE || more <= 0) return [finding];
    return [{ ...finding, file, message: `${finding.message} (and ${more} more of this in the file)` }];
  });
}
