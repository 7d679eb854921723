/** Categories by which a step may be skipped although a program changed, so the worst names for code. */
const SKIPPED = new Set(["docs", "assets"]);

/**
 * Compares answers with labels: strict counts the label alone, lenient also what a reader accepts beside it.
 * @param {readonly { path: string, label: string, accept: readonly string[] }[]} labelled
 * @param {(path: string) => { category: string, rule: string }} categorise
 */
export function score(labelled, categorise) {
  const answers = labelled.map((one) => ({ ...one, ...categorise(one.path) }));
  const misses = answers.filter(({ category, label }) => category !== label);
  const wrong = misses.filter(({ category, accept }) => !accept.includes(category));
  const confusions = new Map();
  for (const { category, label } of misses) {
    const confusion = `${label} as ${category}`;
    confusions.set(confusion, (confusions.get(confusion) ?? 0) + 1);
  }
  return {
    count: labelled.length,
    strictShare: 1 - misses.length / labelled.length,
    lenientShare: 1 - wrong.length / labelled.length,
    codeSkipped: wrong.filter(({ category, label }) => label === "code" && SKIPPED.has(category)),
    confusions: [...confusions].sort((a, b) => b[1] - a[1]),
    misses,
  };
}
