import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBlobStore } from "../outputs/blob-store.ts";
import { captureOutputs } from "../outputs/capture-outputs.ts";
import { createResultStore } from "./result-store.ts";
import { sweepResults } from "./sweep-results.ts";

const NOW_MS = Date.UTC(2026, 0, 31);
const DAY_MS = 86_400_000;
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

const isStored = (fingerprint: string): boolean => createResultStore(folder).find(fingerprint) !== undefined;

test("results that are too old go with their logs, the others stay", () => {
  store("aa1", 31);
  store("aa2", 29);
  sweepResults(folder, NOW_MS);
  expect([isStored("aa1"), isStored("aa2")]).toEqual([false, true]);
  expect(existsSync(path.join(folder, "aa", "aa1.log"))).toBe(false);
});

test("the oldest go when the store takes too much", () => {
  for (const age of [3, 2, 1]) store(`bb${age}`, age);
  sweepResults(folder, NOW_MS, { maxBytes: 3_000, maxAgeMs: 30 * DAY_MS });
  expect([isStored("bb3"), isStored("bb2"), isStored("bb1")]).toEqual([false, true, true]);
});

test("the store is looked through once a day, and also after the clock was set back", () => {
  mkdirSync(folder, { recursive: true });
  sweepResults(folder, NOW_MS);
  const marker = path.join(folder, ".swept");
  utimesSync(marker, new Date(NOW_MS), new Date(NOW_MS));
  store("cc1", 40);
  sweepResults(folder, NOW_MS + DAY_MS - 1);
  expect(isStored("cc1")).toBe(true);
  sweepResults(folder, NOW_MS + DAY_MS);
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
  sweepResults(folder, NOW_MS, { maxBytes: 15_000, maxAgeMs: 30 * DAY_MS });
  expect(["cc1", "cc2", "cc3"].map(isStored)).toEqual([false, true, false]);
  expect([blobs.has(old), blobs.has(kept)]).toEqual([false, true]);
});
