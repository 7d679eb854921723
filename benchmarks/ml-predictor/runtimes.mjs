/**
 * What evaluates a trained model sooner: TypeScript, or onnxruntime-node. Each figure is a fresh process that opens the model and asks
 * about so many rows, and the numbers of both are compared. README.md has figures. Prints a Markdown table.
 *
 *     node benchmarks/ml-predictor/runtimes.mjs [--rounds <n>] [--rows <n,n,...>]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { trainPredictor } from "@ai-workflow/ml-predictor";
import { formatTable } from "../measure/markdown.mjs";
import { createRandom, median } from "../measure/statistics.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, rows: { type: "string", default: "25,500,50000" } },
});
const rounds = Number(values.rounds);
const counts = values.rows.split(",").map(Number);
if (![rounds, ...counts].every((number) => Number.isInteger(number) && number >= 1)) {
  throw new RangeError("Cannot measure: `--rounds` and `--rows` must be whole numbers of at least 1");
}

/** Run in a process of its own: the runtime, the file and the number of rows are its arguments. */
const CHILD = `
  import { createHash } from "node:crypto";
  import { readFileSync } from "node:fs";
  import { openModel } from "@ai-workflow/ml-predictor";
  const [runtime, file, rows] = process.argv.slice(1);
  const before = process.cpuUsage();
  const startMs = performance.now();
  const opened = await openModel(readFileSync(file), { runtime });
  if (!opened.ok) throw new Error(opened.message);
  const { model } = opened;
  const input = new Float32Array(Number(rows) * model.ensemble.featureCount).map((_, index) => Math.sin(index) * 1000);
  const answers = await model.predict(input);
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(before);
  const sha256 = createHash("sha256").update(new Uint8Array(answers.buffer)).digest("hex");
  console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, rssMiB: process.memoryUsage.rss() / 2 ** 20, sha256 }));
`;

const folder = mkdtempSync(path.join(tmpdir(), "runtimes-"));
try {
  const trained = await trainPredictor(history(), { nowMs: 0 });
  if (!trained.trained || trained.onnx === undefined) throw new Error("Cannot measure: there are no trees to evaluate");
  const file = path.join(folder, "model.onnx");
  writeFileSync(file, trained.onnx);
  const rows = counts.map((count) => {
    const samples = Array.from({ length: rounds }, () => ({
      typescript: ask("typescript", file, count),
      native: ask("native", file, count),
    }));
    const all = samples.flatMap(({ typescript, native }) => [typescript.sha256, native.sha256]);
    const cells = ["typescript", "native"].flatMap((runtime) =>
      ["wallMs", "cpuMs", "rssMiB"].map((what) => median(samples.map((sample) => sample[runtime][what])).toFixed(0)),
    );
    return [count.toLocaleString("en"), ...cells, new Set(all).size === 1 ? "bit for bit" : "different"];
  });
  const columns = ["TypeScript", "native"].flatMap((name) => [`${name}, wall ms`, "CPU ms", "MiB"]);
  process.stdout.write(`${formatTable(["rows", ...columns, "answers"], rows, ["answers"])}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function ask(runtime, file, count) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", CHILD, runtime, file, String(count)],
    { cwd: import.meta.dirname, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Cannot measure ${runtime}: ${stderr}`);
  return JSON.parse(stdout);
}

/** 25 steps whose time follows the size of their input, 300 runs: a history in which trees are worth having. */
function history() {
  const random = createRandom(1);
  return Array.from({ length: 300 * 25 }, (_, place) => {
    const step = place % 25;
    const bytes = Math.exp(random() * 7) * 1_000;
    return {
      run: Math.floor(place / 25),
      time: 1_700_000_000 + Math.floor(place / 25) * 3_600,
      step: `step-${step}`,
      features: { bytes },
      seconds: (bytes / 50_000) * (1 + step / 10) * (0.95 + random() * 0.1),
      outcome: "passed",
    };
  });
}
