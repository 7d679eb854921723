import type { TestProfile } from "../resource-usage.ts";

/** Shorter than what one decimal of a second shows. */
const SHOWN_MS = 50;

/** Keeps a name on one line: control characters and the Unicode line ends are written as escapes. */
const oneLine = (name: string): string =>
  name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${hex}`;
  });

/**
 * Lines of `profile.log` for what a test runner told, longest phase first: `  - execution: 0.9s (vitest)`. What would be shown as `0.0s` is
 * left out.
 */
export function formatTestProfile(profile: TestProfile): readonly string[] {
  return profile.phases
    .filter(({ ms }) => ms >= SHOWN_MS)
    .toSorted((a, b) => b.ms - a.ms)
    .map(({ name, ms }) => `  - ${oneLine(name)}: ${(ms / 1000).toFixed(1)}s (${oneLine(profile.runner)})`);
}
