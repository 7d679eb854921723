import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunEvent } from "@ai-workflow/engine";
import { startHeartbeat } from "./heartbeat.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const started = (stepId: string, atMs: number): RunEvent => ({
  type: "step-started",
  atMs,
  stepId,
  attempt: 1,
  ahead: false,
  log: "log",
  stage: undefined,
  expectedMs: undefined,
});

test("half a minute of silence is broken by a line that names what runs", () => {
  const lines: string[] = [];
  const heartbeat = startHeartbeat((text) => lines.push(text));
  heartbeat.note(started("slow", 0));
  vi.advanceTimersByTime(29_000);
  heartbeat.print("something\n");
  vi.advanceTimersByTime(29_000);
  expect(lines).toEqual(["something\n"]);
  vi.advanceTimersByTime(1_000);
  expect(lines[1]).toBe("running: slow 59.0s\n");
  heartbeat.note({ type: "step-finished", atMs: 0, step: { id: "slow", outcome: "passed" } } as unknown as RunEvent);
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(2);
  for (let step = 0; step < 8; step += 1) heartbeat.note(started(`step${step}`, 119_000));
  vi.advanceTimersByTime(30_000);
  expect(lines[2]).toMatch(/^running: step0 30\.0s, .*step5 30\.0s and 2 more\n$/);
  heartbeat.stop();
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(3);
});
