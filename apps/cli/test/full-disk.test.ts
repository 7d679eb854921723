/** Small disks that are full, for real: steps go on, and room can be made. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

/** A container may forbid mounting also to its superuser; here it is tried in a namespace that is gone with the process. */
const canMount =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** Puts the state of a workspace onto a disk of its own. */
function mountState(workspace: Workspace, options: string): Disposable {
  const state = workspace.file(".workflow");
  mkdirSync(state);
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", state]);
  return { [Symbol.dispose]: () => void execFileSync("umount", ["-l", state]) };
}

test.runIf(canMount).each(["size=256k", "nr_inodes=4", "nr_inodes=8", "nr_inodes=10", "nr_inodes=16"])(
  "steps that pass do so on a disk of %s, and it is told what could not be kept (needs a superuser who may mount)",
  async (size) => {
    using workspace = createWorkspace({
      files: { [CONFIG]: "steps: { loud: { run: 'head -c 3000000 /dev/zero' }, bad: { run: 'exit 3' } }\n" },
    });
    using _ = mountState(workspace, size);
    const result = await runCli(workspace, ["run"]);
    expectOutcomes(result, { loud: "passed", bad: "failed" });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("ENOSPC");
  },
);

test.runIf(canMount)("clean makes room on a disk that is full (needs a superuser who may mount)", async () => {
  using workspace = createWorkspace({
    files: { [CONFIG]: "retention: { runs: 1 }\nsteps: { a: { run: 'echo a', cache: false } }\n" },
  });
  using _ = mountState(workspace, "size=512k");
  for (let run = 0; run < 2; run += 1) expectOutcomes(await runCli(workspace, ["run"]), { a: "passed" });
  expect(() => writeFileSync(workspace.file(".workflow/filler"), Buffer.alloc(512 * 1_024))).toThrow("ENOSPC");
  const { exitCode, stderr } = await runCli(workspace, ["clean"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const folders = readdirSync(workspace.file(".workflow/runs"));
  expect(folders).toHaveLength(1);
  expect(existsSync(workspace.file(".workflow/lock"))).toBe(false);
});

test.runIf(canMount)(
  "where nothing at all can be written, clean says so (needs a superuser who may mount)",
  async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: "steps: { a: { run: 'echo a' } }\n" } });
    using _ = mountState(workspace, "size=64k");
    expect(() => writeFileSync(workspace.file(".workflow/filler"), Buffer.alloc(100 * 1_024))).toThrow("ENOSPC");
    const { exitCode, stderr } = await runCli(workspace, ["clean"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${workspace.file(".workflow")} cannot be written (ENOSPC)`);
    expect(stderr).toContain("Make a little room on the disk first");
    expect(readdirSync(workspace.file(".workflow")).filter((name) => name.startsWith(".lock-"))).toEqual([]);
  },
);
