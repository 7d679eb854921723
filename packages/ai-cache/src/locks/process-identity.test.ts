import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { identifyThisProcess, isProcessRunning, parseProcessStat } from "./process-identity.ts";

test("isProcessRunning() knows this process, and not one of the same number that started at another time", () => {
  const { pid, start } = identifyThisProcess();
  expect(pid).toBe(process.pid);
  expect(isProcessRunning(pid, start)).toBe(true);
  expect(isProcessRunning(pid, undefined)).toBe(true);
});

test.skipIf(process.platform !== "linux")("isProcessRunning() is not taken in by a number used again", () => {
  const { pid, start } = identifyThisProcess();
  expect(start).toMatch(/^\d+$/);
  expect(isProcessRunning(pid, `${start}1`)).toBe(false);
});

test("isProcessRunning() knows that a killed process is gone", async () => {
  const child = fork(fileURLToPath(new URL("../../test/processes/ask.mjs", import.meta.url)), { execArgv: [] });
  await once(child, "message");
  const pid = child.pid ?? 0;
  expect(isProcessRunning(pid, undefined)).toBe(true);
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  expect(isProcessRunning(pid, undefined)).toBe(false);
});

test("parseProcessStat() reads state and start whatever the process is called", () => {
  const tail = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 8675309 20 21";
  for (const name of ["node", "a) R 1 (b", "", "x y"]) {
    expect(parseProcessStat(`12 (${name}) ${tail}`)).toEqual({ state: "S", start: "8675309" });
  }
  for (const line of [
    "",
    "12",
    "12 (node)",
    "12 (node) S 1 2",
    "12 (node) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x",
  ]) {
    expect(parseProcessStat(line)).toBeUndefined();
  }
});
