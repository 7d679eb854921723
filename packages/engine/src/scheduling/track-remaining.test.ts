import { createGraph, createPlan, type ExecutionEvent, type Task } from "@ai-workflow/scheduler";
import { describe, expect, test } from "vitest";
import type { RemainingTime } from "./estimate-remaining.ts";
import { expectTasks, trackRemaining, type RemainingTracker } from "./track-remaining.ts";

interface Told extends RemainingTime {
  readonly atMs: number;
}

/** A tracker with a clock that is moved by hand. */
class Track {
  readonly told: Told[] = [];
  readonly tracker: RemainingTracker;
  #nowMs = 0;
  #timer: { readonly atMs: number; readonly callback: () => void } | undefined;

  constructor(
    tasks: readonly Task[],
    { unknown = [], upperMs = {} }: { unknown?: readonly string[]; upperMs?: Readonly<Record<string, number>> } = {},
  ) {
    const graph = createGraph(tasks);
    this.tracker = trackRemaining({
      graph,
      plan: createPlan(graph, { maxParallel: 2 }),
      unknown: new Set(unknown),
      upperMs: (id) => upperMs[id],
      now: () => this.#nowMs,
      tell: (remaining) => this.told.push({ atMs: this.#nowMs, ...remaining }),
      setTimer: (callback, delayMs) => {
        expect(this.#timer).toBeUndefined();
        const timer = { atMs: this.#nowMs + delayMs, callback };
        this.#timer = timer;
        return () => {
          if (this.#timer === timer) this.#timer = undefined;
        };
      },
    });
  }

  /** Lets the time pass, with everything that is due until then. */
  passTo(atMs: number): void {
    for (let timer = this.#timer; timer !== undefined && timer.atMs <= atMs; timer = this.#timer) {
      this.#nowMs = timer.atMs;
      this.#timer = undefined;
      timer.callback();
    }
    this.#nowMs = atMs;
  }

  note(type: "started" | "settled" | "retried", id: string): void {
    const atMs = this.#nowMs;
    const outcome = { status: "succeeded", value: undefined, startedMs: 0, finishedMs: atMs, attempts: 1 } as const;
    const event: ExecutionEvent =
      type === "settled"
        ? { type, atMs, id, outcome }
        : type === "started"
          ? { type, atMs, id, attempt: 1, slot: 0 }
          : { type, atMs, id, attempt: 1, delayMs: 0, error: undefined };
    this.tracker.note(event);
  }

  update(id: string, durationMs: number): void {
    this.tracker.note({ type: "updated", atMs: this.#nowMs, id, durationMs });
  }

  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }
}

const TASKS: readonly Task[] = [
  { id: "a", durationMs: 10_000 },
  { id: "b", durationMs: 4_000 },
  { id: "c", durationMs: 30_000, needs: ["a", "b"] },
];

describe("trackRemaining()", () => {
  test("tells at the beginning, and once of what happens in the same moment", () => {
    const track = new Track(TASKS);
    track.note("started", "a");
    track.note("started", "b");
    expect(track.told).toEqual([]);
    track.passTo(0);
    expect(track.told).toEqual([{ atMs: 0, expectedMs: 40_000, upperMs: undefined, overdue: [] }]);
  });

  test("tells not before a twentieth of the time that was left has passed, and then what is new", () => {
    const track = new Track(TASKS);
    track.note("started", "a");
    track.note("started", "b");
    track.passTo(500);
    track.note("settled", "b");
    track.passTo(1_999);
    expect(track.told).toHaveLength(1);
    track.passTo(2_000);
    expect(track.told.at(-1)).toEqual({ atMs: 2_000, expectedMs: 38_000, upperMs: undefined, overdue: [] });
    // Nothing happens, so there is nothing to tell.
    track.passTo(9_000);
    expect(track.told).toHaveLength(2);
  });

  test("tells when a step becomes overdue, though nothing happens, and once", () => {
    const track = new Track(TASKS, { upperMs: { a: 12_000, b: 5_000, c: 31_000 } });
    track.note("started", "a");
    track.note("started", "b");
    track.passTo(4_000);
    track.note("settled", "b");
    track.passTo(60_000);
    expect(track.told.map(({ atMs, overdue }) => [atMs, overdue])).toEqual([
      [0, []],
      [4_000, []],
      [12_001, ["a"]],
    ]);
    expect(track.told[2]?.expectedMs).toBe(32_001);
    expect(track.isWaiting).toBe(false);
  });

  test("a step that is tried again begins anew, and goes by what has become known of it", () => {
    const track = new Track([{ id: "a", durationMs: 10_000 }]);
    track.note("started", "a");
    track.passTo(8_000);
    track.note("retried", "a");
    track.update("a", 20_000);
    track.note("started", "a");
    track.passTo(8_000);
    expect(track.told.map(({ expectedMs }) => expectedMs)).toEqual([10_000, 20_000]);
  });

  test("a run that is planned to take less than a second hears nothing before one is over", () => {
    const track = new Track([{ id: "a", durationMs: 600 }]);
    track.note("started", "a");
    track.passTo(999);
    expect(track.told).toEqual([]);
    track.passTo(1_000);
    expect(track.told).toEqual([{ atMs: 1_000, expectedMs: 400, upperMs: undefined, overdue: ["a"] }]);
  });

  test("tells nothing while an unknown step is not over, and nothing after the end", () => {
    const track = new Track(TASKS, { unknown: ["b"] });
    track.note("started", "a");
    track.note("started", "b");
    track.passTo(3_000);
    expect(track.told).toEqual([]);
    track.note("settled", "b");
    track.passTo(3_000);
    expect(track.told.map(({ expectedMs }) => expectedMs)).toEqual([37_000]);
    track.note("settled", "a");
    track.tracker.close();
    expect(track.isWaiting).toBe(false);
    track.note("settled", "c");
    expect(track.isWaiting).toBe(false);
  });
});

test("gates and confirmations take nothing, but for one behind which a step runs again", () => {
  const graph = createGraph<string>([
    { id: "a", durationMs: 7 },
    { id: "<confirm>a", durationMs: 0 },
    { id: "<gate>core", durationMs: 0 },
  ]);
  const options = { graph, unknown: new Set(["a"]), upperMs: () => 9 };
  const none = { expectedMs: 0, upperMs: 0 };
  expect(graph.tasks.map(({ id }) => expectTasks(options)(id))).toEqual([undefined, none, none]);
  const updatedMs = new Map([["<confirm>a", 7]]);
  expect(expectTasks({ ...options, updatedMs })("<confirm>a")).toEqual({ expectedMs: 7, upperMs: 9 });
});
