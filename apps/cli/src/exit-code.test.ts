import { expect, test } from "vitest";
import { exitCodeOf, type ExitOptions } from "./exit-code.ts";

const options = (more: Partial<ExitOptions> = {}): ExitOptions => ({
  requireComplete: false,
  leftOut: false,
  inconclusive: "report",
  signal: undefined,
  ...more,
});

test.each([
  ["passed", {}, 0],
  ["passed", { requireComplete: true, inconclusive: "fail" }, 0],
  ["failed", {}, 1],
  ["failed", { inconclusive: "pass", signal: "SIGINT" }, 1],
  ["partial", {}, 0],
  ["partial", { requireComplete: true }, 3],
  ["inconclusive", {}, 3],
  ["inconclusive", { inconclusive: "pass" }, 0],
  ["inconclusive", { inconclusive: "pass", leftOut: true }, 0],
  ["inconclusive", { inconclusive: "pass", leftOut: true, requireComplete: true }, 3],
  ["inconclusive", { inconclusive: "fail" }, 1],
  ["cancelled", {}, 130],
  ["cancelled", { signal: "SIGINT" }, 130],
  ["cancelled", { signal: "SIGTERM" }, 143],
  ["cancelled", { signal: "SIGHUP" }, 129],
] as const)("%s with %j exits with %i", (status, more, exitCode) => {
  expect(exitCodeOf(status, options(more))).toBe(exitCode);
});
