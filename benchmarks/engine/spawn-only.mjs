/**
 * What starting processes costs without anything else: `sh -c true`, `count` times, two at a time.
 *
 *     node spawn-only.mjs <count> <slots>
 */
import { spawn } from "node:child_process";
import process from "node:process";

const [count, slots] = process.argv.slice(2).map(Number);
let started = 0;

function next() {
  if (started === count) return;
  started += 1;
  spawn("sh", ["-c", "true"], { stdio: "ignore" }).once("exit", (code) => {
    if (code !== 0) process.exitCode = 1;
    next();
  });
}

for (let slot = 0; slot < slots; slot += 1) next();
