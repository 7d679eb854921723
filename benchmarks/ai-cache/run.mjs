/**
 * What the cache costs beside bare files and beside other stores, what opening it costs, and what it does when many processes use it at once.
 * README.md has the method and figures. Prints Markdown tables.
 *
 *     node benchmarks/ai-cache/run.mjs [--entries <n>] [--rounds <n>] [--open-entries <n>] [--seconds <n>]
 *       [--directory <folder>] [--peers install|none|<folder>] [--only stores,api,opening,hammer,flight] [--seed <n>] [--write] [--quick]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { cpus, release, tmpdir, type } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatTable } from "../measure/markdown.mjs";
import { measureInterleaved } from "../measure/measure.mjs";
import { createRandom, median, quartiles } from "../measure/statistics.mjs";
import { writeFigures } from "../measure/write-figures.mjs";
import { ENTRY_BYTES } from "./answers.mjs";
import { hammer } from "./hammer.mjs";
import { findPeer, installPeers } from "./install-peers.mjs";
import { askAtOnce } from "./single-flight.mjs";
import { SUBJECTS } from "./subjects.mjs";

const README = new URL("README.md", import.meta.url);
const SECTIONS = {
  stores: measureStores,
  api: measureApi,
  opening: measureOpening,
  hammer: hammerOn,
  flight: askTogether,
};

const BARE = "bare files";
const BARE_JSON = "bare files with JSON";
const OURS = "ai-cache, disk store";
const PEERS_TO_BEAT = ["cacache", "keyv with keyv-file"];
/** Wall time of a put and of a get to that of the bare file operations. */
const BARE_AIM = 1.3;
/** Wall time of a hit in memory through `getOrCompute`, in microseconds: "a few". */
const MEMORY_AIM_US = 10;
/** Loading excluded: opening a cache and the first hit, in milliseconds. */
const OPEN_AIM_MS = 50;
const PROVIDER_MS = 100;

