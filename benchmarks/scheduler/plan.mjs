/**
 * How long plans are beside the optimum, and what they cost. README.md has the method and figures. Prints Markdown tables.
 *
 *     node benchmarks/scheduler/plan.mjs --data <folder> [--seeds <n>] [--rounds <n>] [--quick] [--check]
 *
 * The folder has `stg50.json.gz` and `rcpsp.jsonl.gz`; what is not there is skipped, and said to be.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { createGraph, createPlan } from "@ai-workflow/scheduler";
import { formatTable } from "../measure/markdown.mjs";
import { median } from "../measure/statistics.mjs";
import { readResourceGraphs, readTaskGraphs } from "./data.mjs";
import { declarationOrderMs } from "./declaration-order.mjs";
import { generateTasks } from "./generate.mjs";

/** By the beginning of a set's name: mean and worst ratio to the best length known, and milliseconds a plan, that are to be reached. */
const AIMS = [
  ["STG", { mean: 1.0005, worst: 1.01, ms: 20 }],
  ["RCPSP, 30 ", { mean: 1.005, worst: Infinity, ms: 50 }],
  ["RCPSP, 60 ", { mean: 1.015, worst: Infinity, ms: 50 }],
  ["RCPSP, 120 ", { mean: 1.03, worst: Infinity, ms: 50 }],
];

/** Plans that are made before anything is measured, so that the code has been compiled. */
const WARM_UPS = 40;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    seeds: { type: "string", default: "5" },
    rounds: { type: "string", default: "5" },
    quick: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});
const seeds = values.quick ? 1 : Number(values.seeds);
const rounds = values.quick ? 1 : Number(values.rounds);
if (![seeds, rounds].every((number) => Number.isInteger(number) && number > 0)) {
  throw new RangeError("Cannot measure: `--seeds` and `--rounds` must be positive whole numbers");
}

let isMissed = false;
console.log(`${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}, ${seeds} seeds\n`);
measureSets();
measureCold();
measureLarge();
if (values.check && isMissed) process.exitCode = 1;

/** A plan with what it cost: medians of so many times. */
function plan(graph, options, times = 1) {
  const samples = Array.from({ length: times }, () => {
    const cpu = process.cpuUsage();
    const startMs = performance.now();
    const made = createPlan(graph, options);
    const wallMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(cpu);
    return { made, wallMs, cpuMs: (user + system) / 1_000 };
  });
  return {
    made: samples[0].made,
    wallMs: median(samples.map(({ wallMs }) => wallMs)),
    cpuMs: median(samples.map(({ cpuMs }) => cpuMs)),
  };
}

function measureSets() {
  const known = values.data === undefined ? [] : [readTaskGraphs(values.data), readResourceGraphs(values.data)];
  const found = known.flatMap((problems) => problems ?? []);
  if (found.length === 0) {
    console.log(
      `Skipped: the sets with known optima. ${values.data === undefined ? "No `--data <folder>` was given" : `Neither stg50.json.gz nor rcpsp.jsonl.gz is in ${values.data}`}.\n`,
    );
    return;
  }
  const problems = values.quick ? found.filter((_, k) => k % 12 === 0) : found;
  for (const { tasks, limits } of problems.slice(0, WARM_UPS)) createPlan(createGraph(tasks), limits);

  const bySet = groupBySet(problems);
  const lengths = [];
  const costs = [];
  const otherSeeds = [];
  for (const [set, members] of bySet) {
    const rows = {
      "level batches": { search: { generations: 1 }, strategy: "batches" },
      "longest path first": { search: { generations: 1 } },
      "and once there and back": { search: { generations: 4 } },
      default: {},
    };
    const declared = members.map(({ tasks, limits, best }) => declarationOrderMs(tasks, limits) / best);
    const cells = [set, String(members.length), share(declared)];
    for (const [name, options] of Object.entries(rows)) {
      const plans = members.map(({ tasks, limits, best, isOptimal, name: problem }) => {
        const result = plan(createGraph(tasks), { ...limits, ...options }, name === "default" ? rounds : 1);
        if (isOptimal && result.made.lowerBoundMs > best + 1e-6)
          throw new Error(`The lower bound of ${problem} is wrong`);
        return { ...result, ratio: result.made.makespanMs / best };
      });
      cells.push(share(plans.map(({ ratio }) => ratio)));
      if (name !== "default") continue;
      const aim = AIMS.find(([prefix]) => set.startsWith(prefix))?.[1];
      const ratios = plans.map(({ ratio }) => ratio);
      const isLengthReached = mean(ratios) <= aim.mean && Math.max(...ratios) <= aim.worst;
      const cpuMs = plans.map((result) => result.cpuMs);
      const isCostReached = Math.max(...cpuMs) <= aim.ms;
      isMissed ||= !isLengthReached;
      const worstAim = aim.worst === Infinity ? "" : `, ${aim.worst} at worst`;
      cells.push(`≤ ${aim.mean}${worstAim}: ${isLengthReached ? "reached" : "missed"}`);
      costs.push([
        set,
        spanOf(plans.map((result) => result.wallMs)),
        spanOf(cpuMs),
        `≤ ${aim.ms} at worst: ${isCostReached ? "reached" : "missed"}`,
        spanOf(
          plans.map(({ made }) => made.generations),
          0,
        ),
        `${plans.filter(({ made }) => made.makespanMs <= made.lowerBoundMs).length}`,
        `${ratios.filter((ratio) => ratio <= 1 + 1e-9).length}`,
      ]);
    }
    lengths.push(cells);
    const bySeed = Array.from({ length: seeds - 1 }, (_, k) =>
      members.map(
        ({ tasks, limits, best }) =>
          createPlan(createGraph(tasks), { ...limits, search: { seed: k + 2 } }).makespanMs / best,
      ),
    );
    if (bySeed.length > 0) {
      const means = bySeed.map((ratios) => mean(ratios));
      otherSeeds.push([
        set,
        ratioOf(Math.min(...means)),
        ratioOf(Math.max(...means)),
        ratioOf(Math.max(...bySeed.flat())),
      ]);
    }
  }
  console.log("### Length of plans: mean (worst) ratio to the best length known\n");
  console.log(
    `${formatTable(["set", "graphs", "as declared", "level batches", "longest path first", "and once there and back", "default", "aim of default"], lengths, ["aim of default"])}\n`,
  );
  console.log(
    `### Cost of a default plan in a warm process: median graph (worst graph), each the median of ${rounds}\n`,
  );
  console.log(
    `${formatTable(["set", "wall ms", "CPU ms", "aim, CPU ms", "schedules", "at the lower bound", "at the best known"], costs, ["aim, CPU ms"])}\n`,
  );
  if (otherSeeds.length > 0) {
    console.log(`### Other seeds: 2 to ${seeds}\n`);
    console.log(`${formatTable(["set", "best mean", "worst mean", "worst graph"], otherSeeds)}\n`);
  }
}

