import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BIN } from "./run-cli.ts";
import type { Workspace } from "./create-workspace.ts";

/** Whether this machine has tmux, a terminal that tests can type into and look at. */
export const HAS_TMUX: boolean =
  process.platform !== "win32" && spawnSync("tmux", ["-V"], { stdio: "ignore" }).status === 0;

/** What is said with a test that needs it. */
export const NEEDS_TMUX: string = HAS_TMUX ? "in tmux" : "in tmux (left out: tmux is not installed)";

/** A terminal with a shell in it, in which the program is called `aiw` and `ai-workflow`. */
export interface Tmux extends Disposable {
  /** Types a line. */
  readonly enter: (line: string) => void;
  /** Types characters. */
  readonly type: (text: string) => void;
  /** Types keys by their names in tmux, such as `C-c`. */
  readonly press: (...keys: readonly string[]) => void;
  /** Lines of the screen, without empty ones at its end. */
  readonly screen: () => readonly string[];
  /** Resolves with the screen once it shows this, or this is true of it. */
  readonly until: (what: RegExp | ((screen: readonly string[]) => boolean)) => Promise<readonly string[]>;
  /** The screen with escape sequences for colours, and what has left it at the top. */
  readonly everything: () => string;
  readonly resize: (columns: number, rows: number) => void;
  /** Whether the cursor is shown, and the column that it stands in. */
  readonly cursor: () => { readonly isShown: boolean; readonly column: number };
}

/** Options of {@link createTmux}. */
export interface TmuxOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** The command that is the shell. @defaultValue bash without any configuration */
  readonly shell?: string;
  /** Variables of the shell beside those of the workspace. */
  readonly env?: Readonly<Record<string, string>>;
}

let count = 0;

/** Starts a terminal in the repository of a workspace. */
export function createTmux(workspace: Workspace, options: TmuxOptions = {}): Tmux {
  const { columns = 90, rows = 60, shell = "bash --norc --noprofile -i", env = {} } = options;
  const socket = path.join(workspace.path, `tmux-${(count += 1)}`);
  const bin = path.join(workspace.path, `bin-${count}`);
  mkdirSync(bin);
  for (const name of ["aiw", "ai-workflow"]) symlinkSync(BIN, path.join(bin, name));
  const environment = {
    ...workspace.environment,
    PATH: `${bin}${path.delimiter}${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
    LC_ALL: "C.UTF-8",
    // A shell between may have a prompt of its own.
    PROMPT_COMMAND: "PS1='$ '",
    TERM: "screen-256color",
    // bash says on macOS that another shell is the usual one.
    BASH_SILENCE_DEPRECATION_WARNING: "1",
    ...env,
  };
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], { encoding: "utf8", env: environment });
  tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), "-s", "a", "-c", workspace.repository, shell);
  const screen = (): readonly string[] => tmux("capture-pane", "-p", "-t", "a").trimEnd().split("\n");
  return {
    enter: (line) => {
      tmux("send-keys", "-t", "a", "-l", line);
      tmux("send-keys", "-t", "a", "Enter");
    },
    type: (text) => void tmux("send-keys", "-t", "a", "-l", text),
    press: (...keys) => void tmux("send-keys", "-t", "a", ...keys),
    screen,
    async until(what) {
      for (const endMs = performance.now() + 30_000; ; await sleep(20)) {
        const lines = screen();
        if (what instanceof RegExp ? what.test(lines.join("\n")) : what(lines)) return lines;
        if (performance.now() > endMs) throw new Error(`${String(what)} does not come:\n${lines.join("\n")}`);
      }
    },
    everything: () => tmux("capture-pane", "-p", "-e", "-S", "-", "-t", "a").trimEnd(),
    resize: (x, y) => void tmux("resize-window", "-t", "a", "-x", String(x), "-y", String(y)),
    cursor: () => {
      const [flag, column] = tmux("display-message", "-p", "-t", "a", "#{cursor_flag} #{cursor_x}").trim().split(" ");
      return { isShown: flag === "1", column: Number(column) };
    },
    [Symbol.dispose]: () => {
      spawnSync("tmux", ["-S", socket, "kill-server"], { stdio: "ignore" });
    },
  };
}
