import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Workspace } from "./create-workspace.ts";

/** The built program; `AI_WORKFLOW_BIN` names another one, such as that of an installed package. */
export const BIN: string =
  process.env["AI_WORKFLOW_BIN"] ?? fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

/** How the program ended, and all it printed. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link runCli}. */
export interface CliOptions {
  /** @defaultValue the repository of the workspace */
  readonly cwd?: string;
  /** Variables beside those of the workspace; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** User and group that the program runs as. */
  readonly uid?: number;
  /** Whether it leads a group of processes of its own. @defaultValue false */
  readonly detached?: boolean;
  /** The program. @defaultValue {@link BIN} */
  readonly bin?: string;
}

/** A program that was started. */
export interface RunningCli {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly result: Promise<CliResult>;
}

/** Starts the built program in a workspace, without standard input and without a terminal. */
export function startCli(workspace: Workspace, args: readonly string[], options: CliOptions = {}): RunningCli {
  const bin = options.bin ?? BIN;
  accessSync(bin, constants.R_OK);
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd ?? workspace.repository,
    env: { ...workspace.environment, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: options.detached ?? false,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (text: string) => (output[name] += text));
  }
  const result = new Promise<CliResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal, ...output }));
  });
  return { process: child, output, result };
}

/** Runs the built program in a workspace to its end. */
export function runCli(workspace: Workspace, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(workspace, args, options).result;
}
