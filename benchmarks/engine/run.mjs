/**
 * What running a workflow costs beside its steps, and how near it comes to the shortest possible time, beside other programs.
 * README.md has the method and figures. Prints Markdown tables.
 *
 *     node benchmarks/engine/run.mjs [--rounds <n>] [--seed <n>] [--cli <bin.js>] [--peers install|none|<folder>]
 *       [--only nothing,cold,leaf,order,large] [--scale <factor>] [--write] [--quick]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir, type } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatTable, spread } from "../measure/markdown.mjs";
import { measureInterleaved, measureOnce } from "../measure/measure.mjs";
import { createRandom, median } from "../measure/statistics.mjs";
import { writeFigures } from "../measure/write-figures.mjs";
import { installPeers } from "./install-peers.mjs";
import { createRepository } from "./repository.mjs";
import { ownSubject, peerSubjects } from "./subjects.mjs";
import { independentSteps, orderedWorkflows, rowOfSteps } from "./workflows.mjs";

const SECTIONS = {
  nothing: measureNothing,
  cold: measureCold,
  leaf: measureLeaf,
  order: measureOrder,
  large: measureLarge,
};
const README = new URL("README.md", import.meta.url);
const BUILT_CLI = fileURLToPath(new URL("../../apps/cli/dist/bin.js", import.meta.url));
const SPAWN_ONLY = fileURLToPath(new URL("spawn-only.mjs", import.meta.url));
const NODE = "`node -e 0`";
const GIT = "`git status`";
const SPAWN = "`sh -c true` from Node";
/** CPU time of a run with nothing to do, in times of `node -e 0` plus `git status`, by the number of steps. */
const NOTHING_AIMS = new Map([
  [100, 1.6],
  [500, 2],
]);
/** What 50,000 files may add to such a run, in times of `git status` there. */
const LARGE_AIM = 1.3;
/** Time of a step in a cold run, in times of starting `sh -c true`. */
const COLD_AIM = 2;
const LEAF_AIM_MS = 150;
/** Above the lower bound, in percent. */
const ORDER_AIM = 3;
const ORDER_SLOTS = 4;

const { values } = parseArgs({
  options: {
    rounds: { type: "string" },
    seed: { type: "string", default: "1" },
    cli: { type: "string", default: BUILT_CLI },
    peers: { type: "string", default: "none" },
    only: { type: "string" },
    scale: { type: "string" },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 11));
const seed = Number(values.seed);
const scale = Number(values.scale ?? (values.quick ? 0.05 : 1));
const sections = values.only?.split(",") ?? Object.keys(SECTIONS);
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed) || !(scale > 0)) {
  throw new RangeError(
    "Cannot measure: `--rounds` and `--seed` must be whole numbers, `--rounds` and `--scale` positive",
  );
}
const unknown = sections.find((name) => !Object.hasOwn(SECTIONS, name));
if (unknown !== undefined) {
  throw new RangeError(`Cannot measure: \`--only\` knows ${Object.keys(SECTIONS).join(", ")}, not ${unknown}`);
}
if (values.write && (values.quick || values.only !== undefined)) {
  throw new RangeError("Cannot measure: `--write` is for the figures of all sections, and not for those of `--quick`");
}
if (!existsSync(values.cli))
  throw new Error(`Cannot measure: ${values.cli} is missing; build it with \`pnpm run build\``);

