/**
 * What it costs to know what changed: `detectChanges` and `inspectWorktree` beside the bare git commands, simple-git and isomorphic-git,
 * in generated repositories. README.md has the method and figures. Prints Markdown tables.
 *
 *     node benchmarks/change-detection/detection.mjs [--sizes <n,n,...>] [--rounds <n>] [--peer-rounds <n>] [--peer-max-size <n>]
 *       [--seed <n>] [--write] [--quick]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { cpus, release, tmpdir, type } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { detectChanges } from "@ai-workflow/change-detection";
import { formatTable, spread } from "../measure/markdown.mjs";
import { measureInterleaved } from "../measure/measure.mjs";
import { createRandom, median } from "../measure/statistics.mjs";
import { writeFigures } from "../measure/write-figures.mjs";
import {
  createCases,
  gitPeakMiB,
  OUR_ENGINE,
  OURS,
  REFERENCE,
  report,
  roundsOf,
  subjectsFor,
  warmName,
} from "./cases.mjs";
import { changeWorkTree, createRepository } from "./create-repository.mjs";
import { expectedPaths } from "./expected-paths.mjs";

const README = new URL("README.md", import.meta.url);

/** Wall time of a fresh process that detects changes, to that of the bare git commands and of Node together. */
const AIM = 1.15;
/** Wall time of a warm call of the engine without git, in milliseconds, in a repository of {@link ENGINE_AIM_FILES}. */
const ENGINE_AIM_MS = 2_000;
const ENGINE_AIM_FILES = 10_000;

