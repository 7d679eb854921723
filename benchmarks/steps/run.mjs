/**
 * What the built-in pipeline takes on this repository, from nothing and when little or nothing changed, as a whole and step by step.
 * README.md has the method and figures. Prints Markdown tables.
 *
 *     node benchmarks/steps/run.mjs [--rounds <n>] [--cli <bin.js>] [--write] [--quick]
 */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { cpus, homedir, release, tmpdir, type } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatTable } from "../measure/markdown.mjs";
import { measureOnce } from "../measure/measure.mjs";
import { median, quartiles } from "../measure/statistics.mjs";
import { writeFigures } from "../measure/write-figures.mjs";
import { createCheckout } from "./checkout.mjs";

const README = new URL("README.md", import.meta.url);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUILT_CLI = path.join(ROOT, "apps/cli/dist/bin.js");

const NOTHING_KNOWN = "from nothing";
const NOTHING_CHANGED = "nothing changed";
/** Wall time in seconds at most. */
const AIMS = new Map([
  [NOTHING_KNOWN, 60],
  [NOTHING_CHANGED, 2],
]);
/** What is done before each run of a round, in this order. */
const SITUATIONS = new Map([
  [NOTHING_KNOWN, (directory) => rmSync(path.join(directory, ".workflow"), { recursive: true, force: true })],
  [NOTHING_CHANGED, () => {}],
  ["a document changed", (directory) => append(directory, "docs/configuration.md", "\nOne line more.\n")],
  ["a source file changed", (directory) => append(directory, "packages/engine/src/index.ts", "// One line more.\n")],
]);

const { values } = parseArgs({
  options: {
    rounds: { type: "string" },
    cli: { type: "string", default: BUILT_CLI },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new RangeError("Cannot measure: `--rounds` must be a positive whole number");
}
if (values.write && values.quick) throw new RangeError("Cannot measure: `--write` is not for the figures of `--quick`");
const cli = path.resolve(values.cli);
if (!existsSync(cli)) throw new Error(`Cannot measure: ${cli} is missing; build it with \`pnpm run build\``);

const parts = [];
const workspace = realpathSync(mkdtempSync(path.join(tmpdir(), "steps-")));
try {
  main();
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function main() {
  const environment = {
    PATH: process.env["PATH"] ?? "",
    // Package managers find their registry there when they are asked for vulnerabilities.
    HOME: values.quick ? folder("home") : homedir(),
    TMPDIR: folder("tmp"),
  };
  const directory = path.join(workspace, "repository");
  const checkout = createCheckout({ source: ROOT, directory, configuration: configuration(), environment });
  if (!values.quick) {
    execFileSync("pnpm", ["install", "--frozen-lockfile", "--prefer-offline", "--ignore-scripts"], {
      cwd: directory,
      env: { ...environment, CI: "1" },
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  const fileCount = checkout.git("ls-files").trimEnd().split("\n").length;
  const [cpu] = cpus();
  tell(
    `${cpus().length} x ${cpu?.model.trim()}, ${type()} ${release()}, Node ${process.version}; ${rounds} rounds, ${fileCount} files, of which ${checkout.files} differ from the base, ${new Date().toISOString().slice(0, 10)}.`,
  );

  const samples = new Map([...SITUATIONS.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, prepare] of SITUATIONS) {
      prepare(directory);
      const times = measureOnce({ name, command: [process.execPath, cli, "run"], directory, environment });
      samples.get(name).push({ ...times, steps: stepsOfLastRun(directory, name) });
    }
    checkout.git("checkout", "--quiet", "--", ".");
  }
  tell(`### The whole pipeline\n\n${wholeTable(samples)}`);
  tell(`### Each step\n\nWall time and CPU time in milliseconds where it ran:\n\n${stepTable(samples)}`);
  if (!values.write) return;
  writeFigures(README, `${parts.join("\n\n")}\n`);
}

/** The standard pipeline with what it leaves to be chosen, but for what runs the repository's own commands. */
function configuration() {
  return [
    "project: { name: ai-workflow }",
    "pipeline: standard",
    "base: { ref: main }",
    "steps:",
    "  test_execution: off",
    "  integration: off",
    "  code_quality: { with: { tools: [] } }",
    "  api_coverage: {}",
    ...(values.quick ? ["  dependencies: { with: { audit: false } }"] : []),
    "",
  ].join("\n");
}

/** The steps of the newest record, none of which may have failed: a run that ends early takes less time. */
function stepsOfLastRun(directory, situation) {
  const runs = path.join(directory, ".workflow/runs");
  const newest = readdirSync(runs).sort().at(-1);
  const { steps } = JSON.parse(readFileSync(path.join(runs, newest, "run.json"), "utf8"));
  const bad = steps.filter(
    ({ outcome, stage }) => stage !== "finalisation" && !/^(?:passed|replayed|skipped)$/.test(outcome),
  );
  if (bad.length > 0) {
    throw new Error(`Cannot measure "${situation}": ${bad.map(({ id, message }) => `${id}: ${message}`).join("; ")}`);
  }
  const replayed = steps.filter(({ outcome }) => outcome === "replayed");
  if (situation === NOTHING_KNOWN ? replayed.length > 0 : replayed.length === 0) {
    throw new Error(`Cannot measure "${situation}": ${replayed.length} steps were replayed`);
  }
  return steps;
}

function wholeTable(samples) {
  const rows = [...samples].map(([name, runs]) => {
    const aim = AIMS.get(name);
    const wall = runs.map(({ wallMs }) => wallMs);
    const isReached = aim !== undefined && median(wall) < 1_000 * aim;
    return [
      name,
      seconds(wall),
      seconds(runs.map(({ cpuMs }) => cpuMs)),
      String(median(runs.map(({ steps }) => steps.filter(hasRun).length))),
      String(median(runs.map(({ steps }) => steps.filter(({ outcome }) => outcome === "replayed").length))),
      aim === undefined ? "" : `< ${aim} s: ${isReached ? "reached" : "missed"}`,
    ];
  });
  return formatTable(["what changed", "wall s", "CPU s", "steps that ran", "replayed", "aim"], rows, ["aim"]);
}

function stepTable(samples) {
  const [first] = samples.get(NOTHING_KNOWN);
  const ids = first.steps.filter(hasRun).map(({ id }) => id);
  const cell = (id, runs) => {
    const ran = runs.map(({ steps }) => steps.find((step) => step.id === id)).filter((step) => hasRun(step));
    if (ran.length === 0) return "–";
    const of = (measure) => median(ran.map(measure)).toFixed(0);
    return `${of(({ durationMs }) => durationMs)} / ${of(({ resources }) => resources?.cpuMs ?? 0)}`;
  };
  const rows = ids.map((id) => [`\`${id}\``, ...[...samples.values()].map((runs) => cell(id, runs))]);
  return formatTable(["step", ...samples.keys()], rows);
}

function hasRun({ outcome }) {
  return outcome === "passed";
}

/** Median, and the quartiles where there are enough runs. */
function seconds(milliseconds) {
  const text = (value) => (value / 1_000).toFixed(2);
  if (milliseconds.length < 3) return text(median(milliseconds));
  const [first, third] = quartiles(milliseconds).map(text);
  return `${text(median(milliseconds))} (${first}–${third})`;
}

function append(directory, file, text) {
  appendFileSync(path.join(directory, file), text);
}

function folder(name) {
  const directory = path.join(workspace, name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

function tell(text) {
  parts.push(text);
  process.stdout.write(`${text}\n\n`);
}
