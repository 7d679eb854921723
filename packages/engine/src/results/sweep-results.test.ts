import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBlobStore } from "../outputs/blob-store.ts";
import { captureOutputs } from "../outputs/capture-outputs.ts";
import { createResultStore } from "./result-store.ts";
import { DEFAULT_RETENTION } from "../config/normalise-retention.ts";
import type { ResultLimits } from "./choose-results-to-drop.ts";
import { cleanResults, sweepResults } from "./sweep-results.ts";

const NOW_MS = Date.UTC(2026, 0, 31);
const DAY_MS = 86_400_000;
const LIMITS: ResultLimits = {
  maxCount: DEFAULT_RETENTION.results,
  maxBytes: DEFAULT_RETENTION.maxResultBytes,
  maxAgeMs: DEFAULT_RETENTION.maxAgeMs,
};
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sweep-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stores a success with a log of one kilobyte, so many days ago. */
function store(fingerprint: string, ageDays: number): void {
  const log = path.join(folder, "step.log");
  writeFileSync(log, "x".repeat(1_024));
  const at = new Date(NOW_MS - ageDays * DAY_MS);
  const success = { stepId: "a", fingerprint, runId: "r", at: at.toISOString(), durationMs: 1, findings: [] };
  createResultStore(folder).put(success, log);
  for (const extension of [".json", ".log"]) {
    utimesSync(path.join(folder, fingerprint.slice(0, 2), fingerprint + extension), at, at);
  }
}

const sweep = (options: Partial<Parameters<typeof sweepResults>[1]> = {}): void =>
  sweepResults(folder, { nowMs: NOW_MS, addedBytes: 0, limits: LIMITS, ...options });

const isStored = (fingerprint: string): boolean => createResultStore(folder).find(fingerprint) !== undefined;

test("results that are too old go with their logs, the others stay", () => {
  store("aa1", 31);
  store("aa2", 29);
  sweep();
  expect([isStored("aa1"), isStored("aa2")]).toEqual([false, true]);
  expect(existsSync(path.join(folder, "aa", "aa1.log"))).toBe(false);
});

test("the oldest go when the store takes too much", () => {
  for (const age of [3, 2, 1]) store(`bb${age}`, age);
  sweep({ limits: { ...LIMITS, maxBytes: 3_000 } });
  expect([isStored("bb3"), isStored("bb2"), isStored("bb1")]).toEqual([false, true, true]);
});

test("the store is looked through once a day, and also after the clock was set back", () => {
  mkdirSync(folder, { recursive: true });
  sweep();
  store("cc1", 40);
  sweep({ nowMs: NOW_MS + DAY_MS - 1 });
  expect(isStored("cc1")).toBe(true);
  sweep({ nowMs: NOW_MS + DAY_MS });
  expect(isStored("cc1")).toBe(false);
});

test("contents that no stored success needs go, and outputs count for what a success takes", () => {
  const target = path.join(folder, "target");
  mkdirSync(path.join(target, "dist"), { recursive: true });
  const blobs = createBlobStore(path.join(folder, "blobs"));
  const put = (fingerprint: string, ageDays: number, text: string): string => {
    writeFileSync(path.join(target, "dist/a.txt"), text);
    const captured = captureOutputs(target, ["dist/"], blobs);
    if (!captured.captured) throw new Error(captured.because);
    const at = new Date(NOW_MS - ageDays * DAY_MS);
    const success = { stepId: "a", fingerprint, runId: "r", at: at.toISOString(), durationMs: 1, findings: [] };
    createResultStore(folder).put({ ...success, outputs: captured.manifest }, undefined);
    utimesSync(path.join(folder, fingerprint.slice(0, 2), `${fingerprint}.json`), at, at);
    const [entry] = captured.manifest.entries;
    return entry?.kind === "file" ? entry.sha256 : "";
  };
  const shared = "s".repeat(10_000);
  const old = put("cc1", 31, "old");
  const kept = put("cc2", 1, shared);
  put("cc3", 2, shared);
  sweep({ limits: { ...LIMITS, maxBytes: 15_000 } });
  expect(["cc1", "cc2", "cc3"].map(isStored)).toEqual([false, true, false]);
  expect([blobs.has(old), blobs.has(kept)]).toEqual([false, true]);
});

test("the store is looked through the same day when a tenth of its limit was added meanwhile, also by several runs", () => {
  const limits = { ...LIMITS, maxBytes: 10_000 };
  mkdirSync(folder, { recursive: true });
  sweep({ limits });
  store("dd1", 40);
  sweep({ limits, addedBytes: 600 });
  sweep({ limits, addedBytes: 400 });
  expect(isStored("dd1")).toBe(true);
  sweep({ limits, addedBytes: 1 });
  expect(isStored("dd1")).toBe(false);
  store("dd2", 40);
  sweep({ limits, addedBytes: 1_000 });
  expect(isStored("dd2")).toBe(true);
});

test("what would go is counted without removing it, and is what goes", () => {
  store("ee1", 40);
  store("ee2", 1);
  const options = { nowMs: NOW_MS, limits: LIMITS };
  const planned = cleanResults(folder, { ...options, dryRun: true });
  expect(isStored("ee1")).toBe(true);
  expect(planned).toMatchObject({ removedCount: 1, keptCount: 1, removedBlobCount: 0 });
  expect(planned.freedBytes).toBeGreaterThan(1_024);
  expect(cleanResults(folder, options)).toEqual(planned);
  expect([isStored("ee1"), isStored("ee2")]).toEqual([false, true]);
  expect(cleanResults(folder, options)).toEqual({ ...planned, removedCount: 0, freedBytes: 0 });
});
