import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openCgroups } from "./cgroup.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "cgroup-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A `/proc` that leads to a folder as the own group. */
function machine(group: string, mountRoot: string, mount: string): string {
  const proc = path.join(root, "proc");
  mkdirSync(path.join(proc, "self"), { recursive: true });
  writeFileSync(path.join(proc, "self/cgroup"), `4:memory:/x\n0::${group}\n`);
  const mounts = `31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n41 31 0:38 ${mountRoot} ${mount} rw - cgroup2 cgroup2 rw\n`;
  writeFileSync(path.join(proc, "self/mountinfo"), mounts);
  return proc;
}

describe("openCgroups()", () => {
  test("gives nothing where groups can be made but keep no account, and leaves nothing there", () => {
    const own = path.join(root, "tree/ours");
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, "cgroup.procs"), "");
    expect(openCgroups(machine("/ours", "/", path.join(root, "tree")))).toBeUndefined();
    expect(readdirSync(own)).toEqual(["cgroup.procs"]);
  });

  test("removes groups of processes that are gone, beneath a mount whose name has blanks and shows a part", () => {
    const own = path.join(root, "a tree/ours");
    // Gone, there, its id taken over by a later one, ended but not waited for, and somebody else's.
    const groups = ["ai-workflow-4000000-5-1", "ai-workflow-77-5-1", "ai-workflow-78-5-1", "ai-workflow-79-5-1"];
    for (const name of [...groups, "others-4000000-5-1"])
      mkdirSync(path.join(own, name, "made by a step"), { recursive: true });
    writeFileSync(path.join(own, "cgroup.procs"), "");
    const proc = machine("/slice/ours", "/slice", path.join(root, "a\\040tree"));
    const states = { 77: "S", 78: "S", 79: "Z" };
    for (const [pid, state] of Object.entries(states)) {
      mkdirSync(path.join(proc, pid));
      const startedAt = pid === "78" ? 6 : 5;
      writeFileSync(path.join(proc, pid, "stat"), `${pid} (a) S) ${state} ${"0 ".repeat(18)}${startedAt} 0 0\n`);
    }
    openCgroups(proc);
    expect(readdirSync(own).toSorted()).toEqual(["ai-workflow-77-5-1", "cgroup.procs", "others-4000000-5-1"]);
  });

  test("gives nothing without cgroup v2, and where the mount does not show the own group", () => {
    expect(openCgroups(path.join(root, "missing"))).toBeUndefined();
    expect(openCgroups(machine("/ours", "/theirs", root))).toBeUndefined();
  });

  // Not every machine lets groups be made: then the test is skipped, and says so by its name.
  const real = process.platform === "linux" ? openCgroups() : undefined;
  test.runIf(real !== undefined)("makes and removes groups of the kernel, where it may", () => {
    const group = real?.open();
    expect(group?.read()).toMatchObject({ cpuMs: 0 });
    expect(existsSync(group?.joinFile ?? "")).toBe(true);
    expect(group?.remove()).toBe(true);
    expect(existsSync(group?.joinFile ?? "")).toBe(false);
    expect(group?.remove()).toBe(true);
  });

  test("touches nothing where the own group lies outside of what its namespace shows", () => {
    const other = path.join(root, "tree/ours/ai-workflow-4000000-5-1");
    mkdirSync(other, { recursive: true });
    writeFileSync(path.join(root, "tree/ours/cgroup.procs"), "");
    expect(openCgroups(machine("/../ours", "/", path.join(root, "tree")))).toBeUndefined();
    expect(openCgroups(machine("/slice/ours", "/../slice", path.join(root, "tree")))).toBeUndefined();
    expect(existsSync(other)).toBe(true);
  });

  test.runIf(real !== undefined)("gives nothing beneath a threaded group, whose groups take no processes", () => {
    const group = real?.open();
    const folder = path.dirname(group?.joinFile ?? "");
    writeFileSync(path.join(folder, "cgroup.type"), "threaded");
    expect(openCgroups(machine(`/${path.basename(folder)}`, "/", path.dirname(folder)))).toBeUndefined();
    expect(group?.remove()).toBe(true);
  });

  test.runIf(real !== undefined)("a group with processes stays until they have ended", async () => {
    const group = real?.open();
    const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
    writeFileSync(group?.joinFile ?? "", String(child.pid));
    expect(group?.remove()).toBe(false);
    child.stdin.end();
    await once(child, "exit");
    expect(group?.read()?.cpuMs).toBeGreaterThanOrEqual(0);
    expect(group?.remove()).toBe(true);
    expect(group?.read()).toBeUndefined();
  });

  test.runIf(real !== undefined)(
    "tells who is in its groups, also in one that was made beneath, and ends them",
    async () => {
      const group = real?.open();
      const folder = path.dirname(group?.joinFile ?? "");
      mkdirSync(path.join(folder, "inner"));
      const children = [folder, path.join(folder, "inner")].map((joined) => {
        const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
        writeFileSync(path.join(joined, "cgroup.procs"), String(child.pid));
        return child;
      });
      const pids = children.map(({ pid }) => pid);
      expect(group?.processes.pids()).toEqual(pids);
      expect(real?.processes.pids()).toEqual(expect.arrayContaining(pids));
      const gone = Promise.all(children.map((child) => once(child, "exit")));
      group?.processes.kill();
      // Before Linux 5.14 the kernel cannot.
      if (!existsSync(path.join(folder, "cgroup.kill"))) for (const child of children) child.kill("SIGKILL");
      expect(await gone).toEqual([
        [null, "SIGKILL"],
        [null, "SIGKILL"],
      ]);
      expect(group?.processes.pids()).toEqual([]);
      expect(group?.remove()).toBe(true);
      expect(existsSync(folder)).toBe(false);
      expect(group?.processes.pids()).toEqual([]);
      expect(() => group?.processes.kill()).not.toThrow();
    },
  );
});
