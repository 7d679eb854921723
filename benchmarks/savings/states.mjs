import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const EXAMPLE = fileURLToPath(new URL("example/", import.meta.url));
const DOCUMENT = ["docs/orders.md", "\nAn order without lines has the total 0.\n"];
const CODE = ["src/stock.js", "\nexport const EMPTY = new Map();\n"];

/** What is changed after the base: files, and what is added to them. */
export const CHANGES = new Map([
  ["documents only", [DOCUMENT]],
  ["code only", [CODE]],
  ["mixed", [DOCUMENT, CODE]],
  ["none", []],
]);

/** What is known when a run begins. */
export const CACHES = ["cold", "cold, base taken as green", "warm"];

/**
 * Makes one repository for each cache and change, from which runs start: the example on its main branch, what earlier runs left
 * there (`warm`: made by `runOnce`, called `warmRuns` times), and the change in a commit on a branch.
 * @returns {Map<string, string>} Directories, by {@link stateName}.
 */
export function prepareStates({ workspace, environment, changes, caches, warmRuns, runOnce }) {
  const git = (directory, ...args) =>
    execFileSync("git", ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", ...args], {
      cwd: directory,
      env: environment,
      stdio: "pipe",
    });
  const states = new Map();
  for (const cache of caches) {
    const origin = path.join(workspace, "states", cache, "base");
    mkdirSync(origin, { recursive: true });
    cpSync(EXAMPLE, origin, { recursive: true });
    if (cache === "cold, base taken as green") {
      appendFileSync(path.join(origin, ".workflow-config.yaml"), "\nbase: { assume_green: true }\n");
    }
    git(origin, "init", "--quiet", "--initial-branch=main");
    git(origin, "add", "--all");
    git(origin, "commit", "--quiet", "-m", "All files");
    const runsBefore = cache === "warm" ? warmRuns : 0;
    for (let run = 0; run < runsBefore; run += 1) runOnce(origin);
    for (const change of changes) {
      const directory = path.join(workspace, "states", cache, change);
      copyState(origin, directory);
      git(directory, "checkout", "--quiet", "-b", "change");
      for (const [file, text] of CHANGES.get(change)) appendFileSync(path.join(directory, file), text);
      git(directory, "commit", "--quiet", "--all", "--allow-empty", "-m", "The change");
      states.set(stateName(cache, change), directory);
    }
  }
  return states;
}

export function stateName(cache, change) {
  return `${cache}: ${change}`;
}

/** Replaces `to` by a copy of `from`, with the times of its files. */
export function copyState(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(path.dirname(to), { recursive: true });
  execFileSync("cp", ["-a", from, to]);
  // A copy has other inodes: so that the run need not read every file again for it.
  execFileSync("git", ["update-index", "-q", "--refresh"], { cwd: to });
}

/** How many steps of the last run ran; throws unless it passed. */
export function countRun(directory) {
  const { status, step_timings: timings } = JSON.parse(
    readFileSync(path.join(directory, ".workflow/metrics/current_run.json"), "utf8"),
  );
  if (status !== "passed") throw new Error(`Cannot measure: the run ended as ${status}`);
  return Object.keys(timings).length;
}
