import type { StepRecord, WaitRecord } from "@ai-workflow/profiler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refineWaits, type LimitedStep } from "./refine-waits.ts";

type Ran = Pick<StepRecord, "id" | "startedMs" | "finishedMs" | "waits">;

const ran = (id: string, startedMs: number, finishedMs: number, waits: readonly WaitRecord[] = []): Ran => {
  return { id, startedMs, finishedMs, waits };
};
const slot = (fromMs: number, toMs: number): WaitRecord => ({ cause: "slot", on: "slot", fromMs, toMs });
const limited = (group?: string, demand: Readonly<Record<string, number>> = {}): LimitedStep => ({ group, demand });

describe("refineWaits()", () => {
  test("whoever saw another step get a slot because its group was taken waited for the group from then on", () => {
    const records = [ran("a", 0, 40), ran("b", 0, 20), ran("d", 20, 45), ran("c", 40, 90, [slot(0, 40)])];
    const steps = new Map([
      ["a", limited("g")],
      ["b", limited()],
      ["c", limited("g")],
      ["d", limited()],
    ]);
    expect(refineWaits(records, { steps, capacity: {} }).get("c")).toEqual([
      slot(0, 20),
      { cause: "group", on: "g", fromMs: 20, toMs: 40 },
    ]);
  });

  test("the same for a resource, until enough of it is free", () => {
    const records = [ran("a", 0, 40), ran("b", 0, 20), ran("d", 20, 60), ran("c", 50, 90, [slot(0, 50)])];
    const steps = new Map([
      ["a", limited(undefined, { memory_mb: 400 })],
      ["b", limited()],
      ["c", limited(undefined, { memory_mb: 400 })],
      ["d", limited()],
    ]);
    expect(refineWaits(records, { steps, capacity: { memory_mb: 500 } }).get("c")).toEqual([
      slot(0, 20),
      { cause: "resource", on: "memory_mb", fromMs: 20, toMs: 40 },
      slot(40, 50),
    ]);
  });

  test("whoever could have had the slot waited for a slot, and other causes stand as they are", () => {
    const need: WaitRecord = { cause: "need", on: "a", fromMs: 0, toMs: 20 };
    const records = [ran("a", 0, 20), ran("d", 20, 60), ran("c", 60, 90, [need, slot(20, 60)])];
    const steps = new Map([
      ["a", limited("x")],
      ["c", limited("g")],
      ["d", limited()],
    ]);
    expect(refineWaits(records, { steps, capacity: {} }).get("c")).toEqual([need, slot(20, 60)]);
  });

  const stretch = fc.record({
    start: fc.nat(100),
    length: fc.integer({ min: 1, max: 50 }),
    wait: fc.nat(60),
    group: fc.option(fc.constantFrom("g", "h"), { nil: undefined }),
    memory: fc.nat(3),
  });

  test("a wait stays as long as it was, in one piece and in order", () => {
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 8 }), (rows) => {
        const records = rows.map(({ start, length, wait }, index) =>
          ran(String(index), start + wait, start + wait + length, wait === 0 ? [] : [slot(start, start + wait)]),
        );
        const steps = new Map(rows.map(({ group, memory }, index) => [String(index), limited(group, { m: memory })]));
        const refined = refineWaits(records, { steps, capacity: { m: 4 } });
        for (const { id, waits } of records) {
          const parts = refined.get(id) ?? [];
          const [wait] = waits;
          if (wait === undefined) {
            expect(parts).toEqual([]);
            continue;
          }
          expect(parts[0]?.fromMs).toBe(wait.fromMs);
          expect(parts.at(-1)?.toMs).toBe(wait.toMs);
          for (const [index, part] of parts.entries()) {
            expect(part.toMs).toBeGreaterThan(part.fromMs);
            if (index > 0) expect(part.fromMs).toBe(parts[index - 1]?.toMs);
          }
        }
      }),
    );
  });
});
