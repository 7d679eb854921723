import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { continueSteps, noteGroup, suspendSteps } from "./running-groups.ts";

/** State of a process as Linux tells it: `T` is stopped. */
function stateOf(pid: number): string | undefined {
  return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}

describe.runIf(process.platform === "linux")("suspendSteps() and continueSteps()", () => {
  test("stop and continue groups that are noted, and leave others and those that are gone alone", async () => {
    const [one, other, gone] = ["cat", "cat", "true"].map((command) => spawn(command, { detached: true }));
    if (one?.pid === undefined || other?.pid === undefined || gone?.pid === undefined) throw new Error("not started");
    const { pid } = one;
    try {
      const forget = noteGroup(pid);
      const forgetGone = noteGroup(gone.pid);
      if (gone.exitCode === null) await once(gone, "exit");
      suspendSteps();
      await vi.waitFor(() => expect(stateOf(pid)).toBe("T"));
      expect(stateOf(other.pid)).not.toBe("T");
      continueSteps();
      await vi.waitFor(() => expect(stateOf(pid)).not.toBe("T"));
      forgetGone();
      forget();
      suspendSteps();
      one.stdin.end("still here");
      const [exitCode] = (await once(one, "exit")) as [number];
      expect(exitCode).toBe(0);
    } finally {
      for (const child of [one, other]) child.kill("SIGKILL");
    }
  });
});
