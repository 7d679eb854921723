import { expect, test } from "vitest";
import { onAbort } from "./on-abort.ts";

test("onAbort() tells each listener once, and not those that were taken off", () => {
  const controller = new AbortController();
  const told: string[] = [];
  onAbort(controller.signal, () => told.push("a"));
  const off = onAbort(controller.signal, () => told.push("b"));
  const twice = (): number => told.push("c");
  onAbort(controller.signal, twice);
  onAbort(controller.signal, twice);
  off();
  controller.abort();
  controller.abort();
  expect(told).toEqual(["a", "c", "c"]);
});

test("onAbort() puts one listener on a signal, however many are interested", () => {
  let addedCount = 0;
  class CountedTarget extends EventTarget {
    override addEventListener(...parameters: Parameters<EventTarget["addEventListener"]>): void {
      addedCount += 1;
      super.addEventListener(...parameters);
    }
  }
  const signal = new CountedTarget() as AbortSignal;
  for (let index = 0; index < 100; index += 1) onAbort(signal, () => undefined);
  expect(addedCount).toBe(1);
});
