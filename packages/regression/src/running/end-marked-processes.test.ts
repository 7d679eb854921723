import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endMarkedProcesses, forceMarkedProcesses } from "./end-marked-processes.ts";

let procRoot: string;
beforeEach(() => {
  procRoot = mkdtempSync(join(tmpdir(), "proc-"));
});
afterEach(() => rmSync(procRoot, { recursive: true, force: true }));

/** A process as Linux shows it; its id is none that any system gives. */
function addProcess(pid: number, shown: { environ: string; cmdline: string; comm?: string; exe?: string }): void {
  const folder = join(procRoot, String(pid));
  mkdirSync(folder);
  writeFileSync(join(folder, "environ"), shown.environ);
  writeFileSync(join(folder, "cmdline"), shown.cmdline);
  writeFileSync(join(folder, "comm"), `${shown.comm ?? "one"}\n`);
  if (shown.exe !== undefined) symlinkSync(shown.exe, join(folder, "exe"));
}

const HIGH = 4_194_304;

describe("forceMarkedProcesses()", () => {
  test("knows what bears the mark as a whole, and asks whether it may stay", () => {
    addProcess(HIGH + 1, { environ: "M=1\0A=b\0", cmdline: "tool\0-x\0", comm: "tool" });
    addProcess(HIGH + 2, { environ: "A=b\0M=1\0", cmdline: "", comm: "bare" });
    addProcess(HIGH + 3, { environ: "A=b\0M=12\0XM=1\0", cmdline: "other\0" });
    const asked: unknown[] = [];
    const keeps = (left: object): boolean => asked.push(left) > 0;
    expect(forceMarkedProcesses("M=1", { procRoot, keeps })).toBe("none");
    expect(asked).toEqual([
      { pid: HIGH + 1, command: ["tool", "-x"], name: "tool" },
      { pid: HIGH + 2, command: [""], name: "bare" },
    ]);
    expect(forceMarkedProcesses("M=1", { procRoot })).toBe("some");
    expect(forceMarkedProcesses("M=2", { procRoot })).toBe("none");
  });

  test("finds nothing where there is no /proc", () => {
    expect(forceMarkedProcesses("M=1", { procRoot: join(procRoot, "nowhere") })).toBe("none");
  });
});

describe("endMarkedProcesses()", () => {
  test("looks again at a process that is just getting its program, and at none of the kernel's", async () => {
    addProcess(HIGH + 1, { environ: "", cmdline: "", comm: "kworker" });
    let pauses = 0;
    const wait = async (): Promise<void> => {
      pauses += 1;
      rmSync(join(procRoot, String(HIGH + 2)), { recursive: true });
    };
    await endMarkedProcesses("M=1", { procRoot, delay: wait });
    expect(pauses).toBe(0);
    addProcess(HIGH + 2, { environ: "", cmdline: "", exe: "/bin/sleep" });
    await endMarkedProcesses("M=1", { procRoot, delay: wait });
    expect(pauses).toBe(1);
  });

  test("looks twice at what shows arguments and no variables, which are set a moment later", async () => {
    addProcess(HIGH + 1, { environ: "", cmdline: "emptied\0", exe: "/bin/emptied" });
    let pauses = 0;
    await endMarkedProcesses("M=1", { procRoot, delay: async () => void (pauses += 1) });
    expect(pauses).toBe(1);
    rmSync(join(procRoot, String(HIGH + 1)), { recursive: true });
    addProcess(HIGH + 2, { environ: "", cmdline: "starts\0", exe: "/bin/starts" });
    const asked: unknown[] = [];
    const appear = async (): Promise<void> => writeFileSync(join(procRoot, String(HIGH + 2), "environ"), "M=1\0");
    await endMarkedProcesses("M=1", { procRoot, delay: appear, keeps: ({ name }) => asked.push(name) > 0 });
    expect(asked).toEqual(["one"]);
  });

  test("gives up on what does not end", async () => {
    addProcess(HIGH + 1, { environ: "M=1\0", cmdline: "stuck\0" });
    let pauses = 0;
    await endMarkedProcesses("M=1", { procRoot, delay: async () => void (pauses += 1) });
    expect(pauses).toBe(50);
  });
});
