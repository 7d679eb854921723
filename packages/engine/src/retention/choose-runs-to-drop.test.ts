import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseRunsToDrop, type KeptRun } from "./choose-runs-to-drop.ts";

const NOW_MS = 1_000;
const limits = fc.record({ runs: fc.integer({ min: 1, max: 12 }), maxLogBytes: fc.nat(500), maxAgeMs: fc.nat(1_000) });
const runs = fc
  .uniqueArray(fc.record({ startedAtMs: fc.nat(NOW_MS), logBytes: fc.nat(100) }), {
    maxLength: 20,
    selector: ({ startedAtMs }) => startedAtMs,
  })
  .map((list) => list.map((run): KeptRun => ({ ...run, id: String(run.startedAtMs).padStart(5, "0") })));
const held = fc.array(fc.nat(20), { maxLength: 3 });

/** What is left when it is gone. */
function without(given: readonly KeptRun[], dropped: ReturnType<typeof chooseRunsToDrop>): readonly KeptRun[] {
  return given
    .filter(({ id }) => !dropped.runs.includes(id))
    .map((run) => (dropped.logs.includes(run.id) ? { ...run, logBytes: 0 } : run));
}

test("what is kept is within every limit, apart from what is held, and choosing again drops nothing more", () => {
  fc.assert(
    fc.property(runs, limits, held, (given, within, places) => {
      const ids = new Set(places.flatMap((place) => given[place]?.id ?? []));
      const latest = given.toSorted((a, b) => b.startedAtMs - a.startedAtMs)[0];
      const isHeld = ({ id }: KeptRun): boolean => ids.has(id) || id === latest?.id;
      const kept = without(given, chooseRunsToDrop(given, within, NOW_MS, ids));
      for (const run of given.filter(isHeld)) expect(kept).toContainEqual(run);
      const others = kept.filter((run) => !isHeld(run));
      const heldCount = kept.length - others.length;
      expect(others.length).toBeLessThanOrEqual(Math.max(0, within.runs - heldCount));
      for (const { startedAtMs } of others) expect(NOW_MS - startedAtMs).toBeLessThanOrEqual(within.maxAgeMs);
      const bytes = (list: readonly KeptRun[]): number => list.reduce((sum, { logBytes }) => sum + logBytes, 0);
      expect(bytes(others)).toBeLessThanOrEqual(Math.max(0, within.maxLogBytes - bytes(kept.filter(isHeld))));
      expect(chooseRunsToDrop(kept, within, NOW_MS, ids)).toEqual({ runs: [], logs: [] });
    }),
  );
});

test("a run that stays is never older than one that goes for their number", () => {
  fc.assert(
    fc.property(runs, limits, (given, within) => {
      const dropped = chooseRunsToDrop(given, { ...within, maxAgeMs: Infinity }, NOW_MS);
      const kept = given.filter(({ id }) => !dropped.runs.includes(id)).map(({ startedAtMs }) => startedAtMs);
      const gone = given.filter(({ id }) => dropped.runs.includes(id)).map(({ startedAtMs }) => startedAtMs);
      expect(Math.min(...kept)).toBeGreaterThan(Math.max(...gone));
      expect(kept).toHaveLength(Math.min(given.length, within.runs));
    }),
  );
});

test("logs of the oldest go first, and their records stay", () => {
  const given = [1, 3, 2].map((day) => ({ id: `run ${day}`, startedAtMs: day, logBytes: 10 }));
  const limit = (maxLogBytes: number): unknown => chooseRunsToDrop(given, { runs: 9, maxLogBytes, maxAgeMs: 9 }, 4);
  expect(limit(30)).toEqual({ runs: [], logs: [] });
  expect(limit(29)).toEqual({ runs: [], logs: ["run 1"] });
  expect(limit(0)).toEqual({ runs: [], logs: ["run 2", "run 1"] });
});

test("a run whose id tells no time has no age, and one of the future is young", () => {
  const given = [
    { id: "3", startedAtMs: 5_000, logBytes: 0 },
    { id: "2", startedAtMs: 4_000, logBytes: 0 },
    { id: "1", startedAtMs: Number.NaN, logBytes: 0 },
  ];
  expect(chooseRunsToDrop(given, { runs: 9, maxLogBytes: 0, maxAgeMs: 1 }, NOW_MS)).toEqual({ runs: [], logs: [] });
});
