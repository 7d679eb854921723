/**
 * What looking at processes costs, how far from the truth it is, and what a span costs. README.md has the method and figures. Prints Markdown
 * tables.
 *
 *     node benchmarks/profiler/sampler.mjs [--rounds <n>] [--seconds <n>] [--repetitions <n>] [--seed <n>] [--write] [--quick]
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatTable } from "../measure/markdown.mjs";
import { measureInterleaved } from "../measure/measure.mjs";
import { createRandom, median, quartiles } from "../measure/statistics.mjs";
import { writeFigures } from "../measure/write-figures.mjs";
import { recorderCosts, writerCosts } from "./span-cost.mjs";
import { deviation, KNOWN_STEPS } from "./truth.mjs";

const README = new URL("README.md", import.meta.url);
const LOOK_ONCE = fileURLToPath(new URL("look-once.mjs", import.meta.url));
const METHODS = ["proc", "cgroup", "ps"];
/** Share of one core, in percent, for the first of the counts of processes. */
const SHARE_AIM = 1;
const TRUTH_AIM = 5;

const { values } = parseArgs({
  options: {
    rounds: { type: "string" },
    seconds: { type: "string" },
    repetitions: { type: "string" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const seconds = Number(values.seconds ?? (values.quick ? 2 : 20));
const repetitions = Number(values.repetitions ?? (values.quick ? 1 : 10));
const seed = Number(values.seed);
for (const [name, number] of Object.entries({ rounds, seconds, repetitions, seed })) {
  if (!Number.isInteger(number) || number < 1) {
    throw new RangeError(`Cannot measure: \`--${name}\` must be a positive whole number`);
  }
}
if (values.write && values.quick) throw new RangeError("Cannot measure: `--write` is not for the figures of `--quick`");
const counts = values.quick
  ? [{ processes: 20, of: 1 }]
  : [
      { processes: 100, of: rounds },
      { processes: 1_000, of: 1 },
    ];

const parts = [];
const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
tell(
  `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}, ${others} other processes, load ${loadavg()[0]?.toFixed(1)} at the start; ${new Date().toISOString().slice(0, 10)}.`,
);
for (const { processes, of } of counts) tellCost(processes, of);
await tellTruth();
tellSpans();
if (values.write) {
  writeFigures(README, `${parts.join("\n\n")}\n`);
}

/** Every method, and none, in processes of their own that do nothing else, in another order each round. */
function tellCost(processes, of) {
  const cases = ["none", ...METHODS].map((method) => ({
    name: method,
    measure: () =>
      JSON.parse(
        execFileSync(process.execPath, [LOOK_ONCE, method, String(processes), String(seconds)], { encoding: "utf8" }),
      ),
  }));
  const samples = measureInterleaved(cases, { rounds: of, warmUps: 0, random: createRandom(seed) });
  const [idleEarly, idleLater] = ["earlyMs", "laterMs"].map((key) =>
    median(samples.get("none").map((one) => one[key])),
  );
  const rows = [["none", ...costs(samples.get("none"), 0, 0), ""]];
  for (const method of METHODS) {
    const told = samples.get(method);
    if (told.some(({ missing }) => missing)) {
      rows.push([`${method}: not here`, "", "", "", "", ""]);
      continue;
    }
    const sharePercent = (median(told.map(({ laterMs }) => laterMs)) - idleLater) / 10;
    const aim = processes > 100 ? "" : ` (≤ ${SHARE_AIM} %: ${sharePercent <= SHARE_AIM ? "reached" : "**missed**"})`;
    rows.push([method, ...costs(told, idleEarly, idleLater), `${sharePercent.toFixed(2)} %${values.quick ? "" : aim}`]);
  }
  tell(`### Looking at ${processes} processes: CPU ms a second, ${seconds} s, ${of} round${of === 1 ? "" : "s"}`);
  const heads = ["method", "first 5 s", "looks a second", "later", "looks a second", "share of a core, later"];
  tell(formatTable(heads, rows));
}

function costs(told, idleEarly, idleLater) {
  const one = (key, idle) =>
    spread(
      told.map((sample) => sample[key] - idle),
      2,
    );
  const rate = (key, duration) => (median(told.map((sample) => sample[key])) / duration).toFixed(1);
  return [one("earlyMs", idleEarly), rate("earlyLooks", 4), one("laterMs", idleLater), rate("laterLooks", seconds)];
}

async function tellTruth() {
  const rows = [];
  for (const step of KNOWN_STEPS) {
    for (const method of step.methods) {
      const found = [];
      for (let repetition = 0; repetition < repetitions; repetition += 1) {
        const percent = await deviation(step, method);
        if (percent !== undefined) found.push(percent);
      }
      if (found.length === 0) {
        rows.push([step.name, method, "not here", "", ""]);
        continue;
      }
      const worst = Math.max(...found.map(Math.abs));
      const aim = worst <= TRUTH_AIM ? "reached" : "**missed**";
      rows.push([step.name, method, spread(found, 2), worst.toFixed(2), values.quick ? "" : aim]);
    }
  }
  tell(
    `### Measured against the truth: deviation in percent, ${repetitions} repetition${repetitions === 1 ? "" : "s"}`,
  );
  tell(formatTable(["step", "method", "median (quartiles)", "largest", `within ${TRUTH_AIM} %`], rows, ["method"]));
}

function tellSpans() {
  const batches = values.quick ? 3 : 20;
  const rows = [
    ["`createSpanRecorder()`: start and end", spread(recorderCosts(batches, 10_000), 2)],
    ["`createSpanWriter()`, in a step: start and end, two lines appended", spread(writerCosts(batches, 2_000), 1)],
  ];
  tell(`### A span: microseconds, ${batches} batches`);
  tell(formatTable(["", "µs"], rows));
}

/** Median, and the quartiles around it where there are values enough for them. */
function spread(numbers, digits) {
  const middle = median(numbers).toFixed(digits);
  const [first, third] = quartiles(numbers).map((number) => number.toFixed(digits));
  return numbers.length < 3 ? middle : `${middle} (${first} to ${third})`;
}

function tell(text) {
  parts.push(text);
  process.stdout.write(`${text}\n\n`);
}
