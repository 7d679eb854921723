import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ran, runOf } from "../../test/build-run.ts";
import { placeInOrder, planExactly, type Bounds, type Limits } from "../../test/plan-exactly.ts";
import { shortenRun } from "./shorten-run.ts";
import { timeSteps } from "./timed-step.ts";

/** Up to five steps with needs among earlier ones, two groups, a resource, and times before and after a change. */
const cases = fc
  .record({
    steps: fc.array(
      fc.record({
        needs: fc.array(fc.nat(4), { maxLength: 2 }),
        group: fc.option(fc.constantFrom("port", "disk"), { nil: undefined }),
        memory: fc.integer({ min: 0, max: 3 }),
        lengthMs: fc.nat(9),
        shorterBy: fc.nat(9),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    maxParallel: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ steps, maxParallel }) => {
    const bounds = new Map(
      steps.map(({ needs, group, memory }, index): [string, Bounds] => [
        `s${index}`,
        {
          needs: needs.filter((need) => need < index).map((need) => `s${need}`),
          ...(group !== undefined && { group }),
          demand: { memory },
        },
      ]),
    );
    const lengths = new Map(steps.map(({ lengthMs }, index) => [`s${index}`, lengthMs]));
    const shorter = new Map(
      steps.map(({ lengthMs, shorterBy }, index) => [`s${index}`, Math.max(0, lengthMs - shorterBy)]),
    );
    const limits: Limits = { maxParallel, capacity: { memory: 3 } };
    return { bounds, lengths, shorter, limits };
  });

const recordOf = (placed: ReturnType<typeof placeInOrder>): ReturnType<typeof timeSteps> =>
  timeSteps(runOf(placed.map(({ id, startMs, endMs }) => ran(id, startMs / 1000, (endMs - startMs) / 1000))));

describe("shortenRun()", () => {
  test("keeps the order: what began after an end still does, with the same pause", () => {
    const steps = timeSteps(runOf([ran("build", 1, 10), ran("lint", 1, 8), ran("test", 12, 5)]));
    expect(shortenRun(steps, new Map())).toBe(17_000);
    // Lint then ends last before the test, one second before its start.
    expect(shortenRun(steps, new Map([["build", 1000]]))).toBe(15_000);
    expect(shortenRun(steps, new Map([["test", 0]]))).toBe(12_000);
    expect(shortenRun(steps, new Map([["test", 99_000]]))).toBe(17_000);
    expect(shortenRun([], new Map())).toBe(0);
  });

  test("what goes is taken from the first attempt first, with the pause after it", () => {
    const spans = [
      { id: 1, name: "attempt", step: "flaky", startMs: 0, endMs: 4000 },
      { id: 2, name: "attempt", step: "flaky", startMs: 5000, endMs: 10_000 },
    ];
    const flaky = ran("flaky", 0, 10, { attempts: 2, durationMs: 5000 });
    // The slot was taken in the pause, until after the second attempt had begun.
    const steps = timeSteps(runOf([flaky, ran("lint", 4, 7)], { spans }));
    expect(shortenRun(steps, new Map([["flaky", 9000]]))).toBe(10_000);
    // The end of the first attempt is known to a millisecond.
    expect(shortenRun(steps, new Map([["flaky", 5000]]))).toBe(7001);
    expect(shortenRun(steps, new Map([["lint", 0]]))).toBe(10_000);
  });

  test("never promises more than the shortest schedule under all limits can hold", () => {
    fc.assert(
      fc.property(cases, ({ bounds, lengths, shorter, limits }) => {
        const steps = recordOf(placeInOrder([...bounds.keys()], bounds, lengths, limits));
        const endMs = shortenRun(steps, shorter);
        expect(endMs).toBeGreaterThanOrEqual(planExactly(bounds, shorter, limits) - 1e-6);
        expect(endMs).toBeLessThanOrEqual(Math.max(...steps.map(({ finishedMs }) => finishedMs)));
      }),
      { numRuns: 300 },
    );
  });

  test("nor where others take the slot of a step that pauses between two attempts", () => {
    const retried = fc.record({
      tries: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
      shorterBy: fc.nat(27),
      others: fc.array(
        fc.record({ lengthMs: fc.integer({ min: 1, max: 9 }), inGroup: fc.boolean(), after: fc.boolean() }),
        {
          maxLength: 3,
        },
      ),
      orderedBy: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
      maxParallel: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(retried, ({ tries, shorterBy, others, orderedBy, maxParallel }) => {
        const bounds = new Map<string, Bounds>([
          ["first", { group: "port" }],
          ["pause", { needs: ["first"], isPause: true }],
          ["second", { needs: ["pause"], group: "port" }],
          ...others.map(({ inGroup, after }, index): [string, Bounds] => [
            `s${index}`,
            { ...(inGroup && { group: "port" }), needs: after ? ["second"] : [] },
          ]),
        ]);
        const lengths = new Map(
          [...bounds.keys()].map((id, index) => [id, 10 * (tries[index] ?? others[index - 3]?.lengthMs ?? 0)]),
        );
        const order: string[] = [];
        for (const choice of orderedBy.slice(0, bounds.size)) {
          const ready = [...bounds].filter(
            ([id, { needs = [] }]) => !order.includes(id) && needs.every((need) => order.includes(need)),
          );
          order.push(ready[choice % ready.length]?.[0] ?? "");
        }
        const placed = placeInOrder(order, bounds, lengths, { maxParallel });
        const piece = (id: string): { startMs: number; endMs: number } =>
          placed.find((one) => one.id === id) ?? { startMs: NaN, endMs: NaN };
        const [first, second] = [piece("first"), piece("second")];
        const flaky = ran("flaky", first.startMs / 1000, (second.endMs - first.startMs) / 1000, { attempts: 2 });
        const record = runOf(
          [
            flaky,
            ...placed
              .filter(({ id }) => id.startsWith("s") && id !== "second")
              .map(({ id, startMs, endMs }) => ran(id, startMs / 1000, (endMs - startMs) / 1000)),
          ],
          {
            spans: [first, second].map((one, index) => ({ id: index + 1, name: "attempt", step: "flaky", ...one })),
          },
        );
        const lengthMs = Math.max(0, second.endMs - first.startMs - 10 * shorterBy);
        // What goes from the first attempt, from the recorded pause with what it waited for, and from the second attempt.
        let toTakeMs = second.endMs - first.startMs - lengthMs;
        const shorter = new Map(lengths);
        const recorded = {
          first: first.endMs - first.startMs,
          pause: second.startMs - first.endMs,
          second: second.endMs - second.startMs,
        };
        for (const [id, recordedMs] of Object.entries(recorded)) {
          const takenMs = Math.min(toTakeMs, recordedMs);
          toTakeMs -= takenMs;
          shorter.set(id, Math.max(0, (lengths.get(id) ?? 0) - takenMs));
        }
        const endMs = shortenRun(timeSteps(record), new Map([["flaky", lengthMs]]));
        expect(endMs).toBeGreaterThanOrEqual(planExactly(bounds, shorter, { maxParallel }) - 1e-6);
        expect(endMs).toBeLessThanOrEqual(record.durationMs);
      }),
      { numRuns: 200 },
    );
  });

  test("is exact for a chain", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9)), { minLength: 1, maxLength: 9 }),
        (links) => {
          let atMs = 0;
          const chain = links.map(([lengthMs], index) => {
            const step = ran(`s${index}`, atMs / 1000, lengthMs / 1000);
            atMs += lengthMs;
            return step;
          });
          const shorter = new Map(links.map(([lengthMs, by], index) => [`s${index}`, Math.max(0, lengthMs - by)]));
          const sumMs = [...shorter.values()].reduce((sum, ms) => sum + ms, 0);
          expect(shortenRun(timeSteps(runOf(chain)), shorter)).toBeCloseTo(sumMs, 6);
        },
      ),
    );
  });
});
