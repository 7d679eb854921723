import { expect, test } from "vitest";
import { createSight } from "./sight.ts";

test("what has as many lines behind it as a terminal shows is out of sight", () => {
  let rows: number | undefined = 10;
  const sight = createSight<string>(() => rows);
  sight.printed("one\n");
  sight.mark("a");
  sight.printed("two\nthree\n");
  sight.mark("b");
  expect(sight.outOfSight(7)).toEqual([]);
  expect(sight.outOfSight(8)).toEqual(["a"]);
  expect(sight.outOfSight(10)).toEqual(["a", "b"]);
  rows = 40;
  expect(sight.outOfSight(10)).toEqual([]);
  // Without a terminal, or one that does not tell its size, as on most.
  for (rows of [undefined, 0]) {
    expect(sight.outOfSight(21)).toEqual([]);
    expect(sight.outOfSight(22)).toEqual(["a"]);
  }
});
