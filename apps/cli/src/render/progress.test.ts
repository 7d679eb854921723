import type { RunEvent } from "@ai-workflow/engine";
import { expect, test } from "vitest";
import { renderProgress } from "./progress.ts";
import { createStyle } from "./style.ts";

type Decided = Extract<RunEvent, { readonly type: "decided" }>;

const decided = (counts: Readonly<Record<"run" | "replay" | "skip", number>>): Decided => ({
  type: "decided",
  atMs: 0,
  runId: "20260101T000000Z-000000",
  stateDirectory: ".workflow",
  maxParallel: 2,
  decisions: Object.entries(counts).flatMap(([action, count]) =>
    Array.from({ length: count }, (_, index) => ({
      stepId: `${action}-${index}`,
      action: action as Decided["decisions"][number]["action"],
      reason: "no-relevant-change" as const,
      explanation: "nothing changed",
    })),
  ),
});

test.each([
  [{ run: 3, replay: 0, skip: 0 }, "3 to run (2 at a time)"],
  [{ run: 1, replay: 2, skip: 20 }, "1 to run (2 at a time), 2 to replay, 20 to skip"],
  [{ run: 1, replay: 0, skip: 1 }, "1 to run (2 at a time), 1 to skip"],
  [{ run: 0, replay: 0, skip: 23 }, "nothing to run, 23 to skip"],
  [{ run: 0, replay: 4, skip: 1 }, "nothing to run, 4 to replay, 1 to skip"],
  [{ run: 0, replay: 0, skip: 0 }, "nothing to run"],
])("of %j a run says at its beginning: %s", (counts, line) => {
  expect(renderProgress(decided(counts), createStyle(false, {}), false)).toBe(line);
});
