import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createActiveTime, PAUSE_MS, SLICE_MS } from "./active-time.ts";

/** A machine whose clock goes on by hand; a process that is stopped misses its timers and gets them all when it goes on. */
function createMachine() {
  let nowMs = 0;
  let timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  const pauses: number[] = [];
  const runDue = (): void => {
    for (let found = true; found;) {
      const due = timers.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs)[0];
      found = due !== undefined;
      if (due === undefined) continue;
      timers = timers.filter((timer) => timer !== due);
      due.callback();
    }
  };
  const time = createActiveTime({
    now: () => nowMs,
    setTimer(callback, delayMs) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
    onPause: (pausedMs) => pauses.push(pausedMs),
  });
  return {
    time,
    pauses,
    timers: () => timers.length,
    now: () => nowMs,
    run(ms: number): void {
      for (const endMs = nowMs + ms; nowMs < endMs;) {
        const nextMs = Math.min(endMs, ...timers.map(({ atMs }) => atMs));
        nowMs = Math.max(nowMs, nextMs);
        runDue();
        if (nextMs === endMs) return;
      }
    },
    sleep(ms: number): void {
      nowMs += ms;
      runDue();
    },
  };
}

describe("createActiveTime()", () => {
  test("calls back on time where nothing sleeps", () => {
    const machine = createMachine();
    const calls: number[] = [];
    for (const ms of [0, 1, 999, 1_000, 1_001, 2_500]) machine.time.setTimer(() => calls.push(machine.now()), ms);
    machine.run(10_000);
    expect(calls).toEqual([0, 1, 999, 1_000, 1_001, 2_500].filter((ms) => ms > 0 || calls[0] === 0));
    expect(machine.pauses).toEqual([]);
  });

  test("what is called off never calls, whenever that is", () => {
    const machine = createMachine();
    const callOff = machine.time.setTimer(() => expect.unreachable(), 5_000);
    machine.run(3_200);
    callOff();
    expect(machine.timers()).toBe(0);
    machine.run(10_000);
  });

  test("a pause is no time, is told once, and leaves room to hear what happened meanwhile", () => {
    const machine = createMachine();
    const calls: string[] = [];
    machine.time.setTimer(() => calls.push("short"), 1_500);
    machine.time.setTimer(() => calls.push("long"), 4_000);
    machine.run(1_400);
    machine.sleep(3_600_000);
    expect(calls).toEqual([]);
    expect(machine.pauses).toHaveLength(1);
    expect(machine.pauses[0]).toBeGreaterThan(3_590_000);
    machine.run(600);
    expect(calls).toEqual(["short"]);
    machine.run(5_000);
    expect(calls).toEqual(["short", "long"]);
    machine.time.setTimer(() => calls.push("later"), 2_000);
    machine.sleep(60_000);
    expect(machine.pauses).toHaveLength(2);
  });

  test("never calls before the active time is over, and at most a slice and a short stop later for each sleep", () => {
    const phases = fc.array(fc.record({ run: fc.integer({ min: 1, max: 5_000 }), sleep: fc.nat(20_000) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), phases, (delayMs, list) => {
        const machine = createMachine();
        let activeMs = 0;
        let calledAtMs: number | undefined;
        let asleepMs = 0;
        let short = 0;
        machine.time.setTimer(() => (calledAtMs = machine.now() - asleepMs), delayMs);
        for (const { run, sleep } of [...list, { run: 60_000, sleep: 0 }]) {
          machine.run(run);
          activeMs += run;
          if (calledAtMs !== undefined) break;
          // A short stop may count as time.
          if (sleep > PAUSE_MS + SLICE_MS) asleepMs += sleep;
          else short += sleep;
          machine.sleep(sleep);
        }
        expect(calledAtMs).toBeDefined();
        expect((calledAtMs ?? 0) + 1e-6).toBeGreaterThanOrEqual(delayMs);
        expect(calledAtMs).toBeLessThanOrEqual(delayMs + list.length * (SLICE_MS + PAUSE_MS) + short);
        expect(activeMs).toBeGreaterThan(0);
      }),
    );
  });
});
