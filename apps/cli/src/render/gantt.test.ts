import fc from "fast-check";
import { expect, test } from "vitest";
import { renderGantt } from "./gantt.ts";

test("renderGantt() draws each step from its start to its end, marking the critical path", () => {
  const rows = [
    { id: "test", startMs: 2_000, finishMs: 10_000, isCritical: true },
    { id: "build", startMs: 0, finishMs: 2_000, isCritical: true },
    { id: "lint", startMs: 0, finishMs: 1, isCritical: false },
  ];
  expect(renderGantt(rows, 37)).toEqual([
    "lint  |=                   |     1ms",
    "build |####                |    2.0s",
    "test  |    ################|    8.0s",
  ]);
  expect(renderGantt([], 80)).toEqual([]);
  expect(renderGantt([{ id: "a", startMs: 0, finishMs: 0, isCritical: true }], 80)).toEqual([]);
});

test("renderGantt() keeps to the width of the terminal and shows every step, whatever it is called", () => {
  const row = fc.record({
    id: fc.string({ minLength: 1, maxLength: 100 }),
    startMs: fc.nat(1e6),
    length: fc.nat(1e6),
    isCritical: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.integer({ min: 30, max: 200 }), (steps, columns) => {
      const rows = steps.map(({ length, ...step }) => ({ ...step, finishMs: step.startMs + length + 1 }));
      const lines = renderGantt(rows, columns);
      expect(lines).toHaveLength(rows.length);
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(columns);
        expect(line).toMatch(/\| *(?:#+|=+) *\| *\S+(?: \d\ds|m)?$/);
      }
    }),
  );
});
