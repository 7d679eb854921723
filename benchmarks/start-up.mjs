/**
 * What `ai-workflow` costs before it does anything: `--version`, `--help`, and runs in which nothing changed. README.md has the
 * method and figures. Prints one Markdown table for each Node binary and each build of the program.
 *
 *     node benchmarks/start-up.mjs [--rounds <n>] [--seed <n>] [--node <binary>]... [--cli <bin.js>]... [--quick]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { cpus, release, tmpdir, type } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatTable as formatMarkdown, spread } from "./measure/markdown.mjs";
import { measureInterleaved } from "./measure/measure.mjs";
import { createRandom, median } from "./measure/statistics.mjs";
import { createReplayRepository, expectReplay } from "./start-up/replay-repository.mjs";

const BUILT_CLI = fileURLToPath(new URL("../apps/cli/dist/bin.js", import.meta.url));
const STEP_COUNTS = [10, 100, 500];
const QUICK_STEP_COUNTS = [10];
/** The size of run for which an aim is set. */
const AIM_STEPS = 100;
const VERSION_AIM = 1.3;
const REPLAY_AIM = 1.6;

const NODE = "`node -e 0`";
const GIT = "`git status`";
const replayName = (stepCount) => `nothing to do, ${stepCount} steps`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string" },
    seed: { type: "string", default: "1" },
    node: { type: "string", multiple: true, default: [process.execPath] },
    cli: { type: "string", multiple: true, default: [BUILT_CLI] },
    quick: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 3 : 31));
const seed = Number(values.seed);
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  throw new RangeError("Cannot measure: `--rounds` must be a positive whole number, `--seed` a whole number");
}
const stepCounts = values.quick ? QUICK_STEP_COUNTS : STEP_COUNTS;

const workspace = realpathSync(mkdtempSync(path.join(tmpdir(), "start-up-")));
try {
  main();
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function main() {
  const subjects = values.node.flatMap((node) => values.cli.map((cli) => createSubject(node, cli)));
  for (const [number, subject] of subjects.entries()) prepare(subject, path.join(workspace, String(number)));
  const cases = subjects.flatMap((subject, number) => casesOf(subject).map((one) => qualify(one, number)));
  const samples = measureInterleaved(cases, { rounds, warmUps: values.quick ? 1 : 3, random: createRandom(seed) });
  for (const { repositories } of subjects) for (const repository of repositories) expectReplay(repository);

  const [cpu] = cpus();
  print(
    `${cpus().length} x ${cpu?.model.trim()}, ${type()} ${release()}, ${gitVersion()}; ${rounds} rounds, seed ${seed}.`,
  );
  for (const [number, subject] of subjects.entries()) {
    const own = new Map(casesOf(subject).map((one) => [one.name, samples.get(qualify(one, number).name)]));
    print(`\n${describe(subject)}:\n\n${formatTable(own)}`);
  }
}

/** One Node binary with one build of the program, with repositories of its own: what was proved with another Node is no proof. */
function createSubject(node, cli) {
  const binary = existsSync(node) ? path.resolve(node) : node;
  if (!existsSync(cli)) throw new Error(`Cannot measure: ${cli} is missing; build it with \`pnpm run build\``);
  const nodeVersion = execFileSync(binary, ["--version"], { encoding: "utf8" }).trim();
  return { node: binary, cli: path.resolve(cli), nodeVersion, environment: {}, repositories: [] };
}

function prepare(subject, directory) {
  const folder = (name) => {
    mkdirSync(path.join(directory, name), { recursive: true });
    return path.join(directory, name);
  };
  // Nothing of the caller's settings counts; home and temporary folder (with Node's compile cache) are new.
  subject.environment = { PATH: process.env["PATH"] ?? "", HOME: folder("home"), TMPDIR: folder("tmp") };
  for (const stepCount of stepCounts) {
    const repository = {
      directory: folder(`steps-${stepCount}`),
      stepCount,
      runCommand: [subject.node, subject.cli, "run"],
      environment: subject.environment,
    };
    createReplayRepository(repository);
    subject.repositories.push(repository);
  }
}

function casesOf({ node, cli, environment, repositories }) {
  const { directory } = repositories.find(({ stepCount }) => stepCount === AIM_STEPS) ?? repositories[0];
  return [
    { name: NODE, command: [node, "-e", "0"] },
    { name: GIT, command: ["git", "status"] },
    { name: "`--version`", command: [node, cli, "--version"] },
    { name: "`--help`", command: [node, cli, "--help"] },
    ...repositories.map(({ runCommand, stepCount, directory }) => ({
      name: replayName(stepCount),
      command: runCommand,
      directory,
    })),
  ].map((one) => ({ directory, environment, ...one }));
}

function qualify(one, number) {
  return { ...one, name: `${number}: ${one.name}` };
}

function formatTable(samples) {
  const cpuOf = (name) => median(samples.get(name).map(({ cpuMs }) => cpuMs));
  const nodeMs = cpuOf(NODE);
  const bothMs = nodeMs + cpuOf(GIT);
  const aims = new Map([
    ["`--version`", { aim: VERSION_AIM, ratio: (cpuMs) => cpuMs / nodeMs }],
    [replayName(AIM_STEPS), { aim: REPLAY_AIM, ratio: (cpuMs) => cpuMs / bothMs }],
  ]);
  const rows = [...samples].map(([name, measured]) => {
    const cpuMs = cpuOf(name);
    const aim = aims.get(name);
    return [
      name,
      spread(measured.map((sample) => sample.cpuMs)),
      spread(measured.map((sample) => sample.wallMs)),
      (cpuMs / nodeMs).toFixed(2),
      (cpuMs / bothMs).toFixed(2),
      aim === undefined ? "" : `≤ ${aim.aim}: ${aim.ratio(cpuMs) <= aim.aim ? "reached" : "missed"}`,
    ];
  });
  const header = ["case", "CPU ms", "wall ms", "CPU / node", "CPU / (node + git)", "aim"];
  return formatMarkdown(header, rows, ["aim"]);
}

function describe({ nodeVersion, cli }) {
  return `Node ${nodeVersion}${cli === BUILT_CLI ? "" : `, ${path.relative(process.cwd(), cli)}`}`;
}

function gitVersion() {
  return execFileSync("git", ["--version"], { encoding: "utf8" }).trim().replace("git version", "git");
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
