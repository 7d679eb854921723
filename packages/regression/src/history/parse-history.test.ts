import fc from "fast-check";
import { expect, test } from "vitest";
import { groupSeries } from "./group-series.ts";
import { parseHistory } from "./parse-history.ts";

const line = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    version: 1,
    run_id: "r1",
    machine: "linux-x64-2",
    commit: "abc",
    start_time: "2026-11-25T10:00:00Z",
    status: "passed",
    total_duration: 12.5,
    changes: { total: 2, categories: { docs: 1, code: 1, tests: 0 } },
    ai_stats: { hits: 1, misses: 2 },
    steps: [
      { id: "build", outcome: "passed", seconds: 8 },
      { id: "lint", outcome: "failed", seconds: 2 },
      { id: "docs", outcome: "skipped", seconds: 0 },
    ],
    ...changes,
  });

test("parseHistory() keeps what tells how long things take", () => {
  expect(parseHistory([line()])).toEqual({
    runs: [
      {
        run: "r1",
        startedAt: "2026-11-25T10:00:00Z",
        commit: "abc",
        machine: "linux-x64-2",
        changeClass: "code+docs",
        cacheState: "mixed",
        totalSeconds: 12.5,
        steps: [{ step: "build", seconds: 8 }],
      },
    ],
    setAside: {},
  });
});

test("parseHistory() tells apart what must not be compared", () => {
  const states = [
    { ai_stats: {} },
    { ai_stats: { hits: 0, misses: 3 } },
    { ai_stats: { hits: 3 } },
    { ai_stats: { hits: Number.NaN, misses: "3" }, steps: [{ id: "a", outcome: "replayed", seconds: 0 }] },
  ];
  const read = (changes: Readonly<Record<string, unknown>>) => parseHistory([line(changes)]).runs[0];
  expect(states.map((state) => read(state)?.cacheState)).toEqual(["unused", "cold", "warm", "unused+replayed"]);
  expect(read({ changes: undefined })?.changeClass).toBe("unknown");
  expect(read({ changes: { total: 0, categories: {} } })?.changeClass).toBe("none");
  expect(read({ status: "failed" })).not.toHaveProperty("totalSeconds");
});

test("parseHistory() counts lines that are cut, foreign, newer or repeated, and durations that cannot be", () => {
  const whole = line();
  const { runs, setAside } = parseHistory([
    whole,
    "",
    whole.slice(0, -20),
    whole,
    "[]",
    "null",
    '{"some":"thing"}',
    line({ run_id: "r2", version: 2 }),
    line({ run_id: "r3", steps: [7] }),
    line({ run_id: "r4", total_duration: -3 }),
    line({
      run_id: "r5",
      steps: [
        { id: "a", outcome: "passed", seconds: 1_764_000_000 },
        { id: "b", outcome: "passed" },
      ],
    }),
  ]);
  expect(runs.map(({ run }) => run)).toEqual(["r1", "r4", "r5"]);
  expect(setAside).toEqual({ malformed: 1, repeated: 1, foreign: 4, newer: 1, "impossible-duration": 3 });
});

test("parseHistory() never throws, and reads what stands before and after any line", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.nat(400).map((end) => line().slice(0, end)),
      ),
      (odd) => {
        const { runs } = parseHistory([line({ run_id: "before" }), odd, line({ run_id: "after" })]);
        expect(runs.map(({ run }) => run)).toEqual(expect.arrayContaining(["before", "after"]));
      },
    ),
  );
});

test("groupSeries() keeps like with like, in the order of the lines whatever the clocks say", () => {
  const build = (seconds: number) => ({ steps: [{ id: "build", outcome: "passed", seconds }] });
  const { runs } = parseHistory([
    line({ run_id: "1", ...build(1), start_time: "2026-01-02" }),
    line({ run_id: "2", ...build(2), start_time: "2026-01-01" }),
    line({ run_id: "3", ...build(3), machine: "other" }),
    line({ run_id: "4", ...build(4), changes: undefined }),
    line({ run_id: "5", ...build(5), ai_stats: {} }),
    line({ run_id: "6", total_duration: 99, steps: [] }),
    line({ run_id: "7", ...build(7) }),
  ]);
  const series = groupSeries(runs);
  expect(series.filter(({ step }) => step === "build").map(({ seconds }) => seconds)).toEqual([
    [1, 2, 7],
    [3],
    [4],
    [5],
  ]);
  // Run 6 has done other work than the rest.
  expect(series.filter(({ step }) => step === undefined).map(({ seconds }) => seconds.length)).toEqual([3, 1, 1, 1, 1]);
  expect(series[0]?.runs.map(({ run }) => run)).toEqual(["1", "2", "7"]);
});
