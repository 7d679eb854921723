import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { readWithDevTools, type DrawnStretch, type DrawnTrace } from "../../test/exports/read-with-dev-tools.mjs";
import type { RunRecord, WaitRecord } from "../run-record.ts";
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
      { ph: "b", id: 1, ts: 100_000, name: "lint waits for a free slot" },
      { ph: "e", id: 1, ts: 200_000 },
    ]);
    expect(trace).toMatchObject({
      displayTimeUnit: "ms",
      otherData: { schema: "ai-workflow/run-record/1", run_id: "20261123-1", commit: "a".repeat(40) },
    });
  });

  test("says what a step waited for", () => {
    const waits: readonly (readonly [WaitRecord["cause"], string])[] = [
      ["need", "build"],
      ["need", "gate of stage core"],
      ["resource", "memory"],
      ["group", "database"],
      ["slot", "slot"],
      ["plan", "plan"],
    ];
    const [step] = exampleRunRecord.steps;
    if (step === undefined) throw new Error("The example has no steps");
    const trace = toTraceEvents({
      ...exampleRunRecord,
      steps: [{ ...step, id: "x", waits: waits.map(([cause, on], at) => ({ cause, on, fromMs: at, toMs: at + 1 })) }],
    });
    expect(trace.traceEvents.filter(({ ph }) => ph === "b").map(({ name }) => name)).toEqual([
      "x waits for build",
      "x waits for gate of stage core",
      "x waits for resource memory",
      "x waits for group database",
      "x waits for a free slot",
      "x is held back for steps that matter more",
    ]);
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
          else if (event.ph === "e") {
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

  test("counts how many steps run, at each change", () => {
    const trace = toTraceEvents(exampleRunRecord);
    expect(counters(trace, "running steps")).toEqual([
      [100_000, { steps: 1 }],
      [200_000, { steps: 2 }],
      [1_700_000, { steps: 1 }],
      [12_500_000, { steps: 0 }],
    ]);
  });

  test("shows what each step took over time where there are samples, and nothing after its end", () => {
    const sample = { label: "lint", processes: 1 };
    const trace = toTraceEvents(exampleRunRecord, {
      samples: [
        { ...sample, atMs: -1, cpuPercent: 1, memoryBytes: 1 },
        { ...sample, atMs: 300, cpuPercent: 50, memoryBytes: 1000 },
        { ...sample, atMs: 1800, cpuPercent: 99.5, memoryBytes: 2000 },
      ],
    });
    expect(counters(trace, "CPU lint")).toEqual([
      [300_000, { percent: 50 }],
      [1_700_000, { percent: 99.5 }],
      [1_700_000, { percent: 0 }],
    ]);
    expect(counters(trace, "memory lint").map(([, args]) => args)).toEqual([
      { bytes: 1000 },
      { bytes: 2000 },
      { bytes: 0 },
    ]);
  });

  test("is drawn by Chrome's developer tools as it was measured", async () => {
    const drawn = await readWithDevTools(JSON.stringify(toTraceEvents(withPath(["code_review", "gone", "lint"]))));
    expect(drawn).toEqual({
      processes: ["shop"],
      tracks: [
        { tid: 1, name: "run", roots: [stretch("startup", 0, 90)] },
        {
          tid: 2,
          name: "slot 0",
          roots: [
            stretch("code_review", 100, 12_400, [
              stretch("setup", 100, 3200, [stretch("git_operations", 200, 1000)]),
              stretch("ai_call", 3300, 9000),
            ]),
          ],
        },
        { tid: 3, name: "slot 1", roots: [stretch("lint", 200, 1500)] },
      ],
      arrows: [["code_review", "lint"]],
    });
  });

  test("has no arrow back in time", () => {
    const trace = toTraceEvents(withPath(["lint", "code_review"]));
    expect(trace.traceEvents.filter(({ ph }) => ph === "s" || ph === "f")).toEqual([]);
  });

  test("loses nothing in Chrome's developer tools, whatever overlaps", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRunRecord, async (record) => {
        const trace = toTraceEvents(record);
        const drawn = await readWithDevTools(JSON.stringify(trace));
        const expected = completeEvents(trace).map(({ tid, name, ts, dur }) => [tid, name, ts, dur]);
        expect(flat(drawn).toSorted(compare)).toEqual(expected.toSorted(compare));
      }),
    );
  });

  test("is told from a trace with partly overlapping stretches by Chrome's developer tools", async () => {
    const trace = toTraceEvents(exampleRunRecord);
    const onOneTrack = trace.traceEvents.map((event) =>
      event.ph === "X" && event.name === "lint" ? { ...event, tid: 2, ts: event.ts + 12_000_000 } : event,
    );
    const names = flat(await readWithDevTools(JSON.stringify({ traceEvents: onOneTrack }))).map(([, name]) => name);
    expect(names).toContain("code_review");
    expect(names).not.toContain("lint");
  });
});

const counters = (trace: Trace, name: string): (readonly [number, object])[] =>
  trace.traceEvents.flatMap((event) => (event.ph === "C" && event.name === name ? [[event.ts, event.args]] : []));

const stretch = (name: string, ms: number, forMs: number, inside: DrawnStretch[] = []): DrawnStretch => ({
  name,
  ts: ms * 1000,
  dur: forMs * 1000,
  inside,
});

const withPath = (criticalPath: readonly string[]): RunRecord => ({
  ...exampleRunRecord,
  schedule: {
    strategy: "critical-path",
    maxParallel: 2,
    capacity: {},
    planned: [],
    plannedMakespanMs: 1,
    lowerBoundMs: 1,
    criticalPath,
    actualMakespanMs: 1,
  },
});

type Drawn = [tid: number, name: string, ts: number, dur: number];

const flat = ({ tracks }: DrawnTrace): Drawn[] =>
  tracks.flatMap(({ tid, roots }) => {
    const walk = ({ name, ts, dur, inside }: DrawnStretch): Drawn[] => [[tid, name, ts, dur], ...inside.flatMap(walk)];
    return roots.flatMap(walk);
  });

const compare = (a: readonly unknown[], b: readonly unknown[]): number =>
  JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
