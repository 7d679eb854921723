import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StepRecord } from "@ai-workflow/profiler";
import { parseRunRecord } from "@ai-workflow/profiler";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readJournal } from "./read-journal.ts";
import { recoverRun } from "./recover-run.ts";
import { openRunJournal, type JournalHead } from "./run-journal.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "journal-"));
  file = path.join(folder, "journal.jsonl");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const decision = { action: "run", reason: "forced", explanation: "forced", kind: "shell", stage: undefined } as const;
function undecided(id: string, outcome: StepRecord["outcome"]): StepRecord {
  return { id, kind: "shell", decision, outcome, durationMs: 0, attempts: 0, waits: [], findings: [] };
}

const head: JournalHead = {
  version: 1,
  runId: "20260101T000000Z-aaaaaa",
  workflowId: "w",
  toolVersion: "1",
  startedAt: "2026-01-01T00:00:00.000Z",
  optimizations: { smartExecution: true, parallelExecution: true, multiStage: true, mlOptimize: true },
  environment: {
    platform: "linux",
    arch: "x64",
    nodeVersion: "v24.0.0",
    cpuModel: "c",
    cpuCount: 2,
    memoryBytes: 1,
    loadAverage1m: 0,
    ci: false,
  },
  changeSet: { known: false, code: "c", message: "m", remedy: "r" },
  decisions: [
    { ...decision, stepId: "a", fingerprint: "fa" },
    { ...decision, stepId: "b", fingerprint: "fb" },
    { ...decision, stepId: "c", action: "skip", reason: "no-relevant-change", fingerprint: "fc" },
    { ...decision, stepId: "d", action: "replay", reason: "resumed", fingerprint: "fd" },
  ],
  decided: [undecided("c", "skipped"), undecided("d", "replayed")],
  resumed: [
    { stepId: "d", fingerprint: "fd", runId: "earlier", at: "2025-12-31T00:00:00.000Z", durationMs: 3, findings: [] },
  ],
};

const ended: StepRecord = {
  id: "a",
  kind: "shell",
  decision,
  outcome: "passed",
  fingerprint: "fa",
  startedMs: 5,
  finishedMs: 50,
  durationMs: 45,
  attempts: 1,
  waits: [],
  findings: [],
};

function writeAll(): void {
  const journal = openRunJournal(file, head, (message) => expect.fail(message));
  journal.append({ started: "a", attempt: 1, atMs: 5 });
  journal.append({ ended, atMs: 50 });
  journal.append({ started: "b", attempt: 2, atMs: 60 });
}

test("what was running when a run was killed is cancelled, with a span that has no end", () => {
  writeAll();
  const journal = readJournal(file);
  const recovered = journal === undefined ? undefined : recoverRun(journal);
  expect(recovered?.record.steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    "a passed",
    "b cancelled",
    "c skipped",
    "d replayed",
  ]);
  expect(recovered?.record).toMatchObject({
    status: "cancelled",
    durationMs: 60,
    finishedAt: "2026-01-01T00:00:00.060Z",
  });
  expect(recovered?.record.spans).toEqual([
    { id: 1, name: "attempt", step: "b", startMs: 60, attributes: { attempt: 2 } },
  ]);
  expect([...(recovered?.passed ?? [])]).toEqual([
    // Taken over once more: it may be killed over and over.
    ["d", expect.objectContaining({ runId: "earlier" })],
    [
      "a",
      expect.objectContaining({ stepId: "a", fingerprint: "fa", runId: head.runId, at: "2026-01-01T00:00:00.050Z" }),
    ],
  ]);
});

test("cut off at any byte, it gives either nothing or a record that can be read, and never a pass that was not", () => {
  writeAll();
  const whole = readFileSync(file);
  const firstLine = whole.indexOf("\n");
  for (let length = 0; length <= whole.length; length += 1) {
    writeFileSync(file, whole.subarray(0, length));
    const journal = readJournal(file);
    // The last line counts once all of it is there, with or without its line end.
    if (length < firstLine) expect(journal).toBeUndefined();
    if (journal === undefined) continue;
    const { record, passed } = recoverRun(journal);
    expect(parseRunRecord(JSON.stringify(record))).toMatchObject({ ok: true });
    expect(passed.has("b")).toBe(false);
    expect(passed.has("a")).toBe(record.steps[0]?.outcome === "passed");
  }
});

test.each([
  "",
  "{}",
  '{"version":2}',
  "[]",
  "\0\0",
  '{"version":1,"runId":"x","startedAt":"soon","decisions":[],"decided":[],"resumed":[],"environment":{}}',
])("%j is no journal", (text) => {
  writeFileSync(file, text);
  expect(readJournal(file)).toBeUndefined();
});

test("a run that ends well leaves none", () => {
  const journal = openRunJournal(file, head, (message) => expect.fail(message));
  journal.close();
  expect(readJournal(file)).toBeUndefined();
});

test("where it cannot be written that is told once, and nothing else happens", () => {
  const told: string[] = [];
  const journal = openRunJournal(path.join(folder, "no", "journal"), head, (message) => told.push(message));
  journal.append({ started: "a", attempt: 1, atMs: 5 });
  journal.close();
  expect(told).toEqual([expect.stringContaining("ENOENT")]);
});