const { values } = parseArgs({
  options: {
    entries: { type: "string" },
    rounds: { type: "string" },
    "open-entries": { type: "string" },
    seconds: { type: "string" },
    directory: { type: "string", default: tmpdir() },
    peers: { type: "string" },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const entryCount = Number(values.entries ?? (values.quick ? 200 : 10_000));
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const openEntries = Number(values["open-entries"] ?? (values.quick ? 500 : 100_000));
const seconds = Number(values.seconds ?? (values.quick ? 2 : 60));
const seed = Number(values.seed);
const sections = values.only?.split(",") ?? Object.keys(SECTIONS);
for (const [name, number] of Object.entries({
  entries: entryCount,
  rounds,
  "open-entries": openEntries,
  seconds,
  seed,
})) {
  if (!Number.isInteger(number) || number < 1)
    throw new RangeError(`Cannot measure: \`--${name}\` must be a positive whole number`);
}
const unknown = sections.find((name) => !Object.hasOwn(SECTIONS, name));
if (unknown !== undefined)
  throw new RangeError(`Cannot measure: \`--only\` knows ${Object.keys(SECTIONS).join(", ")}, not ${unknown}`);
if (values.write && (values.quick || values.only !== undefined)) {
  throw new RangeError("Cannot measure: `--write` is for the figures of all sections, and not for those of `--quick`");
}

const workspace = realpathSync(mkdtempSync(path.join(values.directory, "ai-cache-")));
const random = createRandom(seed);
const parts = [];
const reached = [];
let folders = 0;
try {
  await main();
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

async function main() {
  const [cpu] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  tell(
    `${cpus().length} x ${cpu?.model.trim()}, ${type()} ${release()}, ${fileSystem()}, Node ${process.version}; ${rounds} rounds, seed ${seed}, ${date}.`,
  );
  for (const name of sections) await SECTIONS[name]();
  if (!values.quick) tell(`### Aims\n\n${reached.join("\n")}`);
  if (!values.write) return;
  writeFigures(README, `${parts.join("\n\n")}\n`);
}

/** The inner stores, all in one process, anew each round. */
function measureStores() {
  const { peers, missing } = preparePeers();
  const names = Object.keys(SUBJECTS).filter((name) => !missing.includes(name));
  const folders = JSON.stringify(Object.fromEntries(names.map((name) => [name, peers.get(name) ?? null])));
  const samples = Array.from({ length: rounds }, (_, round) =>
    JSON.parse(execute(["--expose-gc"], "stores-once.mjs", newFolder(), entryCount, seed + round, folders)),
  );
  const figure = (name, call, key) => samples.map((sample) => sample[name][call][key]);
  const wall = (name, call) => median(figure(name, call, "wallUs"));
  const ratio = (name, call, to) => wall(name, call) / wall(to, call);
  const rows = names.map((name) => [
    name,
    spread(figure(name, "put", "wallUs")),
    spread(figure(name, "put", "cpuUs")),
    ratio(name, "put", BARE).toFixed(2),
    spread(figure(name, "get", "wallUs")),
    spread(figure(name, "get", "cpuUs")),
    ratio(name, "get", BARE).toFixed(2),
    ratio(name, "get", BARE_JSON).toFixed(2),
  ]);
  const header = ["store", "put µs", "CPU µs", "put / bare", "get µs", "CPU µs", "get / bare", "get / bare with JSON"];
  const notes = missing.map((name) => `${name}: not installed.`);
  tell(
    [
      `### Stores: ${entryCount.toLocaleString("en")} entries of ${ENTRY_BYTES.toLocaleString("en")} bytes, one after another`,
      formatTable(header, rows),
      ...(notes.length === 0 ? [] : [notes.join(" ")]),
    ].join("\n\n"),
  );
  for (const call of ["put", "get"]) {
    const own = ratio(OURS, call, BARE);
    judge(
      own <= BARE_AIM,
      `disk ${call} ${own.toFixed(2)} times the bare file operation, aim ${BARE_AIM} (with JSON on both sides: ${ratio(OURS, call, BARE_JSON).toFixed(2)})`,
    );
    for (const peer of PEERS_TO_BEAT) {
      judge(
        wall(OURS, call) < wall(peer, call),
        `disk ${call} ahead of ${peer}: ${wall(OURS, call).toFixed(0)} µs and ${wall(peer, call).toFixed(0)} µs`,
      );
    }
  }
}

function preparePeers() {
  const optional = Object.entries(SUBJECTS).filter(([, { peer }]) => peer !== undefined);
  const choice = values.peers ?? (values.quick ? "none" : "install");
  const folder = choice === "install" ? path.join(workspace, "peers") : path.resolve(choice);
  if (choice === "install") installPeers(folder);
  const peers = new Map();
  if (choice !== "none") {
    for (const [name, { peer }] of optional) {
      const found = findPeer(folder, peer);
      if (found !== undefined) peers.set(name, found);
    }
  }
  return { peers, missing: optional.map(([name]) => name).filter((name) => !peers.has(name)) };
}

/** What users call. */
function measureApi() {
  const samples = measureInterleaved([{ name: "api", measure: () => once("api-once.mjs", newFolder(), entryCount) }], {
    rounds,
    warmUps: 0,
    random,
  }).get("api");
  const figure = (name, key) => samples.map((sample) => sample[name][key]);
  const rows = Object.keys(samples[0]).map((name) => [
    name,
    spread(figure(name, "wallUs")),
    spread(figure(name, "cpuUs")),
  ]);
  tell(
    `### \`getOrCompute\`: the same entries, through the public API\n\n${formatTable(["call", "µs", "CPU µs"], rows)}`,
  );
  const hitUs = median(figure("hit in memory", "wallUs"));
  judge(
    hitUs <= MEMORY_AIM_US,
    `a hit in memory costs ${hitUs.toFixed(1)} µs, key and all; the aim is a few, taken as ${MEMORY_AIM_US}`,
  );
}

function measureOpening() {
  const directory = newFolder();
  execute([], "fill-once.mjs", directory, openEntries);
  let newEntry = openEntries;
  const measure = () => {
    newEntry += 1;
    return once("open-once.mjs", directory, Math.floor(random() * openEntries), newEntry);
  };
  // The first write of the day counts and cleans up, whoever makes it.
  const first = measure();
  const samples = measureInterleaved([{ name: "open", measure }], { rounds, warmUps: 0, random }).get("open");
  const steps = {
    "loading the package": "loadMs",
    "`openAiCache`": "openMs",
    "the first hit, from disk": "firstHitMs",
    "the first store": "firstStoreMs",
  };
  const rows = Object.entries(steps).map(([name, key]) => [name, spread(samples.map((sample) => sample[key]))]);
  rows.push(["the first store of the day, which counts and cleans up", first.firstStoreMs.toFixed(0)]);
  tell(
    `### Opening a cache of ${openEntries.toLocaleString("en")} entries, in a fresh process\n\n${formatTable(["step", "ms"], rows)}`,
  );
  const openMs = median(samples.map((sample) => sample.openMs + sample.firstHitMs));
  judge(openMs < OPEN_AIM_MS, `opening and the first hit take ${openMs.toFixed(1)} ms, aim ${OPEN_AIM_MS}`);
}

async function hammerOn() {
  const { aims, ...seen } = await hammer({ directory: path.join(newFolder(), "cache"), seconds, seed });
  const rows = [
    ["processes started, killed", `${seen.processes}, ${seen.killed}`],
    ["calls reported", seen.calls.toLocaleString("en")],
    ["calls in the totals", seen.totalCalls.toLocaleString("en")],
    ["hits", `${(seen.hitShare * 100).toFixed(0)} %`],
    ["coalesced", seen.coalesced.toLocaleString("en")],
    ["entries evicted", seen.evicted.toLocaleString("en")],
    ["largest size seen, of the budget", `${(seen.largestShare * 100).toFixed(1)} %`],
    ["temporary files and locks left by the killed", String(seen.orphans)],
  ];
  tell(`### 8 processes for ${seconds} s, one killed every second\n\n${formatTable(["", "count"], rows)}`);
  // These hold in a quick run too, or something is broken.
  for (const [aim, isReached] of Object.entries(aims)) {
    judge(isReached, aim);
    if (values.quick && !isReached) throw new Error(`Not so: ${aim}`);
  }
}

async function askTogether() {
  const { calls, wallMs } = await askAtOnce({
    directory: path.join(newFolder(), "cache"),
    rounds,
    answerMs: PROVIDER_MS,
  });
  const worst = Math.max(...calls);
  const rows = [
    ["calls that reached the provider", String(worst)],
    [`until the last has its answer, ms (the provider takes ${PROVIDER_MS})`, spread(wallMs)],
  ];
  tell(`### 200 identical requests at once, from 4 processes\n\n${formatTable(["", "worst, median"], rows)}`);
  judge(
    worst === 1,
    `200 identical requests from 4 processes make ${worst} ${worst === 1 ? "call" : "calls"} to the provider`,
  );
  if (values.quick && worst !== 1) throw new Error("The provider was asked more than once");
}

function newFolder() {
  folders += 1;
  const folder = path.join(workspace, String(folders));
  mkdirSync(folder);
  return folder;
}

function execute(flags, script, ...args) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return execFileSync(process.execPath, [...flags, file, ...args.map(String)], { encoding: "utf8" });
}

function once(script, ...args) {
  return JSON.parse(execute([], script, ...args));
}

function judge(isReached, what) {
  reached.push(`- ${isReached ? "reached" : "missed"}: ${what}`);
}

function tell(text) {
  parts.push(text);
  process.stdout.write(`${text}\n\n`);
}

function fileSystem() {
  try {
    // GNU df. Its first line is the header.
    const [, type] = execFileSync("df", ["--output=fstype", workspace], { encoding: "utf8" }).trim().split("\n");
    return type ?? "unknown file system";
  } catch {
    return "unknown file system";
  }
}

function spread(numbers) {
  const digits = median(numbers) < 100 ? 1 : 0;
  const middle = median(numbers).toFixed(digits);
  if (numbers.length < 3) return middle;
  const [first, third] = quartiles(numbers);
  return `${middle} (${first.toFixed(digits)}–${third.toFixed(digits)})`;
}
