import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createManualClock } from "../../test/manual-clock.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { createJournal, type Journal } from "./create-journal.ts";
import { readCacheIndex } from "./merge-statistics.ts";

const { now } = createManualClock();

interface Deferred {
  readonly delayMs: number;
  readonly work: () => void;
  isCalledOff: boolean;
}

function open(directory: string): { journal: Journal; counts: { storedCount: number }; deferred: Deferred[] } {
  const counts = { storedCount: 0 };
  const deferred: Deferred[] = [];
  const defer = (work: () => void, delayMs: number): (() => void) => {
    const item: Deferred = { delayMs, work, isCalledOff: false };
    deferred.push(item);
    return () => void (item.isCalledOff = true);
  };
  return { journal: createJournal({ directory, now, snapshot: () => counts, defer }), counts, deferred };
}

function storedIn(directory: string): number {
  return readCacheIndex(directory, { now }).stats.stored;
}

test("createJournal() writes some seconds after the first of many counts, once for all of them", () => {
  const directory = temporaryDirectory();
  const { journal, counts, deferred } = open(directory);
  for (let call = 0; call < 10; call += 1) {
    counts.storedCount += 1;
    journal.note();
  }
  expect(deferred).toMatchObject([{ delayMs: 5000 }]);
  expect(readdirSync(directory)).toEqual([]);
  deferred[0]?.work();
  expect(readdirSync(join(directory, "stats.d"))).toHaveLength(1);
  expect(storedIn(directory)).toBe(10);
  counts.storedCount += 1;
  journal.note();
  deferred[1]?.work();
  expect(storedIn(directory)).toBe(11);
  expect(readdirSync(join(directory, "stats.d"))).toHaveLength(2);
});

test("createJournal() writes after a thousand counts, whether the timer came or not", () => {
  const directory = temporaryDirectory();
  const { journal, counts } = open(directory);
  for (let call = 0; call < 1000; call += 1) {
    counts.storedCount += 1;
    journal.note();
  }
  expect(storedIn(directory)).toBe(1000);
});

test("createJournal() merges by itself before its segments are many", () => {
  const directory = temporaryDirectory();
  const { journal, counts, deferred } = open(directory);
  for (let round = 0; round < 40; round += 1) {
    counts.storedCount += 1;
    journal.note();
    deferred.at(-1)?.work();
    expect(readdirSync(join(directory, "stats.d")).length).toBeLessThanOrEqual(16);
  }
  expect(storedIn(directory)).toBe(40);
  expect(existsSync(join(directory, "index.json"))).toBe(true);
});

test("createJournal() keeps what it cannot write, makes no cache directory, and never throws", () => {
  const directory = join(temporaryDirectory(), "cache");
  const { journal, counts } = open(directory);
  counts.storedCount = 3;
  expect(journal.flush()).toBe(false);
  expect(existsSync(directory)).toBe(false);
  mkdirSync(directory);
  writeFileSync(join(directory, "stats.d"), "not a folder");
  expect(journal.flush()).toBe(false);
  journal.close();
  rmSync(join(directory, "stats.d"));
  counts.storedCount = 5;
  expect(journal.flush()).toBe(true);
  expect(storedIn(directory)).toBe(5);
  expect(journal.flush()).toBe(true);
  expect(readdirSync(join(directory, "stats.d"))).toHaveLength(1);
});

test("createJournal() listens for the end of the process once for all, and only while there is something to write", () => {
  const before = process.listenerCount("exit");
  const journals = Array.from({ length: 20 }, () => open(temporaryDirectory()));
  expect(process.listenerCount("exit")).toBe(before);
  for (const { journal, counts } of journals) {
    counts.storedCount = 1;
    journal.note();
  }
  expect(process.listenerCount("exit")).toBe(before + 1);
  const [first, ...others] = journals;
  first?.deferred[0]?.work();
  for (const { journal } of others) journal.close();
  expect(process.listenerCount("exit")).toBe(before);
  expect(others.every(({ deferred }) => deferred[0]?.isCalledOff)).toBe(true);
});

const built = new URL("../../dist/index.js", import.meta.url);
function runProcess(directory: string, end: string, mode: string): void {
  const script = `
    import { openAiCache } from ${JSON.stringify(built.href)};
    const cache = openAiCache({ directory: process.argv[1] });
    const compute = async () => ({ finishReason: "stop", text: "fine" });
    for (const prompt of ["a", "a", "b"]) await cache.getOrCompute({ provider: "p", model: "m", prompt }, compute, { mode: "${mode}" });
    ${end}`;
  execFileSync(process.execPath, ["--input-type=module", "-e", script, directory]);
}

test.each([
  ["ends by itself", ""],
  ["closes its cache", "cache.close();"],
  ["calls process.exit()", "process.exit(0);"],
])("the calls of a process that %s are in index.json", (_, end) => {
  const directory = join(temporaryDirectory(), "cache");
  runProcess(directory, end, "on");
  expect(readCacheIndex(directory).stats).toMatchObject({ total_calls: 3, hits: 1, misses: 2, stored: 2 });
  expect(readdirSync(join(directory, "stats.d"))).toEqual([]);
  runProcess(directory, end, "on");
  expect(readCacheIndex(directory).stats).toMatchObject({ total_calls: 6, hits: 4, hits_by_tier: { disk: 2 } });
});

test("a process that only reads leaves no statistics behind", () => {
  const directory = join(temporaryDirectory(), "cache");
  runProcess(directory, "cache.close();", "on");
  const before = readdirSync(directory).sort();
  runProcess(directory, "cache.close();", "read-only");
  runProcess(directory, "cache.close();", "replay");
  expect(readCacheIndex(directory).stats.total_calls).toBe(3);
  expect(readdirSync(directory).sort()).toEqual(before);
});
