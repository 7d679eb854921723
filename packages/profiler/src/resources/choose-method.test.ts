import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chooseMethod, type MethodWish } from "./choose-method.ts";
import { createProcFiles } from "./proc-files.ts";

let root: string;
let lost: string[];
beforeEach(() => {
  lost = [];
  root = mkdtempSync(path.join(tmpdir(), "method-"));
  mkdirSync(path.join(root, "self"));
  // Version 1 of cgroups beside a version 2 whose group this process may not see.
  writeFileSync(path.join(root, "self/cgroup"), "4:memory:/job\n1:name=systemd:/\n0::/../job\n");
  writeFileSync(path.join(root, "self/mountinfo"), `41 31 0:38 / ${root} rw - cgroup2 cgroup2 rw\n`);
  writeFileSync(path.join(root, "self/stat"), `7 (a) S ${"1 ".repeat(49)}\n`);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});
const choose = (wish: MethodWish["wish"], platform: NodeJS.Platform, procRoot: string | undefined = root) =>
  chooseMethod({
    wish,
    platform,
    procRoot,
    files: createProcFiles(procRoot),
    lost: (message) => lost.push(message),
  }).name;

describe("chooseMethod()", () => {
  test("takes the files of Linux where there are no groups, and says so when groups were asked for", () => {
    expect(choose("auto", "linux")).toBe("proc");
    expect(choose("proc", "linux")).toBe("proc");
    expect(lost).toEqual([]);
    expect(choose("cgroup", "linux")).toBe("proc");
    expect(lost).toEqual(["method cgroup does not work here: proc is used instead"]);
  });

  test("takes ps when it is asked for, and where there is no /proc", () => {
    expect(choose("ps", "linux")).toBe("ps");
    expect(choose("auto", "linux", path.join(root, "missing"))).toBe("ps");
    expect(lost).toEqual([]);
    expect(choose("proc", "linux", path.join(root, "missing"))).toBe("ps");
    expect(lost).toHaveLength(1);
  });

  test("has no way on Windows, and says so", () => {
    expect(choose("auto", "win32", path.join(root, "missing"))).toBeUndefined();
    expect(lost).toEqual(["what processes take cannot be measured on this system"]);
  });
});
