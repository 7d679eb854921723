import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEFAULT_RETENTION } from "../config/normalise-retention.ts";
import { cleanRuns, hasTooManyRuns } from "./clean-runs.ts";

const NOW_MS = Date.UTC(2026, 0, 31);
const SIZES = path.join("cache", "log-sizes.json");
let state = "";
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), "runs-"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

/** The id of a run of a day of January 2026. */
const idOf = (day: number, hour = 0): string =>
  `202601${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}0000Z-abcdef`;

/** Leaves the record of a run, and a log of so many bytes. */
function leave(id: string, logBytes = 10): void {
  const steps = path.join(state, "logs", id, "steps");
  mkdirSync(steps, { recursive: true });
  writeFileSync(path.join(steps, "a.log"), "");
  truncateSync(path.join(steps, "a.log"), logBytes);
  mkdirSync(path.join(state, "runs", id), { recursive: true });
  writeFileSync(path.join(state, "runs", id, "run.json"), "{}\n");
}

const clean = (options: Partial<Parameters<typeof cleanRuns>[1]> = {}): ReturnType<typeof cleanRuns> =>
  cleanRuns(state, { limits: DEFAULT_RETENTION, nowMs: NOW_MS, held: [], ...options });

const kept = (kind: "runs" | "logs"): readonly string[] => readdirSync(path.join(state, kind)).sort();

test("the oldest runs go with record and logs, and nothing that is no run is removed", () => {
  for (const day of [1, 2, 3, 4]) leave(idOf(day));
  mkdirSync(path.join(state, "logs", "mine"));
  symlinkSync(idOf(4), path.join(state, "logs", "latest"));
  const cleaned = clean({ limits: { ...DEFAULT_RETENTION, runs: 2 } });
  expect(cleaned).toEqual({
    removedRuns: [idOf(1), idOf(2)],
    removedLogs: [],
    keptCount: 2,
    freedBytes: 2 * (10 + 3),
    keptLogBytes: 20,
  });
  expect(kept("runs")).toEqual([idOf(3), idOf(4)]);
  expect(kept("logs")).toEqual([idOf(3), idOf(4), "latest", "mine"]);
});

test("runs that are too old go, but for the latest and those that are held", () => {
  for (const day of [1, 2, 3]) leave(idOf(day));
  const maxAgeMs = 86_400_000;
  expect(clean({ limits: { ...DEFAULT_RETENTION, maxAgeMs }, held: [idOf(1)] }).removedRuns).toEqual([idOf(2)]);
  leave(idOf(30, 12));
  expect(clean({ limits: { ...DEFAULT_RETENTION, maxAgeMs } }).removedRuns).toEqual([idOf(1), idOf(3)]);
});

test("logs go before records when they take too much, and are measured once", () => {
  for (const day of [1, 2, 3]) leave(idOf(day), 100);
  const limits = { ...DEFAULT_RETENTION, maxLogBytes: 250 };
  expect(clean({ limits })).toMatchObject({ removedRuns: [], removedLogs: [idOf(1)], freedBytes: 100 });
  expect(kept("runs")).toHaveLength(3);
  expect(kept("logs")).toEqual([idOf(2), idOf(3)]);
  expect(JSON.parse(readFileSync(path.join(state, SIZES), "utf8"))).toEqual({ [idOf(2)]: 100, [idOf(3)]: 100 });
  // A run that is over writes no more: its size is what it was.
  truncateSync(path.join(state, "logs", idOf(2), "steps", "a.log"), 5_000);
  expect(clean({ limits }).removedLogs).toEqual([]);
  rmSync(path.join(state, SIZES));
  expect(clean({ limits }).removedLogs).toEqual([idOf(2)]);
});

test.each([["not JSON"], ["null"], ['{"a":-1,"b":"x"}'], ["[]"]])("sizes that are %s are measured anew", (text) => {
  for (const day of [1, 2]) leave(idOf(day), 100);
  mkdirSync(path.join(state, "cache"));
  writeFileSync(path.join(state, SIZES), text);
  expect(clean({ limits: { ...DEFAULT_RETENTION, maxLogBytes: 150 } }).removedLogs).toEqual([idOf(1)]);
});

test("runs go also where the sizes cannot be kept", () => {
  for (const day of [1, 2]) leave(idOf(day));
  writeFileSync(path.join(state, "cache"), "no folder");
  expect(clean({ limits: { ...DEFAULT_RETENTION, runs: 1 } })).toMatchObject({ removedRuns: [idOf(1)] });
  expect(kept("runs")).toEqual([idOf(2)]);
});

test("a dry run removes nothing and says what would go", () => {
  for (const day of [1, 2, 3]) leave(idOf(day));
  const limits = { ...DEFAULT_RETENTION, runs: 2, maxLogBytes: 10 };
  const planned = clean({ limits, dryRun: true });
  expect(planned).toMatchObject({ removedRuns: [idOf(1)], removedLogs: [idOf(2)] });
  expect(kept("logs")).toHaveLength(3);
  expect(existsSync(path.join(state, SIZES))).toBe(false);
  expect(clean({ limits })).toEqual(planned);
});

test("what is behind a link is neither measured nor removed", () => {
  const outside = mkdtempSync(path.join(tmpdir(), "outside-"));
  try {
    writeFileSync(path.join(outside, "kept"), "x".repeat(500));
    leave(idOf(5), 0);
    symlinkSync(outside, path.join(state, "logs", idOf(1)));
    symlinkSync(outside, path.join(state, "logs", idOf(5), "link"));
    const cleaned = clean({ limits: { ...DEFAULT_RETENTION, runs: 1 } });
    expect(cleaned).toMatchObject({ removedRuns: [idOf(1)], freedBytes: 0, keptLogBytes: 0 });
    expect(readdirSync(outside)).toEqual(["kept"]);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});

test("without any run there is nothing to do", () => {
  expect(clean()).toMatchObject({ removedRuns: [], keptCount: 0, freedBytes: 0 });
  expect(hasTooManyRuns(state, { runs: 1 })).toBe(false);
});

test("a run without work tolerates some runs more, so that not each of them removes one", () => {
  for (let hour = 0; hour < 17; hour++) leave(idOf(1, hour));
  expect(hasTooManyRuns(state, { runs: 1 })).toBe(false);
  leave(idOf(1, 17));
  expect(hasTooManyRuns(state, { runs: 1 })).toBe(true);
  expect(hasTooManyRuns(state, { runs: 9 })).toBe(false);
});
