/**
 * What executing costs beside peers, how long executions are, and how they go on when durations were predicted wrongly. README.md has the method
 * and figures. Prints Markdown tables.
 *
 *     node benchmarks/scheduler/execute.mjs --data <folder> [--rounds <n>] [--seeds <n>] [--quick] [--check]
 *
 * The folder has `stg50.json.gz` and `rcpsp.jsonl.gz`; what is not there is skipped, and said to be.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGraph } from "@ai-workflow/scheduler";
import { formatTable } from "../measure/markdown.mjs";
import { measureInterleaved } from "../measure/measure.mjs";
import { createRandom, median, quartiles } from "../measure/statistics.mjs";
import { readResourceGraphs, readTaskGraphs } from "./data.mjs";
import { executeWithErrors, RULES } from "./deviations.mjs";
import { makespan, RUNNERS } from "./runners.mjs";
import { makeTasks, SHAPES } from "./shapes.mjs";

const EXECUTE_ONCE = fileURLToPath(new URL("execute-once.mjs", import.meta.url));

/** Standard deviation of the logarithm of predicted over true durations, and by how much executions may then be longer in the mean. */
const ERRORS = [
  { sigma: 0.2, aim: 1.015 },
  { sigma: 0.5, aim: 1.04 },
];
/** The rule that executions follow by default. */
const DEFAULT_RULE = "new plans, 1 % of the time";
const PEERS_TO_BEAT = ["p-graph", "p-queue"];

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    rounds: { type: "string" },
    seeds: { type: "string" },
    quick: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 7));
const seeds = Number(values.seeds ?? (values.quick ? 1 : 3));
if (![rounds, seeds].every((number) => Number.isInteger(number) && number > 0)) {
  throw new RangeError("Cannot measure: `--seeds` and `--rounds` must be positive whole numbers");
}
const taskCounts = values.quick ? [1_000, 5_000, 10_000] : [10_000, 50_000, 100_000];
const largest = taskCounts.at(-1);

let isMissed = false;
console.log(
  `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}, ${rounds} rounds, ${seeds} seeds\n`,
);
measureOverhead();
measureGraphs();
const problems = readProblems();
if (problems.length > 0) {
  await measureLengths();
  await measureErrors();
}
if (values.check && isMissed) process.exitCode = 1;

/** Every runner with every shape, each in a process of its own, in another order each round. */
function measureOverhead() {
  const cases = SHAPES.flatMap((shape) =>
    RUNNERS.map(({ name }) => ({ name: `${name}|${shape}|${largest}`, measure: () => once(name, shape, largest) })),
  );
  for (const shape of SHAPES) {
    for (const count of taskCounts.slice(0, -1)) {
      cases.push({ name: `scheduler|${shape}|${count}`, measure: () => once("scheduler", shape, count) });
    }
  }
  const samples = measureInterleaved(cases, { rounds, warmUps: 0, random: createRandom(1) });
  const figure = (name, shape, count, key) => samples.get(`${name}|${shape}|${count}`).map((sample) => sample[key]);

  const rows = RUNNERS.map(({ name }) => [
    name,
    ...SHAPES.flatMap((shape) => [
      spread(figure(name, shape, largest, "cpuUs")),
      spread(figure(name, shape, largest, "wallUs")),
    ]),
  ]);
  print(
    `Overhead of ${largest} tasks that do nothing, 16 at once: µs a task, median (quartiles)`,
    ["runner", ...SHAPES.flatMap((shape) => [`${shape}: CPU`, "wall"])],
    rows,
  );
  for (const shape of SHAPES) {
    const own = median(figure("scheduler", shape, largest, "cpuUs"));
    for (const peer of PEERS_TO_BEAT) {
      const its = median(figure(peer, shape, largest, "cpuUs"));
      tell(own < its, `${shape}: ${own.toFixed(1)} µs of CPU a task, ${peer} ${its.toFixed(1)}`);
    }
  }
  console.log("");
  print(
    "Memory when everything has been set up: bytes of heap a task, median",
    ["runner and tasks", ...SHAPES],
    [...taskCounts.map((count) => ["scheduler", count]), ...RUNNERS.slice(1).map(({ name }) => [name, largest])].map(
      ([name, count]) => [
        `${name}, ${count}`,
        ...SHAPES.map((shape) => median(figure(name, shape, count, "heapBytes")).toFixed(0)),
      ],
    ),
  );
}

