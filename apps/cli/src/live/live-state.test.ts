import type { RunEvent } from "@ai-workflow/engine";
import { describe, expect, test } from "vitest";
import { afterEvent, NOTHING_YET, type LiveState } from "./live-state.ts";

const started = (stepId: string, atMs: number, stage?: string): RunEvent => ({
  type: "step-started",
  atMs,
  stepId,
  attempt: 1,
  ahead: false,
  log: "log",
  stage,
  expectedMs: 1_000,
});
const finished = (id: string, outcome: string): RunEvent =>
  ({ type: "step-finished", atMs: 0, step: { id, outcome } }) as unknown as RunEvent;
const eta = (atMs: number, expectedMs: number): RunEvent => ({
  type: "eta",
  atMs,
  expectedMs,
  upperMs: undefined,
  overdue: [],
});
const after = (...events: readonly RunEvent[]): LiveState => events.reduce(afterEvent, NOTHING_YET);

describe("afterEvent()", () => {
  test("knows what runs, what has ended and what did not pass", () => {
    const state = after(started("a", 10, "core"), started("b", 20), finished("a", "failed"), finished("c", "replayed"));
    expect(state).toMatchObject({ ended: 1, wrong: 1, stage: "core" });
    expect(state.running).toEqual([{ id: "b", startedMs: 20, expectedMs: 1_000 }]);
    // Another attempt of the same step is the same step.
    expect(after(started("a", 10), started("a", 30)).running).toEqual([{ id: "a", startedMs: 30, expectedMs: 1_000 }]);
  });

  test("keeps the end that it shows while estimates are near it, and moves it where they are not", () => {
    expect(after(eta(0, 60_000)).shownEndMs).toBe(60_000);
    expect(after(eta(0, 60_000), eta(1_000, 62_000), eta(2_000, 55_000)).shownEndMs).toBe(60_000);
    expect(after(eta(0, 60_000), eta(1_000, 90_000)).shownEndMs).toBe(91_000);
    expect(after(eta(0, 60_000), eta(50_000, 1_000)).shownEndMs).toBe(51_000);
    expect(after(eta(0, 60_000), eta(59_000, 2_500)).shownEndMs).toBe(60_000);
  });
});