const { values } = parseArgs({
  options: {
    sizes: { type: "string" },
    rounds: { type: "string" },
    "peer-rounds": { type: "string" },
    "peer-max-size": { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const sizes = (values.sizes ?? (values.quick ? "200" : "1000,10000,50000,100000")).split(",").map(Number);
const rounds = Number(values.rounds ?? (values.quick ? 2 : 21));
const peerRounds = Number(values["peer-rounds"] ?? (values.quick ? 1 : 3));
const peerMaxSize = Number(values["peer-max-size"]);
const seed = Number(values.seed);
if (![...sizes, rounds, peerRounds].every((number) => Number.isInteger(number) && number >= 1)) {
  throw new RangeError("Cannot measure: `--sizes`, `--rounds` and `--peer-rounds` must be positive whole numbers");
}
if (!sizes.every((size) => size >= 100)) throw new RangeError("Cannot measure: `--sizes` must be 100 files or more");
if (!Number.isInteger(seed) || !Number.isInteger(peerMaxSize)) {
  throw new RangeError("Cannot measure: `--seed` and `--peer-max-size` must be whole numbers");
}
if (values.quick && values.write) throw new RangeError("Cannot measure: `--write` is not for the figures of `--quick`");

const workspace = realpathSync(mkdtempSync(path.join(tmpdir(), "change-detection-")));
try {
  await main();
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

async function main() {
  const home = path.join(workspace, "home");
  mkdirSync(home);
  // Nothing of the caller's settings counts.
  const environment = { PATH: process.env["PATH"] ?? "", HOME: home, TMPDIR: workspace, GIT_CONFIG_NOSYSTEM: "1" };
  const random = createRandom(seed);
  const [cpu] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const parts = [
    `${cpus().length} x ${cpu?.model.trim()}, ${type()} ${release()}, ${gitVersion()}, Node ${process.version}; ${rounds} rounds, seed ${seed}, ${date}.\n`,
  ];
  const tell = (text) => {
    parts.push(text);
    process.stdout.write(`${text}\n`);
  };
  process.stdout.write(`${parts[0]}\n`);

  for (const fileCount of sizes) {
    const directory = path.join(workspace, `files-${fileCount}`);
    const repository = createRepository({ directory, fileCount, random, environment });
    const whyNot = await whyNotOurEngine(repository);
    const common = { fileCount, rounds, peerRounds, peerMaxSize, hasOurEngine: whyNot === undefined };
    const clean = measureState(repository, repository.head, { ...common, withSlow: false, random });
    changeWorkTree(repository);
    const changed = measureState(repository, repository.base, { ...common, withSlow: true, random });
    const title = `${fileCount.toLocaleString("en")} files`;
    tell(`### ${title}, ${changed.expectedCount} changed paths\n`);
    tell(`${formatState(changed, fileCount)}\n`);
    tell(`### ${title}, nothing changed\n`);
    tell(`${formatState(clean, fileCount)}\n`);
    if (whyNot !== undefined) tell(`Not measured: ${OUR_ENGINE} (${whyNot}).\n`);
    rmSync(directory, { recursive: true, force: true });
  }

  if (values.write) {
    writeFigures(README, parts.join("\n"));
  }
}

/**
 * Why the engine without git cannot be measured, or `undefined` when it can. The option is checked where it exists, and ignored by a
 * build that does not have it.
 */
async function whyNotOurEngine({ directory, base }) {
  try {
    await detectChanges({ directory, base, engine: "no such engine" });
    return "this build does not have it";
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  }
  const changes = await detectChanges({ directory, base, engine: "isomorphic" });
  return changes.known ? undefined : `${changes.code}, ${changes.message}`;
}

/** Checks every subject's answer once, then measures all of them in the same rounds. */
function measureState(repository, base, { random, ...options }) {
  const expected = expectedPaths(repository, base);
  const subjects = [];
  const checks = new Map();
  const notes = [];
  for (const subject of subjectsFor(options)) {
    const { paths, firstPeakMiB } = report(subject, repository, base, 1);
    const found = new Set(paths);
    const missing = [...expected].filter((one) => !found.has(one));
    const extra = paths.filter((one) => !expected.has(one));
    if (subject.mustBeRight && missing.length + extra.length > 0) {
      throw new Error(
        `Cannot measure ${subject.name}: wrong about ${JSON.stringify([...missing, ...extra].slice(0, 9))}`,
      );
    }
    checks.set(subject.name, { missing: missing.length, extra: extra.length, peakMiB: firstPeakMiB });
    subjects.push(subject);
    const own = roundsOf(subject, options);
    if (own < options.rounds) notes.push(`${subject.name}: ${own} ${own === 1 ? "round" : "rounds"}.`);
  }
  checks.set(REFERENCE.git, { peakMiB: gitPeakMiB(repository) });
  const samples = measureInterleaved(createCases(repository, base, { ...options, subjects }), {
    rounds: options.rounds,
    warmUps: values.quick ? 1 : 2,
    random,
  });
  return { samples, checks, notes, expectedCount: expected.size };
}

function formatState({ samples, checks, notes }, fileCount) {
  const wallOf = (name) => median(samples.get(name).map(({ wallMs }) => wallMs));
  const bothMs = wallOf(REFERENCE.git) + wallOf(REFERENCE.node);
  const rows = [...new Set([...Object.values(REFERENCE), ...checks.keys()])].map((name) => {
    const fresh = samples.get(name);
    const warm = samples.get(warmName(name))?.flatMap(({ callsMs }) => callsMs);
    const check = checks.get(name);
    const ratio = wallOf(name) / bothMs;
    return [
      name,
      spread(fresh.map(({ wallMs }) => wallMs)),
      spread(fresh.map(({ cpuMs }) => cpuMs)),
      ratio.toFixed(2),
      warm === undefined ? "" : spread(warm),
      check?.peakMiB?.toFixed(0) ?? "",
      check?.missing === undefined ? "" : `${check.missing} / ${check.extra}`,
      aimOf(name, { ratio, warm, fileCount }),
    ];
  });
  const header = ["case", "wall ms", "CPU ms", "wall / (git + node)", "warm ms", "peak MiB", "missing / extra", "aim"];
  const table = formatTable(header, rows, ["aim"]);
  return notes.length === 0 ? table : `${table}\n\n${notes.join(" ")}`;
}

function aimOf(name, { ratio, warm, fileCount }) {
  if (values.quick) return "";
  const word = (isReached) => (isReached ? "reached" : "missed");
  if (name === OURS) return `≤ ${AIM}: ${word(ratio <= AIM)}`;
  if (name === OUR_ENGINE && fileCount === ENGINE_AIM_FILES && warm !== undefined) {
    return `warm ≤ ${ENGINE_AIM_MS}: ${word(median(warm) <= ENGINE_AIM_MS)}`;
  }
  return "";
}

function gitVersion() {
  return execFileSync("git", ["--version"], { encoding: "utf8" }).trim().replace("git version", "git");
}
