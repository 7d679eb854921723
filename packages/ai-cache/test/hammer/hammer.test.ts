import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { openAiCache, type CacheStats } from "../../src/index.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));
const PROCESS_COUNT = 8;
const OPERATION_COUNT = 120;
const REPORT_EVERY = 20;
// Of all reports, one in so many is the last thing its process does.
const KILL_EVERY = 7;
const MAX_BYTES = 200_000;

interface Message {
  readonly type: "progress" | "done";
  readonly doneCount: number;
  readonly wrongCount: number;
  readonly stats: CacheStats;
}

/** A process that came to its end or was killed. */
interface Ended {
  readonly killed: boolean;
  readonly doneCount: number;
  readonly wrongCount: number;
}

function entryBytes(directory: string): number {
  let total = 0;
  for (const folder of readdirSync(directory)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of readdirSync(join(directory, folder))) {
      try {
        if (/^[0-9a-f]{64}\.json$/.test(name)) total += lstatSync(join(directory, folder, name)).size;
      } catch {
        // Evicted between the two calls.
      }
    }
  }
  return total;
}

test(`${PROCESS_COUNT} processes hammer one cache and some are killed: no wrong answer, within the bytes, statistics that add up`, async () => {
  const directory = join(temporaryDirectory(), "cache");
  const children = new Set<ChildProcess>();
  onTestFinished(() => children.forEach((child) => void child.kill("SIGKILL")));
  let seed = 0;
  let reportCount = 0;
  let largestBytes = 0;

  async function run(): Promise<Ended> {
    const task = {
      directory,
      maxBytes: MAX_BYTES,
      seed: (seed += 1),
      operationCount: OPERATION_COUNT,
      questionCount: 400,
      answerBytes: 1500,
      reportEvery: REPORT_EVERY,
    };
    const child = fork(WORKER, [JSON.stringify(task)], { execArgv: [], stdio: "inherit" });
    children.add(child);
    const messages: Message[] = [];
    child.on("message", (message) => {
      const { type } = message as Message;
      messages.push(message as Message);
      reportCount += 1;
      largestBytes = Math.max(largestBytes, entryBytes(directory));
      if (type === "progress" && reportCount % KILL_EVERY === 0) child.kill("SIGKILL");
    });
    // Its last messages may come after its end.
    const [[code, signal]] = await Promise.all([once(child, "exit"), once(child, "disconnect")]);
    const { type, doneCount = 0, wrongCount = 0 } = messages.at(-1) ?? {};
    if (signal !== "SIGKILL" && type !== "done") throw new Error(`A process ended with ${signal ?? code}`);
    return { killed: signal === "SIGKILL", doneCount, wrongCount };
  }

  // The killed ones are followed by others, so that the cache is taken over again and again.
  async function runAndReplace(): Promise<Ended[]> {
    const ended = await run();
    return ended.killed ? [ended, await run()] : [ended];
  }
  const all = (await Promise.all(Array.from({ length: PROCESS_COUNT }, runAndReplace))).flat();

  const killedCount = all.filter(({ killed }) => killed).length;
  expect(killedCount).toBeGreaterThan(2);
  expect(all.reduce((sum, { wrongCount }) => sum + wrongCount, 0)).toBe(0);
  expect(largestBytes).toBeGreaterThan(MAX_BYTES * 0.5);
  expect(largestBytes).toBeLessThanOrEqual(MAX_BYTES * 1.1);

  const later = openAiCache({ directory, maxBytes: MAX_BYTES, now: () => Date.now() + 2 * 60 * 60 * 1000 });
  expect(later.verify().damaged).toEqual([]);
  expect(later.verify().unknown).toEqual([]);
  later.cleanup();
  const { checkedCount, validCount, temporaryFiles, locks, misplaced } = later.verify();
  expect({ temporaryFiles, locks, misplaced }).toEqual({ temporaryFiles: [], locks: [], misplaced: [] });
  expect(validCount).toBe(checkedCount);

  const { stats } = later.totals();
  const reportedCount = all.reduce((sum, { doneCount }) => sum + doneCount, 0);
  expect(stats.total_calls).toBe(stats.hits + stats.misses + stats.coalesced);
  // What a process reported is counted; of what it did afterwards, only a killed one may lose something.
  expect(stats.total_calls).toBeGreaterThanOrEqual(reportedCount);
  expect(stats.total_calls).toBeLessThanOrEqual(reportedCount + killedCount * OPERATION_COUNT);
  expect(stats.stored).toBeLessThanOrEqual(stats.misses);
  expect(stats).toMatchObject({ entries: checkedCount, failed: 0 });
  expect(stats.evicted).toBeGreaterThan(0);
  expect(stats.total_tokens_saved).toBeLessThanOrEqual((stats.hits + stats.coalesced) * 11);
  expect(readdirSync(join(directory, "stats.d"))).toEqual([]);
});
