import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../test/manual-clock.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import type { AiCache } from "../ai-cache.ts";
import { checkOptions, type AiCacheOptions } from "../cache-options.ts";
import { createDiskStore } from "../entries/disk-store.ts";
import { createCacheKey } from "../key/create-cache-key.ts";
import { createLockFile } from "../locks/lock-file.ts";
import { identifyThisProcess } from "../locks/process-identity.ts";
import { openAiCache } from "../open-ai-cache.ts";
import { createCacheCounters } from "../statistics/create-cache-counters.ts";
import { createHousekeeping } from "./create-housekeeping.ts";
import { CLEANUP_INTERVAL_MS, CLEANUP_STAMP } from "./daily-cleanup.ts";

const HOUR_MS = 60 * 60 * 1000;
const UUID = "01234567-89ab-cdef-0123-456789abcdef";

interface Opened {
  readonly cache: AiCache;
  readonly directory: string;
  readonly clock: ManualClock;
  readonly warnings: string[];
}

function open(options: Partial<AiCacheOptions> = {}, clock: ManualClock = createManualClock()): Opened {
  const directory = options.directory ?? join(temporaryDirectory(), "cache");
  const warnings: string[] = [];
  const onWarning: AiCacheOptions["onWarning"] = ({ message }) => warnings.push(message);
  return { cache: openAiCache({ now: clock.now, onWarning, ...options, directory }), directory, clock, warnings };
}

async function ask(cache: AiCache, prompt: string, text = "fine"): Promise<string> {
  const parts = { provider: "p", model: "m", prompt };
  return (await cache.getOrCompute(parts, async () => ({ finishReason: "stop", text }))).source;
}

function fileOf(directory: string, prompt: string): string {
  const key = createCacheKey({ provider: "p", model: "m", prompt });
  return join(directory, key.slice(0, 2), `${key}.json`);
}

function age(file: string, clock: ManualClock, ms: number): void {
  utimesSync(file, (clock.now() - ms) / 1000, (clock.now() - ms) / 1000);
}

/** Takes the lock of clean-ups, as another process would. */
function lockCleanups(directory: string, clock: ManualClock): void {
  createLockFile(join(directory, "cleanup.lock"), { ...identifyThisProcess(), token: randomUUID() }, clock.now());
}

/** Leaves behind what killed processes leave behind, and what never was an entry. */
function litter(directory: string, clock: ManualClock): void {
  const file = fileOf(directory, "a");
  for (const abandoned of [`${file.slice(0, -5)}.${UUID}.1.tmp`, join(directory, `index.json.${UUID}.tmp`)]) {
    writeFileSync(abandoned, "half");
    age(abandoned, clock, HOUR_MS);
  }
  const fresh = `${file.slice(0, -5)}.${UUID}.2.tmp`;
  writeFileSync(fresh, "half");
  age(fresh, clock, HOUR_MS - 1);
  const lock = join(directory, "stats.lock");
  writeFileSync(lock, "");
  age(lock, clock, HOUR_MS);
  writeFileSync(join(directory, "notes.txt"), "someone else's");
}

test("the first write of a process cleans up when the last clean-up was a day ago, and not again for a day", async () => {
  const { cache, directory, clock } = open({ ttlMs: 48 * HOUR_MS });
  await ask(cache, "a");
  await ask(cache, "old");
  await ask(cache, "b");
  expect(cache.stats().cleanupCount).toBe(1);
  clock.advance(CLEANUP_INTERVAL_MS - 1);
  litter(directory, clock);
  const sameDay = open({ directory, ttlMs: 48 * HOUR_MS }, clock).cache;
  await ask(sameDay, "c");
  expect(sameDay.stats().cleanupCount).toBe(0);
  expect(sameDay.verify().temporaryFiles).toHaveLength(3);
  age(fileOf(directory, "old"), clock, 49 * HOUR_MS);
  clock.advance(1);
  const nextDay = open({ directory, ttlMs: 48 * HOUR_MS }, clock).cache;
  await ask(nextDay, "d");
  expect(nextDay.stats()).toMatchObject({ cleanupCount: 1, evictedCount: 1 });
  expect(nextDay.verify()).toMatchObject({ locks: [], unknown: [{ path: "notes.txt" }], checkedCount: 4 });
  expect(existsSync(fileOf(directory, "old"))).toBe(false);
  cache.close();
  expect(nextDay.totals().stats.cleanup_runs).toBe(2);
});

