/**
 * Stands for a tool: reads what it is given, works for `cpu` seconds of CPU time and waits for `wait` seconds, both times the
 * environment's EXAMPLE_SCALE. CPU time, so that on a busy machine the work stays the same and takes longer, as that of a tool does.
 *
 *     node tools/work.js <cpu> <wait> <file or folder>...
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";

const [cpu, wait, ...places] = process.argv.slice(2);
const scale = Number(process.env["EXAMPLE_SCALE"] ?? 1);
const contents = Buffer.concat(places.flatMap(filesIn).map((file) => readFileSync(file)));
let digest = "";
while (usedMs() < Number(cpu) * scale * 1_000)
  digest = createHash("sha256").update(contents).update(digest).digest("hex");
await setTimeout(Number(wait) * scale * 1_000);
process.stdout.write(`${places.join(", ")}: no problems\n`);

function usedMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function filesIn(place) {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place)
    .sort()
    .flatMap((name) => filesIn(path.join(place, name)));
}
