import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";

const AREAS = 20;
const FILES_PER_AREA = 10;

/** Before the commit, so that git need not read a file again that was written in the second of its index. */
const WRITTEN_AT = new Date("2026-01-01T00:00:00Z");

/**
 * Makes a git repository of 200 source files and a configuration with `stepCount` steps, and runs it until nothing is left to do.
 * Each step reads one or two of twenty folders, some only their tests; every fifth needs the one before it.
 * @param {{ readonly directory: string, readonly stepCount: number, readonly runCommand: readonly string[],
 *   readonly environment: Record<string, string> }} options
 */
export function createReplayRepository({ directory, stepCount, runCommand, environment }) {
  const write = (name, text) => {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, WRITTEN_AT, WRITTEN_AT);
  };
  for (let area = 0; area < AREAS; area += 1) {
    for (let number = 0; number < FILES_PER_AREA; number += 1) {
      const name = `src/${areaName(area)}/module-${number}${number % 3 === 0 ? ".test" : ""}.ts`;
      write(name, `export const value = ${area * FILES_PER_AREA + number};\n`);
    }
  }
  write(".workflow-config.yaml", configuration(stepCount));

  const git = (...args) => execFileSync("git", args, { cwd: directory, env: environment, stdio: "pipe" });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "commit", "--quiet", "-m", "All files");

  const first = runOnce(directory, runCommand, environment);
  if (first.steps.some(({ outcome }) => outcome !== "passed")) throw new Error("Cannot measure: a step did not pass");
  expectReplay({ directory, stepCount, runCommand, environment });
}

/** Throws unless a run now replays every step. Takes what {@link createReplayRepository} takes. */
export function expectReplay({ directory, stepCount, runCommand, environment }) {
  const { steps } = runOnce(directory, runCommand, environment);
  const replayed = steps.filter(({ outcome }) => outcome === "replayed").length;
  if (replayed !== stepCount || steps.length !== stepCount) {
    throw new Error(`Cannot measure: ${replayed} of ${stepCount} steps were replayed`);
  }
}

/** The record of one run, from the last of its `--json` lines. */
function runOnce(directory, runCommand, environment) {
  const run = spawnSync(runCommand[0], [...runCommand.slice(1), "--json"], {
    cwd: directory,
    env: environment,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const last = run.stdout?.trimEnd().split("\n").at(-1);
  if (run.status !== 0 || !last) throw new Error(`Cannot measure: the run ended with ${run.status}\n${run.stderr}`);
  const { type, record } = JSON.parse(last);
  if (type !== "finished") throw new Error("Cannot measure: the run's last event is not `finished`");
  return record;
}

function areaName(number) {
  return `area-${String(number % AREAS).padStart(2, "0")}`;
}

function configuration(stepCount) {
  const lines = ["project:", "  name: replay", "steps:"];
  for (let number = 0; number < stepCount; number += 1) {
    const files = number % 3 === 0 ? "**/*.test.ts" : "**";
    const inputs = [`src/${areaName(number)}/${files}`];
    if (number % 2 === 0) inputs.push(`src/${areaName(number + 7)}/**`);
    lines.push(`  step_${number}:`, `    run: ": ${number}"`, `    inputs: ${JSON.stringify(inputs)}`);
    if (number % 5 === 4) lines.push(`    needs: [step_${number - 1}]`);
  }
  return `${lines.join("\n")}\n`;
}
