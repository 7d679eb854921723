import { expect, test } from "vitest";
import { countOf } from "./count-of.ts";

test("only one is told in the singular", () => {
  expect([0, 1, 2].map((count) => countOf(count, "file"))).toEqual(["0 files", "1 file", "2 files"]);
});
