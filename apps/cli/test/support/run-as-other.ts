import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Workspace } from "./create-workspace.ts";
import { BIN, runCli, type CliOptions, type CliResult } from "./run-cli.ts";

/** Nobody: a user whose rights the mode of a file can take away, which those of root cannot. */
const OTHER = 65_534;
const isRoot = process.getuid?.() === 0;

/** Whether a program can be run by a user who is not root. */
export const canRunUnprivileged: boolean =
  !isRoot || spawnSync(process.execPath, ["-e", ""], { uid: OTHER, gid: OTHER, cwd: "/" }).status === 0;

/** Runs the built program as a user who is not root: as this one, or as root as another to whom everything in the workspace is given. */
export function runUnprivileged(
  workspace: Workspace,
  args: readonly string[],
  env: CliOptions["env"] = {},
): Promise<CliResult> {
  if (!isRoot) return runCli(workspace, args, { env });
  // The checkout may be where the other cannot read.
  const program = path.join(workspace.path, "program");
  const packages = path.resolve(path.dirname(BIN), "..", "node_modules");
  mkdirSync(path.join(program, "node_modules"), { recursive: true });
  cpSync(path.dirname(BIN), path.join(program, "dist"), { recursive: true });
  cpSync(path.resolve(path.dirname(BIN), "..", "package.json"), path.join(program, "package.json"));
  for (const name of ["zx", "tinypool"]) {
    cpSync(realpathSync(path.join(packages, name)), path.join(program, "node_modules", name), { recursive: true });
  }
  execFileSync("chown", ["-R", `${OTHER}:${OTHER}`, workspace.path]);
  return runCli(workspace, args, { env, uid: OTHER, bin: path.join(program, "dist", "bin.js") });
}

/** Takes away the right to write to everything in the repository, or gives it back. */
export function setWritable(workspace: Workspace, writable: boolean): void {
  execFileSync("chmod", ["-R", writable ? "u+w" : "a-w", workspace.repository]);
}
