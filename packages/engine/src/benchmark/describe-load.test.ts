import { expect, test } from "vitest";
import { describeLoad } from "./describe-load.ts";

test("describeLoad() says when the machine was busy with more than it can do, and nothing where nothing is known", () => {
  const loads = (...values: readonly number[]): readonly { load: number }[] => values.map((load) => ({ load }));
  expect(describeLoad(loads(0.1, 3, 0.5), 2)).toBe(
    "Load of the machine before the pairs: median 0.5, highest 3.0, on 2 CPUs.",
  );
  expect(describeLoad(loads(1.5, 3), 1)).toMatch(/on 1 CPU: more than it can do at once/);
  expect(describeLoad(loads(0, 0), 1)).toBeUndefined();
  expect(describeLoad([], 1)).toBeUndefined();
});