function once(name, shape, count) {
  const args = ["--expose-gc", EXECUTE_ONCE, name, shape, String(count)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

/** What it takes to check and index tasks. */
function measureGraphs() {
  const rows = SHAPES.map((shape) => {
    const tasks = makeTasks(shape, largest);
    const needs = tasks.reduce((sum, task) => sum + task.needs.length, 0);
    const times = Array.from({ length: rounds + 1 }, () => {
      const startMs = performance.now();
      createGraph(tasks);
      return performance.now() - startMs;
    }).slice(1);
    return [shape, String(needs), spread(times)];
  });
  print(`createGraph() of ${largest} tasks: milliseconds, median (quartiles)`, ["shape", "needs", "ms"], rows);
}

function readProblems() {
  const known = values.data === undefined ? [] : [readTaskGraphs(values.data), readResourceGraphs(values.data)];
  const found = known.flatMap((set) => set ?? []);
  if (found.length === 0) {
    console.log(
      `Skipped: lengths. ${values.data === undefined ? "No `--data <folder>` was given" : `Neither stg50.json.gz nor rcpsp.jsonl.gz is in ${values.data}`}.\n`,
    );
  }
  return values.quick ? found.filter((_, k) => k % 13 === 0) : found;
}

/** How long executions are in virtual time when the durations are true. */
async function measureLengths() {
  const rows = [];
  for (const [set, members] of groupBySet()) {
    const cells = [set, String(members.length)];
    for (const runner of RUNNERS) {
      // The peers know no resources.
      if (members[0].limits.capacity !== undefined && runner.name !== "scheduler") {
        cells.push("–");
        continue;
      }
      const ratios = [];
      for (const problem of members) ratios.push((await makespan(runner, problem)) / problem.best);
      cells.push(`${mean(ratios).toFixed(4)} (${Math.max(...ratios).toFixed(3)})`);
    }
    rows.push(cells);
  }
  print(
    "Length of executions in virtual time, true durations: mean (worst) ratio to the best length known",
    ["set", "graphs", ...RUNNERS.map(({ name }) => name)],
    rows,
  );
}

function groupBySet() {
  const groups = new Map();
  for (const problem of problems) {
    if (!groups.has(problem.set)) groups.set(problem.set, []);
    groups.get(problem.set).push(problem);
  }
  return groups;
}

/** How long they are when the durations were predicted wrongly. */
async function measureErrors() {
  for (const { sigma, aim } of ERRORS) {
    const ratios = new Map();
    let replans = 0;
    for (const [k, problem] of problems.entries()) {
      for (let seed = 1; seed <= seeds; seed += 1) {
        const results = await executeWithErrors(problem, sigma, 1_000 * k + seed);
        replans += results[DEFAULT_RULE].replans;
        for (const [rule, { ratio }] of Object.entries(results)) {
          for (const set of [problem.set, `all ${problem.set.slice(0, problem.set.indexOf(","))}`]) {
            if (!ratios.has(set)) ratios.set(set, new Map(Object.keys(RULES).map((name) => [name, []])));
            ratios.get(set).get(rule).push(ratio);
          }
        }
      }
    }
    print(
      `Length of executions with errors of sigma ${sigma}: mean (worst) ratio to the plan with the true durations`,
      ["set", ...Object.keys(RULES)],
      [...ratios]
        .sort(bySingleSetsFirst)
        .map(([set, byRule]) => [
          set,
          ...[...byRule.values()].map((values) => `${mean(values).toFixed(4)} (${Math.max(...values).toFixed(3)})`),
        ]),
    );
    const executions = problems.length * seeds;
    console.log(`${(replans / executions).toFixed(1)} new plans an execution by default.\n`);
    for (const [set, byRule] of ratios) {
      if (!set.startsWith("all ")) continue;
      const reached = mean(byRule.get(DEFAULT_RULE));
      tell(reached <= aim, `${set}: ${reached.toFixed(4)} by default, aim ${aim}`);
    }
    console.log("");
  }
}

function bySingleSetsFirst([a], [b]) {
  return Number(a.startsWith("all ")) - Number(b.startsWith("all "));
}

function tell(isReached, what) {
  isMissed ||= !isReached;
  console.log(`- ${isReached ? "reached" : "missed"}: ${what}`);
}

function print(title, header, rows) {
  console.log(`### ${title}\n\n${formatTable(header, rows)}\n`);
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function spread(numbers) {
  const [first, third] = quartiles(numbers);
  const middle = median(numbers).toFixed(1);
  return numbers.length < 3 ? middle : `${middle} (${first.toFixed(1)}–${third.toFixed(1)})`;
}
