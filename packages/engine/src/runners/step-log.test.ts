import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStepLog, type StepLog } from "./step-log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "step-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => path.join(folder, "steps", "a.log");
/** More room than any disk has, so that each is almost full. */
const ALMOST_FULL = { littleRoomBytes: Infinity };

/** Runs a command with the log as its output; gives how it ended and what became of the log. */
async function runInto(log: StepLog, command: string): Promise<{ readonly code: unknown; readonly loss?: string }> {
  const child = spawn("sh", ["-c", command], { stdio: ["ignore", log.fd, log.fd] });
  const [code] = (await once(child, "exit")) as [number | null];
  const loss = log.close();
  return { code, ...(loss === undefined ? {} : { loss }) };
}

test("with room on the disk the step writes to the file itself", async () => {
  const log = openStepLog(file(), { littleRoomBytes: 0 });
  expect(await runInto(log, "readlink /proc/self/fd/1 || echo elsewhere")).toEqual({ code: 0 });
  const expected = existsSync("/proc/self/fd") ? file() : "elsewhere";
  expect(readFileSync(file(), "utf8")).toBe(`${expected}\n`);
});

test("a step that removes its log is told of, and goes on", async () => {
  const log = openStepLog(file(), { littleRoomBytes: 0 });
  expect(await runInto(log, `echo early; rm -rf '${folder}'; echo late`)).toEqual({
    code: 0,
    loss: `its log was removed before it ended: ${file()}`,
  });
});

describe("on a disk that is almost full", () => {
  test("all that was printed is in the log, in order, also what was printed through /dev/stderr", async () => {
    const log = openStepLog(file(), ALMOST_FULL);
    const command =
      "i=0; while [ $i -lt 2000 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; echo end >/dev/stderr";
    expect(await runInto(log, command)).toEqual({ code: 0 });
    const lines = Array.from({ length: 2_000 }, (_, index) => `out ${index}\nerr ${index}\n`);
    expect(readFileSync(file(), "utf8")).toBe(`${lines.join("")}end\n`);
  });

  test("what is printed is added to what an earlier attempt printed", async () => {
    for (const text of ["one", "two"]) await runInto(openStepLog(file(), ALMOST_FULL), `echo ${text}`);
    expect(readFileSync(file(), "utf8")).toBe("one\ntwo\n");
  });

  test("what the step leaves running holds nobody up, and its output is still taken", async () => {
    const log = openStepLog(file(), ALMOST_FULL);
    const fifo = path.join(folder, "go on");
    const command = `mkfifo '${fifo}'; { read -r _ < '${fifo}'; echo late; } & echo early`;
    expect(await runInto(log, command)).toEqual({ code: 0 });
    expect(readFileSync(file(), "utf8")).toBe("early\n");
    writeFileSync(fifo, "\n");
    await expect.poll(() => readFileSync(file(), "utf8")).toBe("early\nlate\n");
  });

  test("leaves no pipe behind", async () => {
    const own = (): readonly string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`.ai-workflow-${process.pid}-`));
    const log = openStepLog(file(), ALMOST_FULL);
    expect(own()).toEqual([]);
    await runInto(log, "true");
  });
});

test.runIf(existsSync("/dev/full"))("on a full disk the step goes on, and it is told how much is missing", async () => {
  const full = path.join(folder, "full.log");
  symlinkSync("/dev/full", full);
  expect(await runInto(openStepLog(full, ALMOST_FULL), "head -c 300000 /dev/zero && exit 3")).toEqual({
    code: 3,
    loss: `its log is cut off, 300000 bytes are missing, the disk is full: ${full}`,
  });
});
