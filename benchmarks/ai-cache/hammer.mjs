/** Many processes at one cache, one of them killed every second. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openAiCache } from "@ai-workflow/ai-cache";
import { createDiskStore } from "../../packages/ai-cache/dist/entries/disk-store.js";
import { createRandom } from "../measure/statistics.mjs";

const WORKER = fileURLToPath(new URL("hammer-worker.mjs", import.meta.url));
const PROCESSES = 8;
const BUDGET_BYTES = 4 * 1024 * 1024;
/** About four times what the budget holds. */
const QUESTIONS = 4_000;
const SAMPLE_MS = 100;
/** A worker says what it did after so many calls. */
const REPORT_CALLS = 200;
/** What the directory may hold beyond the budget at any time. */
const SIZE_AIM = 1.1;
const TWO_HOURS_MS = 2 * 60 * 60 * 1_000;

/**
 * @param {{ readonly directory: string, readonly seconds: number, readonly seed: number }} options
 * @returns What was seen, with `aims`: what must hold, and whether it does.
 */
export async function hammer({ directory, seconds, seed }) {
  const random = createRandom(seed);
  const store = createDiskStore(directory, BUDGET_BYTES);
  const workers = new Map();
  const reports = [];
  let started = 0;
  const start = () => {
    const id = started;
    started += 1;
    const child = fork(WORKER, [
      directory,
      String(BUDGET_BYTES),
      String(QUESTIONS),
      String(seed * 1_000 + id),
      String(REPORT_CALLS),
    ]);
    const worker = { id, child, last: undefined, end: undefined, exit: once(child, "exit") };
    child.on("message", (message) => {
      worker.last = message;
      if (message.type === "end") worker.end = message;
    });
    workers.set(id, worker);
    reports.push(worker);
  };
  for (let number = 0; number < PROCESSES; number += 1) start();

  const endMs = performance.now() + seconds * 1_000;
  let nextKillMs = performance.now() + 1_000;
  let killed = 0;
  let largestBytes = 0;
  while (performance.now() < endMs) {
    await delay(SAMPLE_MS);
    largestBytes = Math.max(largestBytes, bytesIn(store));
    if (performance.now() < nextKillMs) continue;
    nextKillMs += 1_000;
    const ids = [...workers.keys()];
    const victim = workers.get(ids[Math.floor(random() * ids.length)]);
    victim.child.kill("SIGKILL");
    await victim.exit;
    workers.delete(victim.id);
    killed += 1;
    start();
  }
  for (const { child } of workers.values()) child.send("stop");
  const exits = await Promise.all([...workers.values()].map(({ exit }) => exit));
  largestBytes = Math.max(largestBytes, bytesIn(store));

  const orphans = temporaryFiles(directory);
  // The clock is two hours ahead, because a temporary file of the last hour may still have its writer.
  const later = openAiCache({
    directory,
    maxBytes: BUDGET_BYTES,
    ttlMs: TWO_HOURS_MS * 12,
    now: () => Date.now() + TWO_HOURS_MS,
  });
  const { damaged } = later.verify();
  const totals = later.totals();
  later.cleanup();
  later.close();
  const left = temporaryFiles(directory);

  const sum = (figure) =>
    reports.reduce((total, worker) => total + (worker.last === undefined ? 0 : figure(worker.last)), 0);
  const wrong = sum((last) => last.wrong);
  const failed = sum((last) => last.failed);
  const ended = reports.filter(({ end }) => end !== undefined);
  const addUp = ended.filter(({ end: { calls, stats } }) => calls === stats.callCount && calls === callsIn(stats));
  const endedCalls = ended.reduce((total, { end }) => total + end.calls, 0);
  // Those killed may have made some more calls than they could report, and written down fewer.
  const mostCalls = sum((last) => last.calls) + killed * 2 * REPORT_CALLS;
  const { stats } = totals;
  return {
    processes: started,
    killed,
    calls: sum((last) => last.calls),
    hitShare: sum((last) => last.stats.hits.memory + last.stats.hits.disk) / sum((last) => last.calls),
    coalesced: sum((last) => last.stats.coalescedCount),
    evicted: sum((last) => last.stats.evictedCount),
    largestShare: largestBytes / BUDGET_BYTES,
    orphans: orphans.length,
    totalCalls: stats.total_calls,
    aims: {
      "no wrong answer": wrong === 0 && failed === 0,
      "no damaged entry": damaged.length === 0,
      [`size at most ${(SIZE_AIM * 100).toFixed(0)} % of the budget`]: largestBytes <= BUDGET_BYTES * SIZE_AIM,
      "every process that was not killed ends well and adds up":
        exits.every(([code]) => code === 0) && ended.length === PROCESSES && addUp.length === PROCESSES,
      "totals of all processes add up":
        stats.total_calls === stats.hits + stats.misses + stats.coalesced &&
        stats.total_calls >= endedCalls &&
        stats.total_calls <= mostCalls,
      "no temporary file after the clean-up": left.length === 0,
    },
  };
}

function callsIn({ hits, misses, coalescedCount }) {
  return hits.memory + hits.disk + Object.values(misses).reduce((sum, count) => sum + count, 0) + coalescedCount;
}

function bytesIn(store) {
  return store.list().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function temporaryFiles(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true }).filter((name) => /\.(?:tmp|lock)$/.test(name));
}
