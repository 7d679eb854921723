import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createStyle } from "../render/style.ts";
import { renderFrame } from "./live-frame.ts";
import { NOTHING_YET, type LiveState } from "./live-state.ts";

const PLAIN = createStyle(false, {});
const COLOURED = createStyle(true, { FORCE_COLOR: "1" });
const STATE: LiveState = {
  toRun: 5,
  ended: 2,
  wrong: 1,
  running: [
    { id: "test_unit", startedMs: 1_000, expectedMs: 8_000 },
    { id: "lint", startedMs: 2_000, expectedMs: undefined },
  ],
  stage: "core",
  shownEndMs: 20_000,
};

describe("renderFrame()", () => {
  test("shows what runs and how far the run is", () => {
    expect(renderFrame(STATE, 5_000, { columns: 80, rows: 24 }, PLAIN)).toEqual([
      "  test_unit  4s of about 8.0s",
      "  lint       3s",
      "[######------------------] 2 of 5, 1 not passed · 15s left · core",
    ]);
  });

  test("marks what takes longer than expected, and never shows a run as over that is not", () => {
    const [late, , status] = renderFrame(STATE, 30_000, { columns: 80, rows: 24 }, PLAIN);
    expect(late).toBe("  test_unit  29s of about 8.0s, late");
    expect(status).toBe("[#######################-] 2 of 5, 1 not passed · 10s late · core");
  });

  test("counts steps where nobody knows how long they take, and shows nothing before one starts", () => {
    const [status] = renderFrame(
      { ...STATE, running: [], shownEndMs: undefined },
      61_000,
      { columns: 80, rows: 24 },
      PLAIN,
    );
    expect(status).toBe("[#########---------------] 2 of 5, 1 not passed · 1m 01s · core");
    expect(renderFrame(NOTHING_YET, 0, { columns: 80, rows: 24 }, PLAIN)).toEqual([]);
  });

  test("fits any terminal, and names or counts every step", () => {
    const step = fc.record({
      id: fc.stringMatching(/^[A-Za-z0-9][\w.:-]{0,99}$/),
      startedMs: fc.nat(1e6),
      expectedMs: fc.option(fc.nat(1e6), { nil: undefined }),
    });
    const size = fc.record({ columns: fc.integer({ min: 1, max: 250 }), rows: fc.integer({ min: 1, max: 80 }) });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        size,
        fc.nat(1e8),
        fc.nat(100),
        (running, terminal, nowMs, ended) => {
          const state = { ...STATE, running, ended };
          const lines = renderFrame(state, nowMs, terminal, COLOURED).map((line) => stripVTControlCharacters(line));
          for (const line of lines) expect(line.length).toBeLessThan(Math.max(2, terminal.columns));
          expect(lines.length).toBeLessThanOrEqual(Math.max(1, Math.min(9, terminal.rows - 3)));
          const more = Number(/^ {2}and (\d+) more/.exec(lines.at(-2) ?? "")?.[1] ?? 0);
          if (terminal.columns > 20 && terminal.rows > 5) {
            const named = lines.length - 1 - Number(more > 0);
            if (running.length + ended > 0) expect(named + more).toBe(running.length);
          }
        },
      ),
    );
  });
});
