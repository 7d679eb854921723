import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runProgram } from "./run-program.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "program-"));
});
afterEach(() => {
  // The process that the test left running.
  const file = path.join(directory, "daemon");
  if (existsSync(file)) process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

/** Leaves a process behind that is nobody's child any more, is in a session of its own, and holds the outputs. */
const DAEMON = "(setsid sh -c 'echo $$ > daemon; exec sleep 600' &); until test -s daemon; do sleep 0.01; done";

test("runProgram() does not wait for what a program left running", async () => {
  const end = await runProgram("sh", ["-c", `${DAEMON}; echo done; exit 3`], { directory });
  expect(end).toMatchObject({ status: "ended", code: 3, isTimedOut: false, stdout: "done\n" });
});

test("runProgram() ends when the time of a program is up, though something that it left running holds its outputs", async () => {
  const end = await runProgram("sh", ["-c", `${DAEMON}; echo started; exec sleep 600`], { directory, timeoutMs: 500 });
  expect(end).toMatchObject({ status: "ended", code: undefined, isTimedOut: true });
});
