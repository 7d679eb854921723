const REASON_LINES = 12;
const REASON_WIDTH = 300;

/**
 * Counts one JSON report of vitest: `{ passed, failed, skipped, problems }`. A file that could not be loaded and a run that
 * failed outside any test count as one failure each, so that "0 failed" is only said of a run that succeeded. Anything that
 * is not such a report counts as one failure.
 */
export function countReport(text) {
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return { passed: 0, failed: 1, skipped: 0, problems: ["its report is not JSON"] };
  }
  if (!Array.isArray(report?.testResults)) {
    return { passed: 0, failed: 1, skipped: 0, problems: ["its report holds no test results"] };
  }
  const totals = { passed: 0, failed: 0, skipped: 0, problems: [] };
  for (const file of report.testResults) {
    let failedHere = 0;
    for (const test of file.assertionResults ?? []) {
      if (test.status === "passed") totals.passed += 1;
      else if (test.status === "failed") {
        failedHere += 1;
        totals.problems.push(`failed: ${test.fullName ?? "a test"} (${file.name ?? "a file"})${reasonOf(test)}`);
      } else totals.skipped += 1;
    }
    if (file.status === "failed" && failedHere === 0) {
      failedHere = 1;
      totals.problems.push(`${file.name ?? "a file"} failed outside its tests`);
    }
    totals.failed += failedHere;
  }
  if (report.success !== true && totals.failed === 0) {
    totals.failed = 1;
    totals.problems.push("the run failed outside its tests");
  }
  if (totals.passed + totals.failed + totals.skipped === 0) {
    totals.failed = 1;
    totals.problems.push("its report holds no tests");
  }
  return totals;
}

/** The first lines of what a failed test said, for a log in which its own output is far above or cut off. */
function reasonOf(test) {
  const said = (test.failureMessages ?? []).join("\n").split("\n");
  return said
    .slice(0, REASON_LINES)
    .map((line) => `\n    ${line.slice(0, REASON_WIDTH)}`)
    .join("");
}

/** The sum of several counts. */
export function addTotals(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of counts) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

/** `12 passed, 0 failed`, with `, 3 skipped` behind when there are any. */
export function formatTotals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
