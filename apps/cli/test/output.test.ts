/** Where what the program prints cannot be written. */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { BIN, runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const files = { [CONFIG]: 'steps: { lint: { run: "true" } }\n', ".gitignore": ".workflow/\n" };
const TOLD = "standard output could not be written (ENOSPC): what it holds is incomplete\n";

/** Runs the program with its output in a device or through a pipe of the shell. */
function runInShell(workspace: Workspace, line: string): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync("bash", ["-c", `set -o pipefail; ${line}`, "bash", process.execPath, BIN], {
    cwd: workspace.repository,
    env: { ...workspace.environment },
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  return { status, stderr };
}

describe("output that cannot be written", () => {
  test.skipIf(!existsSync("/dev/full"))("is told of on standard error, and the exit code is not 0", async () => {
    using workspace = createWorkspace({ files });
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
    for (const words of ["--version", "run", "run --json", "export trace", "bottlenecks", "status", "run --help"]) {
      const { status, stderr } = runInShell(workspace, `"$1" "$2" ${words} > /dev/full`);
      expect({ words, status }).toEqual({ words, status: 2 });
      expect(stderr.split(TOLD)).toHaveLength(2);
    }
  });

  test.skipIf(!existsSync("/dev/full"))("does not hide that a step failed", async () => {
    using workspace = createWorkspace({ files: { ...files, [CONFIG]: 'steps: { lint: { run: "false" } }\n' } });
    const { status, stderr } = runInShell(workspace, '"$1" "$2" run > /dev/full');
    expect(status).toBe(1);
    expect(stderr).toContain(TOLD);
  });

  test("is told of, too, where only its beginning could be written", async () => {
    using workspace = createWorkspace({ files });
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
    // A file may have no more than a kibibyte; the shell is told to pass on no signal for that.
    const line = `trap '' XFSZ; ulimit -f 1; "$1" "$2" export otlp-traces > out`;
    const { status, stderr } = runInShell(workspace, line);
    expect(status).toBe(2);
    expect(stderr).toContain("standard output could not be written (EFBIG)");
    expect(workspace.read("out")).toHaveLength(1_024);
  });

  test("is nothing to speak of where the reader has seen enough", async () => {
    using workspace = createWorkspace({ files });
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
    for (const words of ["export trace", "--version", "run --help"]) {
      expect(runInShell(workspace, `"$1" "$2" ${words} | :`)).toEqual({ status: 0, stderr: "" });
    }
  });

  test("is written as a whole into a file", async () => {
    using workspace = createWorkspace({ files });
    await runCli(workspace, ["run"]);
    const { stdout } = await runCli(workspace, ["export", "trace"]);
    const out = openSync(workspace.file("out"), "w");
    try {
      const stdio = ["ignore", out, "ignore"] as const;
      const options = { cwd: workspace.repository, env: { ...workspace.environment }, stdio: [...stdio] };
      expect(spawnSync(process.execPath, [BIN, "export", "trace"], options).status).toBe(0);
    } finally {
      closeSync(out);
    }
    expect(workspace.read("out")).toBe(stdout);
  });
});
