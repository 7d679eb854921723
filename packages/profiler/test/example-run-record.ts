import type { RunRecord, StepRecord } from "../src/run-record.ts";

const passed = (id: string, startedMs: number, durationMs: number): StepRecord => ({
  id,
  kind: "shell",
  decision: { action: "run", reason: "relevant-change", explanation: "src/a.ts changed" },
  outcome: "passed",
  startedMs,
  finishedMs: startedMs + durationMs,
  durationMs,
  attempts: 1,
  exitCode: 0,
  waits: [],
  findings: [],
});

/** A step that passed. */
export const exampleStep: StepRecord = passed("code_review", 100, 12_400);

/** A step that was skipped. */
export const exampleSkippedStep: StepRecord = {
  id: "documentation_updates",
  kind: "module",
  decision: { action: "skip", reason: "no-relevant-change", explanation: "no document changed" },
  outcome: "skipped",
  durationMs: 0,
  attempts: 0,
  waits: [],
  findings: [],
};

/** A run of three steps, one of them skipped, as the engine would record it. */
export const exampleRunRecord: RunRecord = {
  schema: "ai-workflow/run-record",
  version: 1,
  runId: "20261123-1",
  workflowId: "shop",
  toolVersion: "1.0.0",
  startedAt: "2026-11-23T10:00:00.000Z",
  finishedAt: "2026-11-23T10:00:13.000Z",
  durationMs: 13_000,
  status: "passed",
  optimizations: { smartExecution: true, parallelExecution: true, multiStage: false, mlOptimize: true },
  environment: {
    platform: "linux",
    arch: "x64",
    nodeVersion: "24.11.0",
    cpuModel: "Example CPU",
    cpuCount: 4,
    memoryBytes: 8 * 1024 ** 3,
    loadAverage1m: 1,
    ci: false,
  },
  changeSet: {
    known: true,
    base: { oid: "b".repeat(40), ref: "main", how: "merge-base" },
    headOid: "a".repeat(40),
    total: 1,
    changes: [{ path: "src/a.ts", status: "modified", category: "code", rule: "src/**" }],
    categories: { code: 1 },
  },
  steps: [
    exampleStep,
    {
      ...passed("lint", 200, 1500),
      waits: [{ cause: "slot", on: "slot", fromMs: 100, toMs: 200 }],
      findings: [{ rule: "semi", severity: "warning", message: "Missing semicolon", file: "src/a.ts", line: 3 }],
    },
    exampleSkippedStep,
  ],
  stages: [],
  saved: { replayedMs: 0, skippedMs: 2000, parallelMs: 1400 },
  spans: [
    { id: 1, name: "startup", startMs: 0, endMs: 90 },
    { id: 2, name: "setup", step: "code_review", startMs: 100, endMs: 3300 },
    { id: 3, parentId: 2, name: "git_operations", step: "code_review", startMs: 200, endMs: 1200 },
    {
      id: 4,
      name: "ai_call",
      step: "code_review",
      startMs: 3300,
      endMs: 12_300,
      attributes: { cache: "miss", tokens: 1200 },
    },
  ],
  notices: [],
};