test("a process that runs for days cleans up each day", async () => {
  const { cache, clock } = open();
  for (let day = 0; day < 4; day += 1) {
    await ask(cache, `day ${day}`);
    await ask(cache, `day ${day}, later`);
    clock.advance(CLEANUP_INTERVAL_MS);
  }
  expect(cache.stats().cleanupCount).toBe(4);
});

test("a look at the cache cleans nothing up", async () => {
  const { cache, directory, clock } = open({ ttlMs: 480 * HOUR_MS });
  await ask(cache, "a");
  clock.advance(2 * CLEANUP_INTERVAL_MS);
  const reader = open({ directory, ttlMs: 480 * HOUR_MS }, clock).cache;
  expect(await ask(reader, "a")).toBe("disk");
  expect(reader.stats().cleanupCount).toBe(0);
});

test("a clean-up is not done twice at the same time", async () => {
  const { cache, directory, clock } = open();
  await ask(cache, "a");
  clock.advance(CLEANUP_INTERVAL_MS);
  const other = open({ directory }, clock);
  lockCleanups(directory, clock);
  await ask(other.cache, "b");
  expect(other.cache.stats()).toMatchObject({ cleanupCount: 0, storedCount: 1 });
  expect(other.warnings).toEqual([]);
});

test("a stamp from a clock that was years ahead does not end clean-ups, and entries of that time are not deleted for it", async () => {
  const clock = createManualClock();
  clock.advance(3000 * 24 * HOUR_MS);
  const { cache, directory } = open({}, clock);
  await ask(cache, "ahead");
  await ask(open({ directory }, clock).cache, "ahead too");
  const stamped = statSync(join(directory, CLEANUP_STAMP)).mtimeMs;
  clock.advance(-3000 * 24 * HOUR_MS);
  const right = open({ directory }, clock).cache;
  expect(await ask(right, "b")).toBe("computed");
  expect(right.stats()).toMatchObject({ cleanupCount: 1, evictedCount: 0 });
  expect(statSync(join(directory, CLEANUP_STAMP)).mtimeMs).toBeLessThan(stamped);
  expect(await ask(right, "ahead")).toBe("computed");
  expect(right.stats().misses).toMatchObject({ absent: 1, "from-the-future": 1 });
  expect(right.verify().checkedCount).toBe(3);
});

test("cleanup() removes damaged and misplaced entries and leaves those of a newer format", async () => {
  const { cache, directory, clock } = open();
  for (const prompt of ["a", "b", "c", "d", "e"]) await ask(cache, prompt);
  litter(directory, clock);
  truncateSync(fileOf(directory, "a"), 0);
  writeFileSync(fileOf(directory, "b"), readFileSync(fileOf(directory, "b"), "utf8").replace("fine", "fire"));
  writeFileSync(fileOf(directory, "c"), '{"formatVersion":99,"checksum":');
  for (const prompt of ["a", "b", "c"]) age(fileOf(directory, prompt), clock, 0);
  const key = createCacheKey({ provider: "p", model: "m", prompt: "d" });
  writeFileSync(join(directory, `${key}.json`), readFileSync(fileOf(directory, "d")));
  expect(cache.cleanup()).toMatchObject({
    damagedCount: 2,
    evictedCount: 0,
    misplacedCount: 1,
    temporaryFileCount: 2,
    lockFileCount: 1,
    keptCount: 3,
  });
  expect(cache.verify()).toMatchObject({
    checkedCount: 3,
    damaged: [{ reason: "newer-format" }],
    misplaced: [],
    temporaryFiles: [{ ageMs: HOUR_MS - 1 }],
    unknown: [{ path: "notes.txt" }],
  });
  expect(cache.totals().stats).toMatchObject({ cleanup_runs: 2, damaged_removed: 2, entries: 3 });
});

test("cleanup() does nothing where there is nothing, and makes no directory", () => {
  const { cache, directory, warnings } = open();
  expect(cache.cleanup()).toMatchObject({ evictedCount: 0, keptCount: 0, keptBytes: 0 });
  expect(existsSync(directory)).toBe(false);
  expect(warnings).toEqual([]);
});