/** The first plan of a process, whose code has not been compiled yet. */
function measureCold() {
  const options = { maxParallel: 4, capacity: { cpu: 6, memory: 10 } };
  const isSearched = (tasks) => createPlan(createGraph(tasks), options).generations > 1;
  const rows = [23, 50]
    .flatMap((count) => [false, true].map((searched) => ({ count, searched })))
    .map(({ count, searched }) => {
      let seed = 1;
      while (isSearched(generateTasks(seed, count, 2)) !== searched) seed += 1;
      const input = JSON.stringify({ tasks: generateTasks(seed, count, 2), options });
      const samples = Array.from({ length: rounds }, () => {
        const { stdout, stderr, status } = spawnSync(
          process.execPath,
          [new URL("cold-plan.mjs", import.meta.url).pathname],
          {
            input,
            encoding: "utf8",
          },
        );
        if (status !== 0) throw new Error(`Cannot measure the first plan: ${stderr}`);
        return JSON.parse(stdout);
      });
      const middle = (name) => median(samples.map((sample) => sample[name])).toFixed(1);
      return [
        String(count),
        middle("loadMs"),
        middle("graphMs"),
        middle("planMs"),
        middle("generations").replace(".0", ""),
      ];
    });
  console.log(`### The first plan of a fresh process: wall ms, median of ${rounds}\n`);
  console.log(`${formatTable(["tasks", "loading the library", "graph", "plan", "schedules"], rows)}\n`);
}

function measureLarge() {
  const sizes = values.quick ? [100, 1_000] : [100, 300, 1_000, 3_000, 10_000, 100_000];
  const rows = sizes.map((count) => {
    const tasks = generateTasks(1, count, 3);
    const options = { maxParallel: 16, capacity: { cpu: 24, memory: 40 } };
    const samples = Array.from({ length: rounds }, () => {
      const startMs = performance.now();
      const graph = createGraph(tasks);
      const graphMs = performance.now() - startMs;
      return {
        graphMs,
        listed: plan(graph, { ...options, search: { generations: 1 } }),
        searched: plan(graph, options),
      };
    });
    const middle = (get) => median(samples.map(get)).toFixed(1);
    const { listed, searched } = samples[0];
    return [
      count.toLocaleString("en"),
      middle(({ graphMs }) => graphMs),
      middle((sample) => sample.listed.wallMs),
      middle((sample) => sample.searched.wallMs),
      String(searched.made.generations),
      (listed.made.makespanMs / listed.made.lowerBoundMs).toFixed(3),
      (searched.made.makespanMs / searched.made.lowerBoundMs).toFixed(3),
    ];
  });
  console.log(`### Large generated graphs, three needs a task: wall ms, median of ${rounds}\n`);
  console.log(
    formatTable(
      ["tasks", "graph", "longest path first", "default", "schedules", "longest path first / bound", "default / bound"],
      rows,
    ),
  );
}

function groupBySet(problems) {
  const groups = new Map();
  for (const problem of problems) groups.set(problem.set, [...(groups.get(problem.set) ?? []), problem]);
  return groups;
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function ratioOf(number) {
  return number.toFixed(4);
}

function share(ratios) {
  return `${ratioOf(mean(ratios))} (${Math.max(...ratios).toFixed(3)})`;
}

function spanOf(numbers, digits = 1) {
  return `${median(numbers).toFixed(digits)} (${Math.max(...numbers).toFixed(digits)})`;
}
