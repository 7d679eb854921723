import { accessSync, constants } from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import type { $ as Zx, Options } from "zx/core";
import { signalGroup } from "./end-process-group.ts";
import { noteGroup } from "./running-groups.ts";
import type { StartedShell } from "./started-shell.ts";
import { openStepLog } from "./step-log.ts";
import type { AttemptMeter, StepRun } from "./step-run.ts";

/** What starting a shell needs of the attempt it is for. */
export interface ShellStart extends Pick<StepRun, "directory" | "target" | "environment" | "logFile"> {
  readonly meter: Pick<AttemptMeter, "variables" | "joinFile">;
}

/** Options of {@link startShell}. */
export interface ShellOptions {
  /** Run in `sh` without any option, as package managers do. @defaultValue false */
  readonly plain?: boolean | undefined;
  /** Wait for `goOn` before anything of the command happens. @defaultValue false */
  readonly held?: boolean | undefined;
}

/** Descriptor through which a held shell is told to go on; that it is closed tells that nobody will. */
const HOLD = 3;

/**
 * Starts a shell with a command; its output goes straight to the log file, never through memory. See `runShellStep` for which shell it is.
 *
 * @throws the file system's error when the log cannot be opened
 */
export async function startShell(
  command: string,
  start: ShellStart,
  { plain = false, held = false }: ShellOptions = {},
): Promise<StartedShell> {
  // Loaded with the first step that needs it: a run with nothing to do must start fast.
  const { $ } = await import("zx/core");
  const bash = plain ? undefined : findBash(start.environment["PATH"]);
  const strictness = bash === undefined ? "set -e" : "set -e -o pipefail";
  const wait = bash === undefined ? WAIT_TO_GO_ON : keepSeconds(WAIT_TO_GO_ON);
  const before = [...joinGroup(start.meter.joinFile), ...(held ? [wait] : []), ...(plain ? [] : [strictness])];
  const log = openStepLog(start.logFile);
  const child = withSettings(
    $,
    {
      cwd: start.directory,
      env: stepEnvironment(start),
      quote: (text) => text,
      timeout: 0,
      preferLocal: false,
      detached: true,
      nothrow: true,
      quiet: true,
      verbose: false,
      stdio: held ? ["ignore", log.fd, log.fd, "pipe"] : ["ignore", log.fd, log.fd],
      shell: bash ?? "/bin/sh",
      // On one line, so that the lines that errors name do not depend on it.
      prefix: before.length === 0 ? "" : `${before.join("; ")}\n`,
      postfix: "",
    },
    // A template with one string and no values is passed to the shell as it is.
    () => $(Object.assign([command], { raw: [command] })),
  );
  const hold = (child.child?.stdio as readonly unknown[] | undefined)?.[HOLD] as Socket | null | undefined;
  // A shell that is gone hears nothing; that it ended is told elsewhere.
  hold?.on("error", () => {});
  const forget = child.pid === undefined ? undefined : noteGroup(child.pid);
  let hasEnded = false;
  return {
    pid: child.pid,
    log: log.fd,
    goOn: () => hold?.end("\n", () => hold.destroy()),
    get hasEnded() {
      return hasEnded;
    },
    ended: child.then(({ exitCode, signal, cause }) => {
      hasEnded = true;
      forget?.();
      const errorCode = (cause as NodeJS.ErrnoException | null | undefined)?.code;
      return { exitCode, signal: signal ?? undefined, errorCode };
    }),
    close: log.close,
  };
}

/** What is said of each command. */
const SETTINGS = [
  "cwd",
  "env",
  "quote",
  "timeout",
  "preferLocal",
  "detached",
  "nothrow",
  "quiet",
  "verbose",
  "stdio",
  "shell",
  "prefix",
  "postfix",
] as const satisfies readonly (keyof Options)[];

type Settings = Required<Pick<Options, (typeof SETTINGS)[number]>>;

/**
 * Starts a command with these settings; everything is said in them, for zx takes what is not from variables of its own. They stand where zx has
 * those of everybody for as long as the call takes: `$(settings)` would keep them in a storage that follows every promise of the process, and
 * each step would take a fifth more time.
 */
function withSettings<Result>($: Zx, settings: Settings, start: () => Result): Result {
  const before = Object.fromEntries(SETTINGS.map((name) => [name, $[name]]));
  Object.assign($, settings);
  try {
    return start();
  } finally {
    Object.assign($, before);
  }
}

/** Ends a shell that nobody waits for. Resolves when it is gone and its log closed. */
export async function dropShell(shell: StartedShell): Promise<void> {
  if (shell.pid !== undefined && !shell.hasEnded) signalGroup(shell.pid, "SIGKILL");
  await shell.ended;
  shell.close();
}

/** Lets the shell join the group of processes in which it is measured; a group that is gone holds nothing up. */
function joinGroup(joinFile: string | undefined): readonly string[] {
  return joinFile === undefined ? [] : [`{ echo $$ > '${joinFile.replaceAll("'", `'\\''`)}'; } 2>/dev/null || :`];
}

/** Nothing that the command starts has the descriptor. Whoever is not told to go on has not passed. */
const WAIT_TO_GO_ON = `read -r _ <&${HOLD} || exit 1; exec ${HOLD}<&-`;

/** bash tells in `SECONDS` how long it has been there, and need not know that it waited. Without arguments there are no words to save. */
function keepSeconds(wait: string): string {
  return `set -- "$SECONDS"; ${wait}; SECONDS=$1; set --`;
}

/** What was found by search path: steps of a run share theirs, and a look costs an error for each folder without bash. */
const bashBySearchPath = new Map<string, string | undefined>();

/** The first bash on the path that may be run. */
function findBash(searchPath: string = ""): string | undefined {
  if (!bashBySearchPath.has(searchPath)) {
    const files = searchPath
      .split(path.delimiter)
      .filter((folder) => path.isAbsolute(folder))
      .map((folder) => path.join(folder, "bash"));
    bashBySearchPath.set(searchPath, files.find(isExecutable));
  }
  return bashBySearchPath.get(searchPath);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Variables that change what the shell itself does with a command, so that even `exit 1` could pass. */
const SHELL_VARIABLES: readonly string[] = ["SHELLOPTS", "BASHOPTS", "BASH_ENV", "ENV"];

function stepEnvironment(start: ShellStart): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...start.environment,
    ...start.meter.variables,
    PATH: pathWithTools(start),
  };
  for (const name of SHELL_VARIABLES) delete environment[name];
  return environment;
}

function pathWithTools(start: ShellStart): string {
  const folders: string[] = [];
  for (let folder = start.directory; ; folder = path.dirname(folder)) {
    folders.push(path.join(folder, "node_modules", ".bin"));
    if (folder === start.target || folder === path.dirname(folder)) break;
  }
  return [...folders, start.environment["PATH"] ?? ""].join(path.delimiter);
}
