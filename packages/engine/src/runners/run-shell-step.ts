import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import path from "node:path";
import { endProcessGroup, signalGroup } from "./end-process-group.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";

/**
 * Runs a shell command in a process group of its own; its output goes straight to the log file, never through memory.
 *
 * The shell is bash with `errexit` and `pipefail` where bash exists, so that `failing | tee log` fails, else `sh` with `errexit`.
 * `node_modules/.bin` folders from the working directory up to the target come first on the path, as in package scripts.
 *
 * @param options - `plain`: run in `sh` without any option, as package managers do; default: false
 */
export async function runShellStep(
  command: string,
  run: StepRun,
  { plain = false }: { readonly plain?: boolean } = {},
): Promise<StepVerdict> {
  if (!statSync(run.directory, { throwIfNoEntry: false })?.isDirectory()) {
    return failed(`the working directory ${run.directory} does not exist`);
  }
  // Loaded with the first step that needs it: a run with nothing to do must start fast.
  const { $ } = await import("zx/core");
  const log = openSync(run.logFile, "a");
  try {
    const environment = stepEnvironment(run);
    const bash = plain ? undefined : findBash(run.environment["PATH"]);
    const strictness = bash === undefined ? "set -e\n" : "set -e -o pipefail\n";
    // Everything is said here: zx takes what is not from variables of its own.
    const shell = $({
      cwd: run.directory,
      env: environment,
      quote: (text) => text,
      timeout: 0,
      preferLocal: false,
      detached: true,
      nothrow: true,
      quiet: true,
      verbose: false,
      stdio: ["ignore", log, log],
      shell: bash ?? "/bin/sh",
      prefix: joinGroup(run.meter.joinFile) + (plain ? "" : strictness),
      postfix: "",
    });
    if (run.signal.aborted) return { outcome: "cancelled", findings: [] };
    // A template with one string and no values is passed to the shell as it is.
    const child = shell(Object.assign([command], { raw: [command] }));
    if (child.pid !== undefined) run.meter.attach(child.pid);
    let callOff: (() => void) | undefined;
    const onAbort = (): void => {
      if (child.pid !== undefined) callOff = endProcessGroup(child.pid);
    };
    run.signal.addEventListener("abort", onAbort, { once: true });
    const output = await child;
    run.signal.removeEventListener("abort", onAbort);
    callOff?.();
    // What the command left behind in its group ends with it.
    if (child.pid !== undefined) signalGroup(child.pid, run.signal.aborted ? "SIGKILL" : "SIGTERM");
    return verdict(output.exitCode, output.signal ?? undefined, run.signal.aborted);
  } finally {
    closeSync(log);
  }
}

/** Lets the shell join the group of processes in which it is measured; a group that is gone holds nothing up. */
function joinGroup(joinFile: string | undefined): string {
  return joinFile === undefined ? "" : `{ echo $$ > '${joinFile.replaceAll("'", `'\\''`)}'; } 2>/dev/null || :\n`;
}

function verdict(exitCode: number | null, signal: string | undefined, aborted: boolean): StepVerdict {
  if (aborted) return { outcome: "cancelled", signal, findings: [], ...(exitCode === null ? {} : { exitCode }) };
  if (exitCode === 0) return { outcome: "passed", exitCode, findings: [] };
  if (signal !== undefined) return { outcome: "failed", signal, message: `killed by ${signal}`, findings: [] };
  if (exitCode === null) return failed("the shell could not be started");
  return { outcome: "failed", exitCode, message: exitMessage(exitCode), findings: [] };
}

function exitMessage(exitCode: number): string {
  if (exitCode === 127) return "command not found (exit code 127)";
  if (exitCode === 126) return "command is not executable (exit code 126)";
  if (exitCode > 128 && exitCode < 160) return `exit code ${exitCode} (signal ${exitCode - 128} inside the command)`;
  return `exit code ${exitCode}`;
}

function failed(message: string): StepVerdict {
  return { outcome: "failed", message, findings: [] };
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

function stepEnvironment(run: StepRun): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...run.environment,
    ...run.meter.variables,
    PATH: pathWithTools(run),
  };
  for (const name of SHELL_VARIABLES) delete environment[name];
  return environment;
}

function pathWithTools(run: StepRun): string {
  const folders: string[] = [];
  for (let folder = run.directory; ; folder = path.dirname(folder)) {
    folders.push(path.join(folder, "node_modules", ".bin"));
    if (folder === run.target || folder === path.dirname(folder)) break;
  }
  return [...folders, run.environment["PATH"] ?? ""].join(path.delimiter);
}
