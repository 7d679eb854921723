import { spawn, spawnSync } from "node:child_process";
import { BIN } from "./run-cli.ts";
import type { Workspace } from "./create-workspace.ts";

/** Whether this machine can give a program a terminal: `script` of util-linux does. */
export const HAS_TERMINAL: boolean =
  process.platform === "linux" && spawnSync("script", ["--version"], { stdio: "ignore" }).status === 0;

/** How the program ended, and all that its terminal showed. */
export interface TerminalResult {
  readonly exitCode: number | null;
  readonly shown: string;
}

/** What is done once the terminal shows a text. */
export interface TypedAnswer {
  readonly after: string;
  /** What is typed. @defaultValue nothing */
  readonly text?: string;
  /** What happens elsewhere. */
  readonly act?: () => void;
}

/** Runs the built program in a terminal. */
export function runInTerminal(
  workspace: Workspace,
  args: readonly string[],
  answers: readonly TypedAnswer[],
  env: Readonly<Record<string, string>> = {},
): Promise<TerminalResult> {
  const command = [process.execPath, BIN, ...args].map((part) => `'${part}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
    cwd: workspace.repository,
    env: { ...workspace.environment, NO_COLOR: "1", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const open = [...answers];
  let shown = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    shown += text;
    const [next] = open;
    if (next === undefined || !shown.includes(next.after)) return;
    open.shift();
    if (next.text !== undefined) child.stdin.write(next.text);
    next.act?.();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, shown }));
  });
}
