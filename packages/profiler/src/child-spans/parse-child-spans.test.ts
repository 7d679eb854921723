import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSpanRecorder } from "../create-span-recorder.ts";
import { addChildSpans } from "./add-child-spans.ts";
import { MAX_CHILD_SPANS, parseChildSpans } from "./parse-child-spans.ts";

/** The step ran from 1 s to 11 s of a run; at its start the wall clock said 1,000 s. */
const WINDOW = { startMs: 1_000, endMs: 11_000, wallAtStartMs: 1_000_000 };
const parse = (...lines: readonly (object | string)[]) =>
  parseChildSpans(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"), WINDOW);

describe("parseChildSpans()", () => {
  test("puts spans on the clock of the run, nested as they were open", () => {
    const { spans, problems } = parse(
      { begin: "tests", at: 1_000.5 },
      { begin: "fixtures", at: 1_001 },
      { end: "fixtures", at: 1_002.25, attributes: { files: 3, slow: true, nothing: null } },
      { span: "report", from: 1_003, to: 1_004 },
      { end: "tests", at: 1_005 },
      { begin: "coverage", at: 1_006 },
    );
    expect(problems).toEqual([]);
    expect(spans).toEqual([
      { name: "tests", startMs: 1_500, endMs: 6_000 },
      { name: "fixtures", parentIndex: 0, startMs: 2_000, endMs: 3_250, attributes: { files: 3, slow: true } },
      { name: "report", parentIndex: 0, startMs: 4_000, endMs: 5_000 },
      { name: "coverage", startMs: 7_000 },
    ]);
  });

  test("tells spans of one name apart by id, processes by pid, and takes the parent that is named", () => {
    const { spans } = parse(
      { begin: "file", id: 1, at: 1_001, parent: null },
      { begin: "file", id: 2, at: 1_002, parent: null },
      { end: "file", id: 1, at: 1_003 },
      { begin: "inner", at: 1_003, parent: 2 },
      { end: "file", id: 2, at: 1_004 },
      { begin: "other process", at: 1_003, pid: 77 },
      { begin: "its own", at: 1_003, pid: 77 },
    );
    expect(spans.map(({ name, parentIndex, endMs }) => [name, parentIndex, endMs])).toEqual([
      ["file", undefined, 4_000],
      ["file", undefined, 5_000],
      ["inner", 1, undefined],
      ["other process", undefined, undefined],
      ["its own", 3, undefined],
    ]);
  });

  test("times may be text, with a decimal comma as some locales write it", () => {
    expect(parse({ span: "a", from: "1000,5", to: "1001.5" }).spans).toEqual([
      { name: "a", startMs: 1_500, endMs: 2_500 },
    ]);
  });

  test("times outside of the step are moved to its edges and marked", () => {
    expect(parse({ span: "early", from: 5, to: 1_000.5 }, { span: "late", from: 1_005, to: 9_999 }).spans).toEqual([
      { name: "early", startMs: 1_000, endMs: 1_500, attributes: { clock: "adjusted" } },
      { name: "late", startMs: 6_000, endMs: 11_000, attributes: { clock: "adjusted" } },
    ]);
  });

  test("lines that are no spans are counted and lose no other line", () => {
    const { spans, problems } = parse(
      "nonsense",
      "[]",
      { begin: "", at: 1_001 },
      { begin: "a" },
      { begin: "a", end: "a", at: 1_001 },
      { end: "never begun", at: 1_001 },
      { span: "no end", from: 1_001 },
      { begin: 7, at: 1_001 },
      "x".repeat(70_000),
      { span: "good", from: 1_001, to: 1_002 },
      '{"begin":"torn","at":10',
    );
    expect(spans.map(({ name }) => name)).toEqual(["good"]);
    expect(problems).toEqual([expect.stringMatching(/^10 lines, the first of them line 1, are no span: /)]);
  });

  test("of many spans the first are kept and the rest is counted", () => {
    const lines = Array.from({ length: MAX_CHILD_SPANS + 5 }, (_, index) => ({
      begin: "s",
      id: index,
      at: 1_001,
      parent: null,
    }));
    const ends = lines.map(({ id }) => ({ end: "s", id, at: 1_002 }));
    const { spans, problems } = parse(...lines, ...ends);
    expect(spans).toHaveLength(MAX_CHILD_SPANS);
    expect(spans.every(({ endMs }) => endMs === 3_000)).toBe(true);
    expect(problems).toEqual([`5 spans beyond ${MAX_CHILD_SPANS} were left out`]);
  });

  test("hundreds of thousands of begins, and ends that match none of them, are read in one go", () => {
    const lines = 100_000;
    const begins = '{"begin":"a","at":1001}\n'.repeat(lines);
    const ends = '{"end":"b","at":1001}\n{"end":"a","id":7,"at":1001}\n'.repeat(lines);
    // Comparing each end with each begin would take hours.
    const { spans, problems } = parse(begins + ends);
    expect(spans).toHaveLength(MAX_CHILD_SPANS);
    expect(problems[0]).toContain(`${2 * lines} lines, the first of them line ${lines + 1}, are no span`);
    expect(
      parse(`${begins}${'{"end":"a","at":1002}\n'.repeat(lines)}`).spans.every(({ endMs }) => endMs === 3_000),
    ).toBe(true);
  });

  test("names of objects' own machinery are attributes like others", () => {
    const { spans } = parse(
      '{"span":"__proto__","from":1001,"to":1002,"attributes":{"__proto__":"x","constructor":1}}',
    );
    expect(Object.keys(spans[0]?.attributes ?? {})).toEqual(["__proto__", "constructor"]);
    expect(spans[0]?.name).toBe("__proto__");
  });

  const key = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom("x", "__proto__"), fc.constant(null));
  const at = fc.oneof(fc.double({ min: 990, max: 1_020, noNaN: true }), fc.constantFrom("1000,5", "later", -1, 1e300));
  const line = fc.record(
    {
      begin: fc.constantFrom("a", "b"),
      end: fc.constantFrom("a", "b"),
      span: fc.constantFrom("a", "b"),
      at,
      from: at,
      to: at,
      id: key,
      pid: key,
      parent: key,
      attributes: fc.object({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  );

  test("whatever is told, spans lie within the step, end after they begin, and follow their parents", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            line.map((one) => JSON.stringify(one)),
            fc.string(),
          ),
        ),
        (lines) => {
          const told = parseChildSpans(lines.join("\n"), WINDOW);
          for (const [index, { startMs, endMs = WINDOW.endMs, parentIndex = -1 }] of told.spans.entries()) {
            expect(startMs).toBeGreaterThanOrEqual(WINDOW.startMs);
            expect(endMs).toBeGreaterThanOrEqual(startMs);
            expect(endMs).toBeLessThanOrEqual(WINDOW.endMs);
            expect(parentIndex).toBeLessThan(index);
          }
          const recorder = createSpanRecorder();
          const attempt = recorder.start("attempt", { step: "s" });
          addChildSpans(recorder, attempt, told);
          expect(recorder.spans()).toHaveLength(told.spans.length + 1);
          expect(recorder.spans().every(({ step }) => step === "s")).toBe(true);
        },
      ),
    );
  });
});

test("addChildSpans() keeps what was not finished open, within the attempt", () => {
  const recorder = createSpanRecorder();
  const attempt = recorder.start("attempt", { step: "unit" });
  addChildSpans(recorder, attempt, parse({ begin: "outer", at: 1_001 }, { span: "inner", from: 1_001, to: 1_002 }));
  expect(recorder.spans().slice(1)).toEqual([
    { id: 2, parentId: 1, name: "outer", step: "unit", startMs: 2_000 },
    { id: 3, parentId: 2, name: "inner", step: "unit", startMs: 2_000, endMs: 3_000 },
  ]);
});
