/**
 * How often `categorise()` says of a path what a careful reader says, and how long it takes. Prints Markdown.
 *
 *     node benchmarks/change-detection/categories.mjs [--data <folder with categories.json>] [--misses]
 *
 * Without `--data` the aim's list is skipped; the package's own labelled paths are always measured. Reads the built package.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { categorise } from "@ai-workflow/change-detection";
import { readLabelledPaths } from "./categories/read-labelled-paths.mjs";
import { score } from "./categories/score.mjs";

const OWN_LIST = fileURLToPath(
  new URL("../../packages/change-detection/src/categories/labelled-paths.txt", import.meta.url),
);
/** The aims for the list of `--data`. */
const STRICT_AIM = 0.92;
const LENIENT_AIM = 0.97;
const TIMED_CALLS = 1_000_000;

// `| head` closes the pipe when it has seen enough.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const { values } = parseArgs({ options: { data: { type: "string" }, misses: { type: "boolean", default: false } } });

const parts = readLabelledPaths(OWN_LIST);
const shared = values.data === undefined ? undefined : readSharedList(values.data);
if (shared === undefined) {
  print("Skipped: the list of the aim (`categories.json`), because no `--data <folder>` was given.");
} else {
  parts.set("aim", shared);
}

const scores = [...parts].map(([name, labelled]) => ({ name, ...score(labelled, categorise) }));
print("");
print("| list | paths | strict | lenient | code called docs or assets |");
print("| --- | --: | --: | --: | --: |");
for (const { name, count, strictShare, lenientShare, codeSkipped } of scores) {
  print(`| ${name} | ${count} | ${percent(strictShare)} | ${percent(lenientShare)} | ${codeSkipped.length} |`);
}

for (const { name, misses, confusions } of scores) {
  if (misses.length === 0 || (name !== "aim" && !values.misses)) continue;
  print("");
  print(`Misses of "${name}": ${confusions.map(([confusion, count]) => `${count} ${confusion}`).join(", ")}`);
  print("");
  print("| path | label | also right | answer | rule |");
  print("| --- | --- | --- | --- | --- |");
  for (const miss of misses) {
    print(`| ${miss.path} | ${miss.label} | ${miss.accept.join(", ")} | ${miss.category} | ${miss.rule} |`);
  }
}

print("");
print(`${microsecondsPerPath([...parts.values()].flat()).toFixed(2)} µs a path, Node ${process.version}.`);

const aim = scores.find(({ name }) => name === "aim");
if (
  aim !== undefined &&
  (aim.strictShare < STRICT_AIM || aim.lenientShare < LENIENT_AIM || aim.codeSkipped.length > 0)
) {
  print("The aim is missed.");
  process.exitCode = 1;
}

function readSharedList(folder) {
  const file = path.join(folder, "categories.json");
  if (!existsSync(file)) throw new RangeError(`Cannot measure: no categories.json in ${folder}`);
  return JSON.parse(readFileSync(file, "utf8")).items;
}

/** The best of five rounds, so that what else the machine does counts little. */
function microsecondsPerPath(labelled) {
  const repeats = Math.ceil(TIMED_CALLS / 5 / labelled.length);
  let bestMs = Infinity;
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    for (let repeat = 0; repeat < repeats; repeat++) for (const one of labelled) categorise(one.path);
    bestMs = Math.min(bestMs, performance.now() - started);
  }
  return (bestMs * 1000) / (repeats * labelled.length);
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
