import fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalHead } from "../journal/run-journal.ts";
import { createJournalEvents } from "./journal-events.ts";

const RUN = "20260101T000000Z-aaaaaa";
const decision = { action: "run", reason: "forced", explanation: "forced", kind: "shell", stage: "core" } as const;
const head: JournalHead = {
  version: 1,
  runId: RUN,
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
  ],
  decided: [],
  resumed: [],
  maxParallel: 3,
};
const read = (lines: readonly unknown[]): readonly unknown[] => {
  const events = createJournalEvents(RUN, "/state");
  return lines.flatMap((line) => events.read(typeof line === "string" ? line : JSON.stringify(line)));
};

test("a journal is read as what its run told", () => {
  const eta = { type: "eta", atMs: 7, expectedMs: 50, overdue: ["a", "gone"] };
  const gate = { type: "gate", atMs: 9, stageId: "core", open: true, reason: "all passed" };
  expect(
    read([
      head,
      { started: "a", attempt: 2, ahead: true, expectedMs: 40, atMs: 5 },
      { told: eta, atMs: 7 },
      { told: gate, atMs: 9 },
    ]),
  ).toMatchObject([
    { type: "decided", runId: RUN, stateDirectory: "/state", maxParallel: 3 },
    {
      type: "step-started",
      stepId: "a",
      attempt: 2,
      ahead: true,
      stage: "core",
      expectedMs: 40,
      log: `logs/${RUN}/steps/a.log`,
    },
    { ...eta, overdue: ["a"] },
    gate,
  ]);
});

test.each([
  ["another run's", { ...head, runId: "20260101T000000Z-bbbbbb" }],
  ["one with names that write to a terminal", { ...head, decisions: [{ ...decision, stepId: "a\u001b[2J" }] }],
  ["one with an outcome that there is not", { ...head, decided: [{ id: "a", outcome: "perfect" }] }],
])("a journal that is %s tells nothing", (_, other) => {
  expect(read([other, { started: "a", attempt: 1, atMs: 1 }])).toEqual([]);
});

test("whatever stands behind the first line, nothing is thrown, and only steps of the run are told of", () => {
  const entry = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ started: fc.constantFrom("a", "b", "c", "__proto__"), attempt: fc.anything(), atMs: fc.integer() }),
    fc.record({ ended: fc.record({ id: fc.constantFrom("a", "c"), outcome: fc.string() }), atMs: fc.integer() }),
    fc.record({
      told: fc.record({ type: fc.constantFrom("eta", "gate", "finished"), overdue: fc.anything() }),
      atMs: fc.integer(),
    }),
  );
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      for (const event of read([head, ...entries]) as readonly {
        readonly type: string;
        readonly stepId?: string;
        readonly attempt?: unknown;
      }[]) {
        expect(["decided", "step-started", "eta", "gate"]).toContain(event.type);
        if (event.type !== "step-started") continue;
        expect(["a", "b"]).toContain(event.stepId);
        expect(event.attempt).toBeTypeOf("number");
      }
    }),
  );
});
