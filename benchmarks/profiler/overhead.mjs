/**
 * What profiling and monitoring cost a whole run: the same mixed workload with all of it on and with all of it off, in turns. README.md has
 * the method and figures. Prints Markdown tables.
 *
 *     node benchmarks/profiler/overhead.mjs [--pairs <n>] [--seconds <n>] [--cli <file>] [--quick]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { comparePairs, runBenchmark } from "@ai-workflow/regression";
import { formatTable } from "../measure/markdown.mjs";
import { median } from "../measure/statistics.mjs";

const { values } = parseArgs({
  options: {
    pairs: { type: "string" },
    seconds: { type: "string" },
    cli: { type: "string", default: fileURLToPath(new URL("../../apps/cli/dist/bin.js", import.meta.url)) },
    quick: { type: "boolean", default: false },
  },
});
const pairs = Number(values.pairs ?? (values.quick ? 1 : 8));
const seconds = Number(values.seconds ?? (values.quick ? 2 : 60));
for (const [name, number] of Object.entries({ pairs, seconds })) {
  if (!Number.isInteger(number) || number < 1) {
    throw new RangeError(`Cannot measure: \`--${name}\` must be a positive whole number`);
  }
}

const CLI = path.resolve(values.cli);
const AIM_PERCENT = 1;

/** Loops that take about a second of CPU time on this machine; the work is fixed from here on, so that both sides do the same. */
const perSecond = (() => {
  const startedMs = performance.now();
  let value = 0;
  let count = 0;
  while (performance.now() - startedMs < 300) {
    for (let step = 0; step < 100_000; step += 1) value = Math.imul(value ^ step, 0x9e3779b1);
    count += 1;
  }
  return Math.round((count * 100_000) / 0.3);
})();

/**
 * Steps of several kinds that take about `seconds` on two cores: one that computes, one that starts many short processes, one that waits,
 * one that writes and reads files, one that tells spans, a module. Two run at the same time.
 */
function createWorkload(folder) {
  const compute = Math.round((perSecond * seconds) / 2);
  const files = {
    ".workflow-config.yaml": `optimizations: { performance: { max_parallel_jobs: 2 } }
steps:
  compute: { run: "node compute.mjs ${compute}" }
  processes: { run: "i=0; while [ $i -lt ${Math.round(seconds * 3)} ]; do node -e 0; sh -c true; i=$((i+1)); done" }
  waiting: { run: "sleep ${seconds / 6}" }
  files: { run: "node files.mjs ${Math.max(1, Math.round(seconds / 2))}" }
  spans: { run: "node spans.mjs ${Math.round(compute / 4)}" }
  module: { module: module.mjs, with: { loops: ${Math.round(compute / 4)} } }
  tests: { run: "node --test unit.test.mjs" }
`,
    "compute.mjs": `const loops = Number(process.argv[2]);
let value = 0;
for (let step = 0; step < loops; step += 1) value = Math.imul(value ^ step, 0x9e3779b1);
console.log(value);
`,
    "files.mjs": `import { readFileSync, rmSync, writeFileSync } from "node:fs";
for (let round = 0; round < Number(process.argv[2]); round += 1) {
  for (let file = 0; file < 20; file += 1) writeFileSync(\`data-\${file}.tmp\`, Buffer.alloc(2 ** 20, file));
  for (let file = 0; file < 20; file += 1) readFileSync(\`data-\${file}.tmp\`);
}
for (let file = 0; file < 20; file += 1) rmSync(\`data-\${file}.tmp\`);
`,
    "spans.mjs": `import { appendFileSync } from "node:fs";
const loops = Number(process.argv[2]);
const tell = (line) => appendFileSync(process.env.WORKFLOW_SPANS, JSON.stringify({ ...line, at: Date.now() / 1000 }) + "\\n");
let value = 0;
for (let part = 0; part < 100; part += 1) {
  tell({ begin: "part" });
  for (let step = 0; step < loops / 100; step += 1) value = Math.imul(value ^ step, 0x9e3779b1);
  tell({ end: "part" });
}
console.log(value);
`,
    "module.mjs": `export default ({ with: { loops } }) => {
  let value = 0;
  for (let step = 0; step < loops; step += 1) value = Math.imul(value ^ step, 0x9e3779b1);
  return { message: String(value) };
};
`,
    "unit.test.mjs": `import test from "node:test";
for (let index = 0; index < 50; index += 1) test(\`unit \${index}\`, () => {});
`,
    ".gitignore": "*.tmp\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
}

const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(WORKFLOW_|TEST_PROFILE|OTEL_|CI$)/.test(name)),
);
const sides = {
  baseline: { WORKFLOW_MONITOR_RESOURCES: "false", WORKFLOW_PROFILE: "false", TEST_PROFILE: "false" },
  compare: { WORKFLOW_MONITOR_RESOURCES: "true", WORKFLOW_PROFILE: "true", TEST_PROFILE: "true" },
};
/** What a run of the program took for itself, told by a hook at its exit. */
const OWN = `process.on("exit", () => { const { user, system } = process.cpuUsage();
  require("node:fs").appendFileSync(process.env.OWN_CPU_FILE, (user + system) / 1000 + "\\n"); });`;

