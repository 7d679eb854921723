import type { RunRecord } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import { formatRunLog } from "./format-run-log.ts";

test("steps and questions to models stand in the order in which they ended, with fields that awk can rank", () => {
  const step = {
    kind: "ai",
    decision: { action: "run", reason: "relevant-change", explanation: "" },
    attempts: 1,
    waits: [],
    findings: [],
  } as const;
  const record = {
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:09.000Z",
    runId: "r",
    durationMs: 9_000,
    status: "passed",
    steps: [{ ...step, id: "review", outcome: "passed", finishedMs: 5_000, durationMs: 4_900.4 }],
    spans: [
      {
        id: 1,
        name: "ai_call",
        step: "review",
        startMs: 100,
        endMs: 4_100,
        attributes: { cache: "miss", tokens: 1234 },
      },
      {
        id: 2,
        name: "ai_call",
        step: "review",
        startMs: 4_200,
        endMs: 4_200.6,
        attributes: { cache: "hit", tokens: 0 },
      },
      { id: 3, name: "attempt", step: "review", startMs: 0, endMs: 5_000 },
    ],
    notices: [{ code: "c", message: "two\nlines" }],
  } as unknown as RunRecord;
  const lines = formatRunLog(record).split("\n");
  expect(lines).toEqual([
    "2026-01-01T00:00:04.100Z AI_CALL review 4000 miss 1234",
    "2026-01-01T00:00:04.200Z AI_CALL review 1 hit 0",
    "2026-01-01T00:00:05.000Z STEP review 4900 passed relevant-change",
    '2026-01-01T00:00:09.000Z NOTICE c "two\\nlines"',
    "2026-01-01T00:00:09.000Z RUN r 9000 passed",
    "",
  ]);
});
