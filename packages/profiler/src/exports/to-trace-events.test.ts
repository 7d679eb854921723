import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { toTraceEvents, type Trace, type TraceEvent } from "./to-trace-events.ts";

type Complete = Extract<TraceEvent, { ph: "X" }>;
const completeEvents = (trace: Trace): Complete[] => trace.traceEvents.filter((event) => event.ph === "X");

/** What viewers need: on one track any two stretches nest or lie apart. */
function expectDrawable(trace: Trace): void {
  const byTid = new Map<number, Complete[]>();
  for (const event of completeEvents(trace)) byTid.set(event.tid, [...(byTid.get(event.tid) ?? []), event]);
  for (const events of byTid.values()) {
    for (const [index, a] of events.entries()) {
      for (const b of events.slice(index + 1)) {
        const [aEnd, bEnd] = [a.ts + a.dur, b.ts + b.dur];
        const apart = aEnd <= b.ts || bEnd <= a.ts;
        const nested = (a.ts <= b.ts && bEnd <= aEnd) || (b.ts <= a.ts && aEnd <= bEnd);
        expect(apart || nested, `${a.ts}+${a.dur} and ${b.ts}+${b.dur}`).toBe(true);
      }
    }
  }
}

describe("toTraceEvents()", () => {
  test("puts steps on slots, their spans inside, the run's spans apart, and waits as asynchronous events", () => {
    const trace = toTraceEvents(exampleRunRecord);
    const tracks = new Map(
      trace.traceEvents.filter((event) => event.name === "thread_name").map((event) => [event.tid, event.args["name"]]),
    );
    expect(completeEvents(trace).map(({ name, cat, ts, dur, tid }) => [name, cat, ts, dur, tracks.get(tid)])).toEqual([
      ["startup", "span", 0, 90_000, "run"],
      ["code_review", "step", 100_000, 12_400_000, "slot 0"],
      ["setup", "span", 100_000, 3_200_000, "slot 0"],
      ["git_operations", "span", 200_000, 1_000_000, "slot 0"],
      ["ai_call", "span", 3_300_000, 9_000_000, "slot 0"],
      ["lint", "step", 200_000, 1_500_000, "slot 1"],
    ]);
    expect(trace.traceEvents.filter(({ ph }) => ph === "b" || ph === "e")).toMatchObject([
      { ph: "b", id: 1, ts: 100_000, name: "lint waits for slot slot" },
      { ph: "e", id: 1, ts: 200_000 },
    ]);
    expect(trace).toMatchObject({
      displayTimeUnit: "ms",
      otherData: { schema: "ai-workflow/run-record/1", run_id: "20261123-1", commit: "a".repeat(40) },
    });
  });

  test("gives overlapping spans of a step tracks of their own", () => {
    const spans = [0, 1, 2].map((index) => ({
      id: index + 1,
      name: "ai_call",
      step: "lint",
      startMs: 300 + index * 100,
      endMs: 900 + index * 100,
    }));
    const trace = toTraceEvents({ ...exampleRunRecord, spans });
    expectDrawable(trace);
    expect(
      new Set(
        completeEvents(trace)
          .filter(({ name }) => name === "ai_call")
          .map(({ tid }) => tid),
      ).size,
    ).toBe(3);
  });

  test("keeps the planned slot where it was free", () => {
    const schedule = {
      strategy: "s",
      maxParallel: 4,
      capacity: {},
      planned: [{ id: "code_review", startMs: 0, finishMs: 1, slot: 2, slackMs: 0 }],
      plannedMakespanMs: 1,
      lowerBoundMs: 1,
      criticalPath: [],
      actualMakespanMs: 1,
    };
    const names = toTraceEvents({ ...exampleRunRecord, schedule }).traceEvents.filter(
      ({ name }) => name === "thread_name",
    );
    expect(names.map(({ args }) => args["name"])).toEqual(["run", "slot 0", "slot 2"]);
  });

  test("is a valid, drawable trace for any record: whole microseconds, named tracks, pairs complete, no broken text", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const trace = toTraceEvents(record);
        expectDrawable(trace);
        const text = JSON.stringify(trace);
        expect(JSON.parse(text)).toEqual(trace);
        expect(text).not.toMatch(/\\ud[89a-f]/u);
        const named = new Set(trace.traceEvents.filter(({ name }) => name === "thread_name").map(({ tid }) => tid));
        const open = new Map<number, number>();
        for (const event of trace.traceEvents) {
          if (event.ph === "M") continue;
          expect(Number.isInteger(event.ts) && event.ts >= 0).toBe(true);
          if (event.ph === "X") {
            expect(Number.isInteger(event.dur) && event.dur >= 0).toBe(true);
            expect(named.has(event.tid)).toBe(true);
          } else if (event.ph === "b") open.set(event.id, event.ts);
          else {
            expect(event.ts).toBeGreaterThanOrEqual(open.get(event.id) ?? Infinity);
            open.delete(event.id);
          }
        }
        expect(open.size).toBe(0);
        const started = record.steps.filter((step) => step.startedMs !== undefined);
        expect(completeEvents(trace)).toHaveLength(started.length + record.spans.length);
      }),
    );
  });
});
