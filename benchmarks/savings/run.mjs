/**
 * What each optimisation saves, in an example repository, by what changed and what is known of earlier runs. README.md has the
 * method and figures. Prints Markdown tables.
 *
 *     node benchmarks/savings/run.mjs [--rounds <n>] [--scale <factor>] [--warm-runs <n>] [--seed <n>] [--cli <bin.js>]
 *       [--write] [--quick]
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { cpus, release, tmpdir, type } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatTable } from "../measure/markdown.mjs";
import { measureInterleaved, measureOnce } from "../measure/measure.mjs";
import { createRandom, median, quartiles } from "../measure/statistics.mjs";
import { writeFigures } from "../measure/write-figures.mjs";
import { CACHES, CHANGES, copyState, countRun, prepareStates, stateName } from "./states.mjs";

const README = new URL("README.md", import.meta.url);
const BUILT_CLI = fileURLToPath(new URL("../../apps/cli/dist/bin.js", import.meta.url));
const MODEL_SERVER = fileURLToPath(new URL("model-server.mjs", import.meta.url));
const NONE = "none";
const ASSUMED = "cold, base taken as green";
const LEVELS = new Map([
  [NONE, ["--baseline"]],
  ["smart", ["--smart-execution", "--no-parallel", "--no-ml-optimize", "--no-multi-stage"]],
  ["parallel", ["--no-smart-execution", "--parallel", "--no-ml-optimize", "--no-multi-stage"]],
  ["smart and parallel", ["--smart-execution", "--parallel", "--no-ml-optimize", "--no-multi-stage"]],
  ["with ML", ["--smart-execution", "--parallel", "--ml-optimize", "--no-multi-stage"]],
  ["with stages", ["--smart-execution", "--parallel", "--ml-optimize", "--multi-stage"]],
]);
const QUICK = { levels: [NONE, "with stages"], changes: ["documents only"], caches: ["warm"] };
/** What the assumption of a green base changes only in runs that leave steps out. */
const WITHOUT_SELECTION = new Set(["parallel"]);

const { values } = parseArgs({
  options: {
    rounds: { type: "string" },
    scale: { type: "string" },
    "warm-runs": { type: "string" },
    seed: { type: "string", default: "1" },
    cli: { type: "string", default: BUILT_CLI },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const scale = Number(values.scale ?? (values.quick ? 0.01 : 0.07));
const warmRuns = Number(values["warm-runs"] ?? (values.quick ? 1 : 12));
const seed = Number(values.seed);
if (![rounds, warmRuns].every((number) => Number.isInteger(number) && number > 0)) {
  throw new RangeError("Cannot measure: `--rounds` and `--warm-runs` must be positive whole numbers");
}
if (!(scale > 0) || !Number.isInteger(seed)) {
  throw new RangeError("Cannot measure: `--scale` must be a positive number, `--seed` a whole number");
}
if (values.write && values.quick) throw new RangeError("Cannot measure: `--write` is not for the figures of `--quick`");
if (!existsSync(values.cli))
  throw new Error(`Cannot measure: ${values.cli} is missing; build it with \`pnpm run build\``);

const cli = path.resolve(values.cli);
const levels = values.quick ? QUICK.levels : [...LEVELS.keys()];
const changes = values.quick ? QUICK.changes : [...CHANGES.keys()];
const caches = values.quick ? QUICK.caches : CACHES;
const parts = [];
const workspace = realpathSync(mkdtempSync(path.join(tmpdir(), "savings-")));
const server = spawn(process.execPath, [MODEL_SERVER, String(scale)], { stdio: ["pipe", "pipe", "inherit"] });
try {
  const [address] = await once(server.stdout.setEncoding("utf8"), "data");
  main(address.trim());
} finally {
  server.stdin.end();
  rmSync(workspace, { recursive: true, force: true });
}

function main(address) {
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder("home"),
    TMPDIR: folder("tmp"),
    EXAMPLE_SCALE: String(scale),
    AI_BASE_URL: `${address}/v1`,
    AI_API_KEY: "stand-in",
  };
  const [cpu] = cpus();
  tell(
    `${cpus().length} x ${cpu?.model.trim()}, ${type()} ${release()}, Node ${process.version}; ${rounds} rounds, times of steps x ${scale}, ${warmRuns} runs before the warm ones, seed ${seed}, ${new Date().toISOString().slice(0, 10)}.`,
  );
  const run = (directory, flags) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "run", ...flags], {
      cwd: directory,
      env: environment,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`Cannot measure: a run before ended with ${status}\n${stdout}\n${stderr}`);
  };
  const runOnce = (directory) => run(directory, ["--force"]);
  const states = prepareStates({ workspace, environment, changes, caches, warmRuns, runOnce });
  const cases = cells().map(({ level, change, cache, name }) => {
    const directory = path.join(workspace, "cell", "example");
    const one = { name, command: [process.execPath, cli, "run", ...LEVELS.get(level)], directory, environment };
    return {
      name,
      prepare: () => copyState(states.get(stateName(cache, change)), directory),
      measure: () => ({ ...measureOnce(one), ran: countRun(directory) }),
    };
  });
  const samples = measureInterleaved(cases, { rounds, warmUps: 0, random: createRandom(seed) });
  for (const cache of caches) {
    tell(
      `### ${cache}\n\nWall time in seconds, and the share saved of what \`--baseline\` takes:\n\n${table(samples, cache, "wallMs")}`,
    );
    tell(`CPU time in seconds:\n\n${table(samples, cache, "cpuMs")}`);
    tell(`Steps that ran, of 17:\n\n${ranTable(samples, cache)}`);
  }
  if (!values.write) return;
  writeFigures(README, `${parts.join("\n\n")}\n`);
}

function cells() {
  return caches.flatMap((cache) =>
    changes.flatMap((change) =>
      levelsOf(cache).map((level) => ({ level, change, cache, name: cellName(level, change, cache) })),
    ),
  );
}

function levelsOf(cache) {
  return levels.filter((level) => cache !== ASSUMED || !WITHOUT_SELECTION.has(level));
}

function cellName(level, change, cache) {
  return `${level}, ${stateName(cache, change)}`;
}

function table(samples, cache, measure) {
  const valuesOf = (level, change) => samples.get(cellName(level, change, cache)).map((sample) => sample[measure]);
  const rows = levelsOf(cache).map((level) => [
    level,
    ...changes.map((change) => {
      const ours = valuesOf(level, change);
      const saved = 1 - median(ours) / median(valuesOf(NONE, change));
      return level === NONE ? seconds(ours) : `${seconds(ours)}: ${(100 * saved).toFixed(0)} %`;
    }),
  ]);
  return formatTable(["optimisations", ...changes], rows);
}

/** Median, and the quartiles where there are enough runs. */
function seconds(milliseconds) {
  const text = (value) => (value / 1_000).toFixed(2);
  if (milliseconds.length < 3) return text(median(milliseconds));
  const [first, third] = quartiles(milliseconds).map(text);
  return `${text(median(milliseconds))} (${first}–${third})`;
}

function ranTable(samples, cache) {
  const rows = levelsOf(cache).map((level) => [
    level,
    ...changes.map((change) =>
      [...new Set(samples.get(cellName(level, change, cache)).map(({ ran }) => ran))].join(", "),
    ),
  ]);
  return formatTable(["optimisations", ...changes], rows);
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
