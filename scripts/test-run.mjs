import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bootstrap, reportingSetupErrors, runTurbo } from "./bootstrap.mjs";
import { addTotals, countReport, formatTotals } from "./test-totals.mjs";
import { listWorkspacePackages } from "./workspace.mjs";

function countPackage({ directory }) {
  let text;
  try {
    text = readFileSync(join(directory, "reports", "vitest.json"), "utf8");
  } catch {
    return { passed: 0, failed: 1, skipped: 0, problems: ["it left no report: its build or its tests did not run"] };
  }
  return countReport(text);
}

/**
 * Sets the checkout up, runs the tests of all packages and prints the totals as the last line; resolves to 0 or 1. With
 * `--force` nothing is taken from the build tool's cache.
 */
export function test(args) {
  const unknown = args.filter((argument) => argument !== "--force");
  if (unknown.length > 0) {
    console.error(
      `Unknown argument ${unknown.join(" ")}: the only one is --force. For one package use pnpm --filter <name> test.`,
    );
    return Promise.resolve(2);
  }
  return reportingSetupErrors(async () => {
    const tested = listWorkspacePackages().filter(({ manifest }) => manifest.scripts?.test !== undefined);
    const env = await bootstrap({ build: false });
    // A report of an earlier run must not stand in for one that this run did not write; turbo restores those it replays.
    for (const { directory } of tested) rmSync(join(directory, "reports"), { recursive: true, force: true });

    const flags = ["--concurrency=2", "--continue=dependencies-successful", "--output-logs=new-only"];
    const { code } = await runTurbo(["run", "test", ...flags, ...args], { env, output: "inherit" });

    const rows = tested.map((entry) => ({ path: entry.path, counts: countPackage(entry) }));
    const width = Math.max(...rows.map(({ path }) => path.length));
    console.log("");
    for (const { path, counts } of rows) console.log(`${path.padEnd(width)}  ${formatTotals(counts)}`);
    for (const { path, counts } of rows) {
      for (const problem of counts.problems) console.log(`${path}: ${problem}`);
    }
    let totals = addTotals(rows.map(({ counts }) => counts));
    if (code !== 0 && totals.failed === 0) {
      console.log(`turbo ended with exit code ${code} although every report says that all tests passed`);
      totals = { ...totals, failed: 1 };
    }
    console.log(formatTotals(totals));
    return totals.failed === 0 ? 0 : 1;
  });
}
