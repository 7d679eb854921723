import { expect, test } from "vitest";
import { isNear } from "./is-near.ts";

test.each([
  ["dependancies", "dependencies", true],
  ["scirpts", "scripts", true],
  ["engine", "engines", true],
  ["build", "release", false],
])("%s may be meant for %s: %s", (one, other, near) => {
  expect(isNear(one, other)).toBe(near);
});
