import * as fc from "fast-check";
import { expect, test } from "vitest";
import { coarsen } from "./coarsen.ts";

const RUNS = 40;
const ROWS = 10;
const runs = Int32Array.from({ length: RUNS * ROWS }, (_, row) => Math.floor(row / ROWS));

test("a column with a value of its own for each run is left in pieces of several runs", () => {
  const pieces = new Set(
    coarsen(
      Float32Array.from(runs, (run) => (run * 7) % RUNS),
      runs,
    ),
  );
  expect(pieces.size).toBeGreaterThanOrEqual(3);
  expect(pieces.size).toBeLessThanOrEqual(RUNS / 8);
});

test("a column that says something within runs stays as it is, and so does any with one row a run", () => {
  const varied = Float32Array.from(runs, (run, row) => run + 30 * (row % ROWS));
  expect(coarsen(varied, runs)).toEqual(varied);
  const single = Float32Array.from({ length: RUNS }, (_, run) => run);
  expect(coarsen(single, Int32Array.from(single))).toEqual(single);
});

test("a few values that come again, such as machines, stay apart", () => {
  const machines = Float32Array.from(runs, (run) => run % 3);
  expect(coarsen(machines, runs)).toEqual(machines);
});

test("property: order is kept, and what is missing stays missing", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -100, max: 100 }), { minLength: RUNS, maxLength: RUNS }), (ofRuns) => {
      const column = Float32Array.from(runs, (run) => ofRuns[run] ?? 0);
      const coarse = coarsen(column, runs);
      for (let row = 0; row < column.length; row += ROWS) {
        expect(Number.isNaN(coarse[row])).toBe(Number.isNaN(column[row]));
        for (let other = 0; other < row; other += ROWS) {
          if ((column[row] ?? 0) < (column[other] ?? 0)) expect(coarse[row]).toBeLessThanOrEqual(coarse[other] ?? 0);
          if (column[row] === column[other]) expect(coarse[row]).toBe(coarse[other]);
        }
      }
    }),
    { numRuns: 30 },
  );
});
