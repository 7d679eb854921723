import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told, waited } from "../../../test/build-run.ts";
import type { RunRecord } from "../../run-record.ts";
import type { Span } from "../../span.ts";

const span = (id: number, name: string, fromSeconds: number, toSeconds: number, more: Partial<Span> = {}): Span => ({
  id,
  name,
  step: "step",
  startMs: fromSeconds * 1000,
  endMs: toSeconds * 1000,
  ...more,
});

const withSpans = (...spans: readonly Span[]): RunRecord =>
  runOf([ran("step", 0, 20)], { spans: [span(1, "attempt", 0, 20), ...spans.map((one) => ({ ...one, parentId: 1 }))] });

const KINDS = ["ai-calls", "git", "tests", "disk", "phase"] as const;
const phasesOf = (record: RunRecord): readonly string[] => KINDS.filter((kind) => told(kind, record).length > 0);

describe("findDominantPhases()", () => {
  test("questions to a model, counted with their hits and tokens, however many at the same time", () => {
    const record = withSpans(
      span(2, "ai_call", 2, 14, { attributes: { cache: "miss", tokens: 900 } }),
      span(3, "ai_call", 2, 10, { attributes: { cache: "hit", tokens: 100 } }),
    );
    const [found] = told("ai-calls", record);
    expect(found).toMatchObject({
      symptom: "step: 12.0 s of 20.0 s went into ai_call",
      expectedGainSeconds: 6,
      gainIf: "ai_call took half as long",
      steps: ["step"],
    });
    expect(found?.evidence).toEqual([
      { name: "ai_call", value: 12, unit: "s" },
      { name: "step", value: 20, unit: "s" },
      { name: "share", value: 60, unit: "%" },
      { name: "questions", value: 2, unit: "count" },
      { name: "answered by the cache", value: 1, unit: "count" },
      { name: "tokens", value: 1000, unit: "tokens" },
    ]);
  });

  test.each([
    ["git_operations", "git"],
    ["git fetch", "git"],
    ["test_execution", "tests"],
    ["tests", "tests"],
    ["response_parsing", "phase"],
    ["github_upload", "phase"],
  ])("a span %j is of the kind %s", (name, kind) => {
    expect(phasesOf(withSpans(span(2, name, 0, 11)))).toEqual([kind]);
  });

  test("half of the step's time is needed, and of its own: what is inside another span is that one's", () => {
    expect(phasesOf(withSpans(span(2, "git_operations", 0, 9)))).toEqual([]);
    const nested = withSpans(span(2, "setup", 0, 18), span(3, "compile", 0, 12));
    const inner = nested.spans.map((one) => (one.id === 3 ? { ...one, parentId: 2 } : one));
    expect(told("phase", { ...nested, spans: inner })).toMatchObject([
      { symptom: expect.stringContaining("compile") as string },
    ]);
  });

  test("an attempt alone says nothing of what was done", () => {
    expect(phasesOf(withSpans())).toEqual([]);
  });

  test("running tests, by what the runner told, for no more than its share of the step", () => {
    const testProfile = {
      runner: "vitest",
      phases: [
        { name: "discovery", ms: 10_000 },
        { name: "execution", ms: 30_000 },
      ],
      tests: { passed: 100, failed: 1, skipped: 2 },
    };
    const [found] = told("tests", runOf([ran("unit", 0, 20, { testProfile })]));
    expect(found).toMatchObject({
      symptom: "unit: 15.0 s of 20.0 s went into vitest execution",
      expectedGainSeconds: 7.5,
    });
    expect(figure(found, "tests")).toBe(103);
    const even = { runner: "vitest", phases: ["a", "b", "c"].map((name) => ({ name, ms: 4000 })) };
    expect(told("tests", runOf([ran("unit", 0, 20, { testProfile: even })]))).toEqual([]);
  });

  test("storage, where a step moves much and computes little", () => {
    const resources = {
      method: "proc",
      samples: 9,
      cpuMs: 4000,
      readBytes: 200 * 2 ** 20,
      writeBytes: 120 * 2 ** 20,
    } as const;
    const [found] = told("disk", runOf([ran("copy", 0, 20, { resources })]));
    expect(found).toMatchObject({ expectedGainSeconds: 8 });
    expect(figure(found, "rate without CPU work")).toBe(20);
    // It computes, or it waits for something else.
    expect(told("disk", runOf([ran("copy", 0, 20, { resources: { ...resources, cpuMs: 15_000 } })]))).toEqual([]);
    expect(told("disk", runOf([ran("copy", 0, 20, { resources: { ...resources, readBytes: 0 } })]))).toEqual([]);
  });

  test("the gain is the run's, not the step's", () => {
    const lint = ran("lint", 0, 20);
    const other = ran("unit", 0, 17);
    const spans = [span(1, "git_operations", 0, 16, { step: "lint" })];
    expect(told("git", runOf([lint, other], { spans }))).toMatchObject([{ expectedGainSeconds: 3 }]);
    const last = ran("pack", 20, 5, { waits: [waited("need", "lint", 0, 20)] });
    expect(told("git", runOf([lint, last], { spans }))).toMatchObject([{ expectedGainSeconds: 8 }]);
  });
});
