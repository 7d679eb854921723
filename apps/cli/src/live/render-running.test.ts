import { expect, test } from "vitest";
import { renderRunning } from "./render-running.ts";

test("steps that run are named with their time and, where it is known, the expected one; six at most", () => {
  expect(renderRunning([], 5)).toBeUndefined();
  const known = { id: "build", startedMs: 1_000, expectedMs: 20_000 };
  const fresh = { id: "lint", startedMs: 9_000, expectedMs: undefined };
  expect(renderRunning([known, fresh], 8_000)).toBe("running: build 7.0s of about 20.0s, lint 0ms");
  const many = Array.from({ length: 8 }, (_, at) => ({ ...fresh, id: `s${at}` }));
  expect(renderRunning(many, 9_000)).toMatch(/^running: s0 0ms, .*s5 0ms and 2 more$/);
});
