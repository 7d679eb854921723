/** Tests by outcome. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NO_TESTS: TestCounts = { passed: 0, failed: 0, skipped: 0 };

/**
 * The words of all runners. What ended as it was expected to counts as passed, except pytest's `xfailed`, which pytest itself reports as
 * skipped to other tools (JUnit XML); what was planned and did not run is skipped.
 */
const OUTCOMES: ReadonlyMap<string, keyof TestCounts> = new Map([
  ["passed", "passed"],
  ["pass", "passed"],
  ["passing", "passed"],
  ["xpassed", "passed"],
  ["flaky", "passed"],
  ["expected fail", "passed"],
  ["failed", "failed"],
  ["fail", "failed"],
  ["failing", "failed"],
  ["error", "failed"],
  ["errors", "failed"],
  ["cancelled", "failed"],
  ["interrupted", "failed"],
  ["skipped", "skipped"],
  ["pending", "skipped"],
  ["todo", "skipped"],
  ["ignored", "skipped"],
  ["xfailed", "skipped"],
  ["did not run", "skipped"],
]);

/** The counts with `count` more tests of what a runner calls `word`; words that are no outcome change nothing. */
export function countTests(counts: TestCounts, word: string, count: number): TestCounts {
  const outcome = OUTCOMES.get(word);
  return outcome === undefined ? counts : { ...counts, [outcome]: counts[outcome] + count };
}

const COUNTED = /^(\d{1,9}) ([a-z ]{1,20})$/u;

/** Counts of texts like `3 passed`; a text of another form changes nothing. */
export function countTexts(texts: readonly string[], from: TestCounts = NO_TESTS): TestCounts {
  let counts = from;
  for (const text of texts) {
    const [, count, word] = COUNTED.exec(text.trim()) ?? [];
    if (word !== undefined) counts = countTests(counts, word, Number(count));
  }
  return counts;
}
