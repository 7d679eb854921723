import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSingleFlight } from "./create-single-flight.ts";

test("createSingleFlight() starts once for callers that overlap, and anew afterwards", async () => {
  const flights = createSingleFlight<object, number>();
  let startedCount = 0;
  const start = async (): Promise<number> => (startedCount += 1);
  const [a, b] = [flights.join("k", {}, start), flights.join("k", {}, start)];
  expect([a.isLeader, b.isLeader]).toEqual([true, false]);
  expect(await Promise.all([a.outcome, b.outcome, flights.join("other", {}, start).outcome])).toEqual([1, 1, 2]);
  expect(await flights.join("k", {}, start).outcome).toBe(3);
});

test("createSingleFlight() rejects everyone with the same failure, and does not remember it", async () => {
  const flights = createSingleFlight<object, string>();
  const fail = (): Promise<string> => {
    throw new Error("down");
  };
  const outcomes = [flights.join("k", {}, fail).outcome, flights.join("k", {}, fail).outcome];
  expect(await Promise.allSettled(outcomes)).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  expect(await flights.join("k", {}, async () => "up").outcome).toBe("up");
});

test("createSingleFlight() aborts the work exactly when the last caller has left, and the others get the answer", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), async (leaves) => {
      const flights = createSingleFlight<object, string>();
      let open = (_answer: string): void => undefined;
      const gate = new Promise<string>((resolve) => (open = resolve));
      let workSignal: AbortSignal | undefined;
      const callers = leaves.map((isLeaving) => {
        const controller = new AbortController();
        const start = (signal: AbortSignal): Promise<string> => {
          workSignal = signal;
          return gate;
        };
        return { isLeaving, controller, ...flights.join("k", {}, start, controller.signal) };
      });
      await Promise.resolve();
      for (const { isLeaving, controller } of callers) if (isLeaving) controller.abort(new Error("left"));
      expect(workSignal?.aborted).toBe(leaves.every(Boolean));
      open("answer");
      const settled = await Promise.allSettled(callers.map(({ outcome }) => outcome));
      expect(settled.map(({ status }) => status)).toEqual(leaves.map((left) => (left ? "rejected" : "fulfilled")));
    }),
  );
});

test("createSingleFlight() starts anew after every caller has left, though the old work goes on", async () => {
  const flights = createSingleFlight<object, string>();
  const controller = new AbortController();
  const old = flights.join("k", {}, () => new Promise(() => undefined), controller.signal);
  controller.abort(new Error("left"));
  await expect(old.outcome).rejects.toThrow("left");
  expect(await flights.join("k", {}, async () => "new").outcome).toBe("new");
});