const workspace = realpathSync(mkdtempSync(path.join(tmpdir(), "engine-")));
const random = createRandom(seed);
const own = ownSubject(path.resolve(values.cli));
const parts = [];
const verdicts = [];
let peers = [];
let folders = 0;
// Nothing of the caller's settings counts; home and temporary folder (with Node's compile cache) are new.
const base = { PATH: process.env["PATH"] ?? "", HOME: folder("home"), TMPDIR: folder("tmp") };
try {
  main();
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function main() {
  const [cpu] = cpus();
  const git = execFileSync("git", ["--version"], { encoding: "utf8" }).trim().replace("git version", "git");
  tell(
    `${cpus().length} x ${cpu?.model.trim()}, ${type()} ${release()}, Node ${process.version}, ${git}; ${rounds} rounds, seed ${seed}, ${new Date().toISOString().slice(0, 10)}.`,
  );
  peers = findPeers();
  tell(
    peers.length === 0
      ? "Without peers: none were asked for, or none could be installed."
      : `${peers.map(({ name, version }) => `${name} ${version}`).join(", ")}.`,
  );
  for (const name of sections) SECTIONS[name]();
  if (verdicts.length > 0) tell(`### Aims\n\n${verdicts.join("\n")}`);
  if (!values.write) return;
  writeFigures(README, `${parts.join("\n\n")}\n`);
}

function findPeers() {
  if (values.peers === "none") return [];
  if (values.peers !== "install") return peerSubjects(path.resolve(values.peers));
  const directory = folder("peers");
  return installPeers(directory) ? peerSubjects(directory) : [];
}

/** Runs in which nothing changed. */
function measureNothing() {
  const stepCounts = values.quick ? [10] : [100, 500];
  // Of peers those with the most steps would take longer than all the rest together.
  const repositories = [own, ...peers].flatMap((subject) =>
    (subject === own ? stepCounts : stepCounts.slice(0, 1)).map((count) => {
      const repository = openRepository(
        subject,
        rowOfSteps(count, (id) => `: ${id}`),
      );
      for (let run = 0; run < 2; run += 1) runOnce(repository, { slots: 2 });
      return { ...repository, name: `${subject.name}, ${count} steps`, count };
    }),
  );
  const { directory } = repositories[0];
  const samples = measureInterleaved(
    [
      { name: NODE, command: [process.execPath, "-e", "0"], directory, environment: base },
      { name: GIT, command: ["git", "status"], directory, environment: base },
      ...repositories.map((repository) => caseOf(repository, { slots: 2 })),
    ],
    { rounds, warmUps: values.quick ? 0 : 2, random },
  );
  const bothMs = cpuOf(samples, NODE) + cpuOf(samples, GIT);
  const rows = [...samples].map(([name, measured]) => [
    name,
    spread(measured.map(({ cpuMs }) => cpuMs)),
    spread(measured.map(({ wallMs }) => wallMs)),
    (cpuOf(samples, name) / bothMs).toFixed(2),
  ]);
  tell(`### Nothing changed\n\n${formatTable(["case", "CPU ms", "wall ms", "CPU / (node + git)"], rows)}`);
  for (const [count, aim] of NOTHING_AIMS) {
    if (!stepCounts.includes(count)) continue;
    const name = `${own.name}, ${count} steps`;
    const ratio = cpuOf(samples, name) / bothMs;
    judge(ratio <= aim, `nothing changed, ${count} steps: CPU ${ratio.toFixed(2)} times node and git, aim ${aim}`);
    if (count === 100)
      judgePeers(`nothing changed, ${count} steps, CPU`, (peer) => cpuOf(samples, `${peer}, ${count} steps`));
  }
}

/** Runs of steps that do nothing, with nothing known. */
function measureCold() {
  const count = values.quick ? 10 : 100;
  const repositories = [own, ...peers].map((subject) => openRepository(subject, independentSteps(count, "true")));
  const samples = measureInterleaved(
    [
      {
        name: SPAWN,
        command: [process.execPath, SPAWN_ONLY, String(count), "2"],
        directory: workspace,
        environment: base,
      },
      ...repositories.map((repository) => ({
        ...caseOf(repository, { slots: 2 }),
        prepare: () => forget(repository),
        // Those that run every script through npm take a quarter of a minute.
        ...(repository.subject === own ? {} : { rounds: Math.min(rounds, 3) }),
      })),
    ],
    { rounds, warmUps: values.quick ? 0 : 1, random },
  );
  const rows = [...samples].map(([name, measured]) => [
    name,
    spread(measured.map(({ wallMs }) => wallMs)),
    spread(measured.map(({ cpuMs }) => cpuMs)),
    (wallOf(samples, name) / count).toFixed(2),
    (cpuOf(samples, name) / count).toFixed(2),
    (wallOf(samples, name) / wallOf(samples, SPAWN)).toFixed(2),
  ]);
  const header = ["case", "wall ms", "CPU ms", "wall ms / step", "CPU ms / step", "wall / spawning"];
  tell(`### Cold: ${count} steps of \`true\`, two at a time\n\n${formatTable(header, rows)}`);
  if (values.quick) return;
  const ratio = wallOf(samples, own.name) / wallOf(samples, SPAWN);
  judge(ratio <= COLD_AIM, `cold, time per step ${ratio.toFixed(2)} times spawning alone, aim ${COLD_AIM}`);
  judgePeers("cold, time per step", (name) => wallOf(samples, name));
}

/** One file changed that one step reads, which no other waits for. */
function measureLeaf() {
  const count = values.quick ? 10 : 100;
  const leaf = `step${count - 1}`;
  const cases = [own, ...peers].map((subject) => {
    const started = path.join(workspace, `started-${(folders += 1)}`);
    const steps = rowOfSteps(count, (id) => `echo ${id} $(date +%s%N) >> '${started}'`);
    const repository = openRepository(subject, steps);
    for (let run = 0; run < 2; run += 1) runOnce(repository, { slots: 2 });
    return { name: subject.name, measure: () => startLeaf(repository, leaf, started) };
  });
  const samples = measureInterleaved(cases, { rounds, warmUps: values.quick ? 0 : 2, random });
  const rows = [...samples].map(([name, measured]) => [
    name,
    spread(measured.map(({ startMs }) => startMs)),
    spread(measured.map(({ wallMs }) => wallMs)),
    spread(measured.map(({ cpuMs }) => cpuMs)),
    [...new Set(measured.map(({ ran }) => ran))].join(", "),
  ]);
  const header = ["case", "until it starts, ms", "whole run, ms", "CPU ms", "steps that ran"];
  tell(`### One leaf file changed, ${count} steps\n\n${formatTable(header, rows)}`);
  if (values.quick) return;
  const measured = samples.get(own.name);
  const startMs = median(measured.map((sample) => sample.startMs));
  judge(
    measured.every(({ ran }) => ran === 1),
    "one leaf file changed: only what is affected runs",
  );
  judge(startMs <= LEAF_AIM_MS, `one leaf file changed: it starts after ${startMs.toFixed(0)} ms, aim ${LEAF_AIM_MS}`);
}

function startLeaf(repository, leaf, started) {
  writeFileSync(
    path.join(repository.directory, `packages/${leaf}/src/index.js`),
    `export const value = ${random()};\n`,
  );
  rmSync(started, { force: true });
  const at = performance.timeOrigin + performance.now();
  const sample = measureOnce(caseOf(repository, { slots: 2 }));
  const lines = readFileSync(started, "utf8").trimEnd().split("\n");
  const line = lines.find((text) => text.startsWith(`${leaf} `));
  if (line === undefined) throw new Error(`Cannot measure ${repository.subject.name}: ${leaf} did not run`);
  return { ...sample, ran: lines.length, startMs: Number(line.split(" ")[1]) / 1e6 - at };
}

/** Workflows in which the order of steps decides, with known durations where the program keeps them. */
function measureOrder() {
  const orderRounds = values.quick ? 1 : Math.min(rounds, 3);
  for (const { name, steps, boundMs } of orderedWorkflows(scale)) {
    const repositories = [own, ...peers].map((subject) => openRepository(subject, steps));
    for (const repository of repositories) {
      if (repository.subject.learns) runOnce(repository, { slots: ORDER_SLOTS, force: true });
    }
    const samples = measureInterleaved(
      repositories.map((repository) => ({
        ...caseOf(repository, { slots: ORDER_SLOTS, force: true }),
        ...(repository.subject.packageState === undefined ? {} : { prepare: () => forget(repository) }),
        ...(repository.subject === own ? {} : { rounds: 1 }),
      })),
      { rounds: orderRounds, warmUps: 0, random },
    );
    const above = (subject) => (wallOf(samples, subject) / boundMs - 1) * 100;
    const rows = [...samples].map(([subject, measured]) => [
      subject,
      spread(measured.map(({ wallMs }) => wallMs)),
      above(subject).toFixed(1),
    ]);
    tell(
      `### ${name}\n\n${steps.length} steps, four slots, lower bound ${boundMs.toFixed(0)} ms.\n\n${formatTable(["case", "wall ms", "% above the bound"], rows)}`,
    );
    if (scale < 1) continue;
    judge(above(own.name) <= ORDER_AIM, `${name}: ${above(own.name).toFixed(1)} % above the bound, aim ${ORDER_AIM}`);
  }
}

/** A repository of many files that no step reads. */
function measureLarge() {
  const moreFiles = values.quick ? 1_000 : 50_000;
  const steps = rowOfSteps(values.quick ? 10 : 100, (id) => `: ${id}`);
  const small = openRepository(own, steps);
  const large = openRepository(own, steps, moreFiles);
  for (const repository of [small, large]) for (let run = 0; run < 2; run += 1) runOnce(repository, { slots: 2 });
  const names = { git: `${GIT}, many files`, small: `${own.name}, few files`, large: `${own.name}, many files` };
  const samples = measureInterleaved(
    [
      { name: names.git, command: ["git", "status"], directory: large.directory, environment: base },
      { ...caseOf(small, { slots: 2 }), name: names.small },
      { ...caseOf(large, { slots: 2 }), name: names.large },
    ],
    { rounds, warmUps: values.quick ? 0 : 2, random },
  );
  const rows = [...samples].map(([name, measured]) => [
    name,
    spread(measured.map(({ cpuMs }) => cpuMs)),
    spread(measured.map(({ wallMs }) => wallMs)),
  ]);
  tell(
    `### Nothing changed, ${moreFiles.toLocaleString("en")} files more\n\n${formatTable(["case", "CPU ms", "wall ms"], rows)}`,
  );
  if (values.quick) return;
  const ratio = (cpuOf(samples, names.large) - cpuOf(samples, names.small)) / cpuOf(samples, names.git);
  judge(
    ratio <= LARGE_AIM,
    `${moreFiles} files add ${ratio.toFixed(2)} times the CPU time of git status there, aim ${LARGE_AIM}`,
  );
}

function openRepository(subject, steps, moreFiles = 0) {
  const directory = folder(`${subject.name}-${(folders += 1)}`);
  const environment = (slots) => ({ ...base, ...subject.environment?.(slots, directory) });
  createRepository({ directory, subject, steps, environment: base, moreFiles });
  return { subject, steps, directory, environment };
}

function caseOf({ subject, directory, environment, name = subject.name }, options) {
  return { name, command: subject.command(options), directory, environment: environment(options.slots) };
}

function runOnce(repository, options) {
  const { command, directory, environment } = caseOf(repository, options);
  const { status, stderr, stdout } = spawnSync(command[0], command.slice(1), {
    cwd: directory,
    env: environment,
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`Cannot measure: ${repository.subject.name} ended with ${status}\n${stdout}\n${stderr}`);
  }
}

/** Removes what the program keeps of earlier runs. */
function forget({ subject, steps, directory }) {
  const remove = (name) => rmSync(path.join(directory, name), { recursive: true, force: true });
  for (const name of subject.state) remove(name);
  for (const { id } of steps) for (const name of subject.packageState ?? []) remove(`packages/${id}/${name}`);
}

function cpuOf(samples, name) {
  return median(samples.get(name).map(({ cpuMs }) => cpuMs));
}

function wallOf(samples, name) {
  return median(samples.get(name).map(({ wallMs }) => wallMs));
}

function judge(isReached, text) {
  verdicts.push(`- ${isReached ? "reached" : "missed"}: ${text}`);
}

/** Whether ours takes less than each peer. */
function judgePeers(what, valueOf) {
  for (const { name } of peers) {
    const [ours, theirs] = [valueOf(own.name), valueOf(name)];
    judge(ours < theirs, `${what}: ${ours.toFixed(0)} ms, ${name} ${theirs.toFixed(0)} ms`);
  }
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
