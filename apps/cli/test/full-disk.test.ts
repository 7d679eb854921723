/** Small disks that are full, for real: steps go on, and room can be made. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { runCli } from "./support/run-cli.ts";
import { snapshotState } from "./support/snapshot-state.ts";

const CONFIG = ".workflow-config.yaml";

/** A container may forbid mounting also to its superuser; here it is tried in a namespace that is gone with the process. */
const canMount =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** Puts the state of a workspace, or another folder of it, onto a disk of its own. */
function mountState(workspace: Workspace, options: string, name = ".workflow"): Disposable {
  const folder = workspace.file(name);
  mkdirSync(folder);
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  return { [Symbol.dispose]: () => void execFileSync("umount", ["-l", folder]) };
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

test.runIf(canMount)(
  "a disk that fills up while a run writes its journal and results fails no step, and what was kept before is used (needs a superuser who may mount)",
  async () => {
    using workspace = createWorkspace({
      files: {
        [CONFIG]: `steps:
  before: { run: "echo 1" }
  fill: { run: "head -c 4000000 /dev/zero > .workflow/filler || true", needs: [before], cache: false }
  after: { run: "echo 2", needs: [fill] }
  last: { run: "echo 3", needs: [after] }
`,
      },
    });
    using _ = mountState(workspace, "size=2m");
    const outcomes = { before: "passed", fill: "passed", after: "passed", last: "passed" };
    const full = await runCli(workspace, ["run"]);
    expectOutcomes(full, outcomes);
    expect(full).toMatchObject({ exitCode: 0, signal: null });
    expect(full.stderr).toContain("ENOSPC");
    rmSync(workspace.file(".workflow/filler"));
    workspace.commit({
      [CONFIG]: `steps:
  before: { run: "echo 1" }
  after: { run: "echo 2", needs: [before] }
  last: { run: "echo 3", needs: [after] }
`,
    });
    // Nothing that could not be kept counts, and nothing half kept does.
    const next = await runCli(workspace, ["run"]);
    expect(next.exitCode).toBe(0);
    expect(next.stderr).not.toContain("ENOSPC");
    expectOutcomes(await runCli(workspace, ["run"]), { before: "replayed", after: "replayed", last: "replayed" });
  },
);

test.runIf(canMount)(
  "on a read-only disk steps run and nothing is kept; what was kept before serves again when it may be written (needs a superuser who may mount)",
  async () => {
    using workspace = createWorkspace({
      files: { [CONFIG]: "steps: { a: { run: 'echo a', inputs: [a.txt] }, b: { run: 'exit 3' } }\n", "a.txt": "1\n" },
    });
    using _ = mountState(workspace, "size=4m");
    expectOutcomes(await runCli(workspace, ["run", "--continue"]), { a: "passed", b: "failed" });
    execFileSync("mount", ["-o", "remount,ro", workspace.file(".workflow")]);
    const before = snapshotState(workspace);
    const result = await runCli(workspace, ["run", "--continue"]);
    expectOutcomes(result, { a: "passed", b: "failed" });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(".workflow cannot be written (EROFS): this run leaves no record");
    expect(snapshotState(workspace)).toEqual(before);
    execFileSync("mount", ["-o", "remount,rw", workspace.file(".workflow")]);
    expectOutcomes(await runCli(workspace, ["run", "--continue"]), { a: "replayed", b: "failed" });
  },
);

test.runIf(canMount)(
  "doctor tells of a disk that is full, and leaves nothing on it (needs a superuser who may mount)",
  async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: "steps: { a: { run: 'echo a' } }\n" } });
    using _ = mountState(workspace, "size=64k");
    expect(() => writeFileSync(workspace.file(".workflow/filler"), Buffer.alloc(100 * 1_024))).toThrow("ENOSPC");
    const { exitCode, stdout, stderr } = await runCli(workspace, ["doctor"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain(
      "problem  only 0.0 MB free on the disk with the state\n         mend: make room on the disk",
    );
    expect(stdout).toContain("unknown  how fast the disk is could not be measured (ENOSPC)");
    expect(readdirSync(workspace.file(".workflow"))).toEqual(["filler"]);
  },
);

test.runIf(canMount)(
  "built-in steps that mend files leave them as they are on a full disk, and say which (needs a superuser who may mount)",
  async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: "steps: { markdown_lint: {}, version_update: {} }\n" } });
    using _ = mountState(workspace, "size=16k", "small");
    const files = { "small/a.md": "# A\n\n##Bad\n", "small/package.json": '{ "name": "a", "version": "1.0.0" }\n' };
    workspace.commit(files);
    workspace.git("tag", "v1.0.0");
    workspace.git("commit", "--quiet", "--allow-empty", "--message", "feat: more");
    spawnSync("dd", ["if=/dev/zero", `of=${workspace.file("small/filler")}`, "bs=1k"]);
    const full = await runCli(workspace, ["run", "--fix", "--apply", "--continue=always", "--manual-trigger"]);
    expect(full.stdout).toContain("small/a.md: error it could not be mended: ENOSPC: no space left on device");
    expect(full.stdout).toContain("small/package.json: error the version could not be raised: ENOSPC");
    expect(full.stdout + full.stderr).not.toContain("    at ");
    expect(Object.keys(files).map((name) => workspace.read(name))).toEqual(Object.values(files));
    expect(readdirSync(workspace.file("small")).toSorted()).toEqual(["a.md", "filler", "package.json"]);
    rmSync(workspace.file("small/filler"));
    expectOutcomes(await runCli(workspace, ["run", "--fix", "--apply", "--manual-trigger"]), {
      markdown_lint: "passed",
      version_update: "passed",
    });
    expect([workspace.read("small/a.md"), workspace.read("small/package.json")]).toEqual([
      "# A\n\n## Bad\n",
      '{ "name": "a", "version": "1.1.0" }\n',
    ]);
  },
);
