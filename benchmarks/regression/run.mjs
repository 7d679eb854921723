/**
 * How often the gate, the degradation alert and the change points are wrong, and how often they find what is there. README.md has the
 * method and figures. Prints Markdown tables.
 *
 *     node benchmarks/regression/run.mjs [--trials <n>] [--real <n>] [--sets <n>] [--data <folder>]
 *       [--only gate,real,degradation,changes] [--seed <n>] [--check] [--write] [--quick]
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { createGate } from "@ai-workflow/regression";
import { formatTable } from "../measure/markdown.mjs";
import { createRandom } from "../measure/statistics.mjs";
import { writeFigures } from "../measure/write-figures.mjs";
import { makeResiduals, readResiduals, RULES, tryChangePoints, tryDegradation } from "./histories.mjs";
import { createPairs, PROFILES } from "./noise-model.mjs";
import { MEASURES, tryRealGate } from "./real-trials.mjs";

const README = new URL("README.md", import.meta.url);
const SECTIONS = { gate: tryGate, real: tryReal, degradation: tryHistories, changes: tryChanges };
const RATIOS = [1, 1.05, 1.1, 1.2, 1.3];
const DEFAULT_PAIRS = 40;
const GATES = [...Object.keys(PROFILES).map((name) => [name, DEFAULT_PAIRS]), ["busy", 80]];
const FALSE_ALARM_AIM = 0.01;
const CAUGHT_AIM = 0.9;
const ALERTS_AIM = 1;

const { values } = parseArgs({
  options: {
    trials: { type: "string" },
    real: { type: "string" },
    sets: { type: "string" },
    data: { type: "string" },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    check: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const trials = Number(values.trials ?? (values.quick ? 200 : 10_000));
const realTrials = Number(values.real ?? (values.quick ? 1 : 20));
const sets = Number(values.sets ?? (values.quick ? 1 : 20));
const seed = Number(values.seed);
const sections = values.only?.split(",") ?? Object.keys(SECTIONS);
for (const [name, number] of Object.entries({ trials, real: realTrials, sets, seed })) {
  if (!Number.isInteger(number) || number < 1) {
    throw new RangeError(`Cannot measure: \`--${name}\` must be a positive whole number`);
  }
}
const unknown = sections.find((name) => !Object.hasOwn(SECTIONS, name));
if (unknown !== undefined) {
  throw new RangeError(`Cannot measure: \`--only\` knows ${Object.keys(SECTIONS).join(", ")}, not ${unknown}`);
}
if (values.write && (values.quick || values.only !== undefined)) {
  throw new RangeError("Cannot measure: `--write` is for the figures of all sections, and not for those of `--quick`");
}

const parts = [];
const aims = [];
const residuals = readResiduals(values.data) ?? makeResiduals(values.quick ? 20 : 300, 105, createRandom(seed));
const [cpu] = cpus();
tell(
  `${cpus().length} x ${cpu?.model.trim()}, Node ${process.version}, load ${loadavg()[0].toFixed(1)} at the start; seed ${seed}, ${new Date().toISOString().slice(0, 10)}.`,
);
for (const name of sections) await SECTIONS[name](createRandom(seed));
if (!values.quick)
  tell(`### Aims\n\n${aims.map(({ reached, text }) => `- ${reached ? "reached" : "**missed**"}: ${text}`).join("\n")}`);
if (values.write) {
  writeFigures(README, `${parts.join("\n\n")}\n`);
}
if (values.check && aims.some(({ reached, check }) => check && !reached)) process.exitCode = 1;

function tryGate(random) {
  const rows = [];
  for (const [name, maxPairs] of GATES) {
    for (const ratio of RATIOS) {
      const counts = { ok: 0, regression: 0, inconclusive: 0, pairs: 0, single: 0, blocks: 0 };
      for (let trial = 0; trial < trials; trial += 1) {
        const gate = createGate({ maxPairs });
        let first;
        for (const pair of createPairs(PROFILES[name], ratio, random, maxPairs)) {
          first ??= pair;
          if (gate.add(pair).decision !== "continue") break;
        }
        const { decision, pairs } = gate.state;
        counts[decision] += 1;
        counts.pairs += pairs;
        if (first.compare.cpuMs > 1.1 * first.baseline.cpuMs) counts.single += 1;
        const means = { baseline: 0, compare: 0 };
        for (const pair of createPairs(PROFILES[name], ratio, random, 20, "blocks")) {
          means.baseline += pair.baseline.cpuMs;
          means.compare += pair.compare.cpuMs;
        }
        if (means.compare > 1.1 * means.baseline) counts.blocks += 1;
      }
      const label = `${name}, at most ${maxPairs} pairs`;
      const share = (count) => percent(count / trials);
      rows.push([
        label,
        change(ratio),
        ...["regression", "ok", "inconclusive"].map((decision) => share(counts[decision])),
        (counts.pairs / trials).toFixed(1),
        share(counts.single),
        share(counts.blocks),
      ]);
      if (ratio === 1) {
        judge(
          counts.regression / trials <= FALSE_ALARM_AIM,
          `${label}: ${counts.regression} false alarms in ${trials} trials without a change (at most 1 %)`,
          true,
        );
      }
      if (ratio === 1.2) {
        judge(
          counts.regression / trials >= CAUGHT_AIM,
          `${label}: ${share(counts.regression)} caught at +20 % (at least 90 %)`,
          name !== "busy",
        );
      }
    }
  }
  tell(
    [
      `### Gate on the noise model: ${trials.toLocaleString("en")} trials a row, threshold 10 %`,
      formatTable(
        [
          "noise",
          "true change",
          "regression",
          "ok",
          "inconclusive",
          "pairs",
          "one run each > 1.1",
          "means of 20 + 20 > 1.1",
        ],
        rows,
      ),
    ].join("\n\n"),
  );
}

async function tryReal() {
  const rows = [];
  for (const ratio of [1, 1.2]) {
    const results = await tryRealGate({
      ratio,
      trials: realTrials,
      steps: values.quick ? 10_000 : 60_000,
      maxPairs: values.quick ? 8 : DEFAULT_PAIRS,
    });
    const cell = (count) => `${count} (${interval(count, realTrials)})`;
    for (const [place, counts] of results.entries()) {
      rows.push([
        MEASURES[place] === "cpuMs" ? "CPU time" : "wall time",
        change(ratio),
        ...["regression", "ok", "inconclusive"].map((decision) => cell(counts[decision])),
        (counts.pairs / realTrials).toFixed(1),
        cell(counts.single),
      ]);
    }
  }
  tell(
    [
      `### Gate on real processes, the machine kept busy: ${realTrials} trials a row, counts with 95 % intervals`,
      formatTable(["measure", "true change", "regression", "ok", "inconclusive", "pairs", "one run each > 1.1"], rows),
    ].join("\n\n"),
  );
}

function tryHistories(random) {
  const rows = [];
  for (const [kind, series] of Object.entries(residuals)) {
    for (const [name, rule] of Object.entries(RULES)) {
      const result = tryDegradation(series, rule, sets, random);
      rows.push([
        kind,
        `\`${name}\``,
        String(series.length),
        result.judged.toLocaleString("en"),
        result.alertsPer100.toFixed(4),
        result.runsWithAlertPer100.toFixed(2),
        percent(result.foundShare),
      ]);
      const whole = name === "MANY_SERIES";
      const rate = whole ? result.runsWithAlertPer100 : result.alertsPer100;
      const of = whole ? `all ${series.length} steps together` : "a step";
      judge(
        rate <= ALERTS_AIM,
        `\`${name}\`, residuals ${kind}: ${rate.toFixed(2)} alerts in 100 runs of ${of} (at most 1)`,
        false,
      );
      judge(
        result.foundShare >= CAUGHT_AIM,
        `\`${name}\`, residuals ${kind}: ${percent(result.foundShare)} of shifts by +50 % found within 5 runs (at least 90 %)`,
        false,
      );
    }
  }
  tell(
    [
      `### Degradation: ${sourceOf()}, ${sets} random orders`,
      formatTable(
        [
          "residuals",
          "rule",
          "steps",
          "judged",
          "alerts in 100 runs of one step",
          "runs with any alert in 100",
          "+50 % found within 5 runs",
        ],
        rows,
        ["rule"],
      ),
    ].join("\n\n"),
  );
}

function tryChanges(random) {
  const rows = Object.entries(residuals).map(([kind, series]) => {
    const result = tryChangePoints(series, random);
    return [kind, String(result.series), percent(result.wrong), percent(result.near), percent(result.exactly)];
  });
  tell(
    [
      `### Change points: ${sourceOf()}`,
      formatTable(
        [
          "residuals",
          "series",
          "with a change found where there is none",
          "+50 % in the middle found within 2 runs",
          "at the very run",
        ],
        rows,
      ),
    ].join("\n\n"),
  );
}

function sourceOf() {
  return "generated" in residuals ? "generated series (no data given)" : "series from onegov";
}

/** Wilson's interval for a share, as counts of a hundred. */
function interval(count, all) {
  const z = 1.96;
  const share = count / all;
  const middle = share + z ** 2 / (2 * all);
  const half = z * Math.sqrt((share * (1 - share)) / all + z ** 2 / (4 * all ** 2));
  const end = (value) => `${Math.round((100 * value) / (1 + z ** 2 / all))}`;
  return `${end(Math.max(0, middle - half))}–${end(Math.min(1 + z ** 2 / all, middle + half))} %`;
}

function percent(share) {
  return `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
}

function change(ratio) {
  return ratio === 1 ? "none" : `+${Math.round((ratio - 1) * 100)} %`;
}

function judge(reached, text, check) {
  aims.push({ reached, text, check });
}

function tell(part) {
  parts.push(part);
  console.log(`${part}\n`);
}