test("the directory is not listed by a process that finds it counted and with room", async () => {
  const { cache, directory, clock } = open();
  await ask(cache, "a");
  await ask(open({ directory }, clock).cache, "b");
  // An entry that nobody has counted shows whether somebody does.
  writeFileSync(join(directory, "size.log"), "counted 0\n");
  await ask(open({ directory }, clock).cache, "c");
  expect(readFileSync(join(directory, "size.log"), "utf8")).toMatch(/^counted 0\n\d+\n$/);
});

test("createHousekeeping() refuses a write to a full directory where another process makes room for too long", () => {
  const directory = temporaryDirectory();
  const clock = createManualClock();
  const options = checkOptions({ directory, maxBytes: 2000, now: clock.now });
  let pausedMs = 0;
  const housekeeping = createHousekeeping({
    options,
    disk: createDiskStore(directory, 2000),
    counters: createCacheCounters(),
    warn: () => undefined,
    forget: () => undefined,
    deleteAbandonedLocks: () => 0,
    pause: (ms) => void (pausedMs += ms),
  });
  lockCleanups(directory, clock);
  writeFileSync(join(directory, "size.log"), "counted 1000\n");
  housekeeping.beforeWrite(900);
  expect(pausedMs).toBe(0);
  for (let write = 0; write < 3; write += 1) expect(() => housekeeping.beforeWrite(900)).toThrow("making room");
  // It waits once, not with every write.
  expect(pausedMs).toBe(1000);
  rmSync(join(directory, "cleanup.lock"));
  housekeeping.beforeWrite(900);
  lockCleanups(directory, clock);
  writeFileSync(join(directory, "size.log"), "counted 3000\n");
  expect(() => housekeeping.beforeWrite(900)).toThrow("making room");
  expect(pausedMs).toBe(2000);
});

test("a full directory that another process empties takes no more meanwhile; memory goes on", async () => {
  const { cache, directory, clock, warnings } = open({ maxBytes: 2000 });
  await ask(cache, "early");
  writeFileSync(join(directory, "size.log"), "counted 3000\n");
  lockCleanups(directory, clock);
  const sources: string[] = [];
  for (const prompt of ["a", "b", "a", "b"]) sources.push(await ask(cache, prompt));
  expect(sources).toEqual(["computed", "computed", "memory", "memory"]);
  expect(cache.verify().checkedCount).toBe(1);
  expect(warnings).toEqual([expect.stringContaining("another process has been making room for too long")]);
});

test("clear() leaves nothing of its own but the file that keeps the directory out of git", async () => {
  const { cache, directory, clock } = open();
  for (const prompt of ["a", "b"]) await ask(cache, prompt);
  cache.totals();
  cache.cleanup();
  litter(directory, clock);
  mkdirSync(join(directory, "folder"));
  expect(cache.clear()).toBe(2);
  const left = readdirSync(directory).filter((name) => !/^[0-9a-f]{2}$/.test(name));
  expect(left.sort()).toEqual([".gitignore", "folder", "notes.txt"]);
  expect(cache.totals().stats).toMatchObject({ total_calls: 0, stored: 0, entries: 0 });
  await ask(cache, "a");
  expect(cache.totals().stats).toMatchObject({ total_calls: 1, stored: 1, entries: 1 });
});

test("totals() are those of all processes, also after the directory was closed to writing processes", async () => {
  const { cache, directory, clock } = open();
  for (const prompt of ["a", "a", "b"]) await ask(cache, prompt);
  const other = open({ directory }, clock).cache;
  await ask(other, "a");
  other.close();
  clock.advance(1000);
  const index = cache.totals();
  expect(index).toMatchObject({
    version: 1,
    updated: new Date(clock.now()).toISOString(),
    stats: {
      total_calls: 4,
      hits: 2,
      hits_by_tier: { memory: 1, disk: 1 },
      misses: 2,
      misses_by_reason: { absent: 2 },
      hit_rate: 0.5,
      entries: 2,
      oldest_entry: new Date(clock.now() - 1000).toISOString(),
    },
  });
  const { state, ...published } = JSON.parse(readFileSync(join(directory, "index.json"), "utf8")) as Record<
    string,
    unknown
  >;
  expect(published).toEqual(index);
  expect(state).toBeDefined();
});
