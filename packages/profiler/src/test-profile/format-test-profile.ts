import { oneLine } from "../one-line.ts";
import { profileLine, SHOWN_MS } from "../profile-line.ts";
import type { TestProfile } from "../resource-usage.ts";

/**
 * Lines of `profile.log` for what a test runner told, longest phase first: `  - execution: 0.9s (vitest)`. What would be shown as `0.0s` is
 * left out.
 */
export function formatTestProfile(profile: TestProfile): readonly string[] {
  return profile.phases
    .filter(({ ms }) => ms >= SHOWN_MS)
    .toSorted((a, b) => b.ms - a.ms)
    .map(({ name, ms }) => `${profileLine(name, ms)} (${oneLine(profile.runner)})`);
}