const folder = mkdtempSync(path.join(tmpdir(), "overhead-"));
const hook = mkdtempSync(path.join(tmpdir(), "overhead-hook-"));
try {
  createWorkload(folder);
  writeFileSync(path.join(hook, "own.cjs"), OWN);
  const ownFile = (side) => path.join(hook, side);
  const command = (side) => ({
    command: process.execPath,
    // The hook is for this process alone: steps inherit no NODE_OPTIONS.
    args: ["--require", path.join(hook, "own.cjs"), CLI, "run", "--force", "--quiet", "--no-ml-optimize"],
    cwd: folder,
    env: { ...clean, ...sides[side], OWN_CPU_FILE: ownFile(side) },
  });
  const result = await runBenchmark({
    baseline: command("baseline"),
    compare: command("compare"),
    pairs,
    warmUps: values.quick ? 0 : 1,
    onPair: () => {
      process.stderr.write(".");
      return "continue";
    },
  });
  process.stderr.write("\n");
  if (result.failure !== undefined) throw new Error(`Cannot measure: ${JSON.stringify(result.failure)}`);
  const [cpu] = comparePairs(result.pairs, { thresholdPercent: AIM_PERCENT }).measures;
  const own = Object.fromEntries(
    Object.keys(sides).map((side) => [
      side,
      readFileSync(ownFile(side), "utf8").trim().split("\n").map(Number).slice(-result.pairs.length),
    ]),
  );
  const cpuMs = (side) => median(result.pairs.map((pair) => pair[side].cpuMs));
  const wallMs = (side) => median(result.pairs.map((pair) => pair[side].wallMs));
  const ownShare = (100 * (median(own.compare) - median(own.baseline))) / cpuMs("baseline");
  const verdict = (percent) => (values.quick ? "" : percent <= AIM_PERCENT ? "reached" : "missed");
  process.stdout.write(
    `${result.pairs.length} pairs in turns, workload of about ${seconds} s, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}\n\n`,
  );
  process.stdout.write(
    `${formatTable(
      ["", "all off", "all on", "difference", "aim"],
      [
        [
          "CPU time of the whole run, s",
          (cpuMs("baseline") / 1_000).toFixed(2),
          (cpuMs("compare") / 1_000).toFixed(2),
          !(cpu?.ratio > 0) ? "-" : `${percentOf(cpu.ratio)} (${percentOf(cpu.low)} to ${percentOf(cpu.high)})`,
          !(cpu?.ratio > 0) ? "" : `≤ ${AIM_PERCENT} %: ${verdict(100 * (cpu.ratio - 1))}`,
        ],
        [
          "CPU time of the program itself, ms",
          median(own.baseline).toFixed(0),
          median(own.compare).toFixed(0),
          `${ownShare.toFixed(2)} % of the run`,
          `≤ ${AIM_PERCENT} %: ${verdict(ownShare)}`,
        ],
        ["wall time, s", (wallMs("baseline") / 1_000).toFixed(2), (wallMs("compare") / 1_000).toFixed(2), "", ""],
      ],
      ["aim"],
    )}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
  rmSync(hook, { recursive: true, force: true });
}

function percentOf(ratio) {
  return `${ratio >= 1 ? "+" : ""}${(100 * (ratio - 1)).toFixed(2)} %`;
}
