import { statSync } from "node:fs";
import { endProcessGroup, signalGroup } from "./end-process-group.ts";
import { dropShell, startShell } from "./start-shell.ts";
import { startWithPatience } from "./start-with-patience.ts";
import type { StartedShell } from "./started-shell.ts";
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
  const cancelled = { outcome: "cancelled", findings: [] } as const;
  if (run.signal.aborted) return cancelled;
  const shell =
    (await run.ahead?.take()) ?? (await startWithPatience(() => startShell(command, run, { plain }), run.signal));
  if (run.signal.aborted) {
    await dropShell(shell);
    return cancelled;
  }
  if (shell.pid !== undefined) run.meter.attach(shell.pid);
  let callOff: (() => void) | undefined;
  const onAbort = (): void => {
    if (shell.pid !== undefined) callOff = endProcessGroup(shell.pid);
  };
  run.signal.addEventListener("abort", onAbort, { once: true });
  shell.goOn();
  const { exitCode, signal, errorCode } = await shell.ended;
  run.signal.removeEventListener("abort", onAbort);
  callOff?.();
  // What the command left behind in its group ends with it.
  if (shell.pid !== undefined) signalGroup(shell.pid, run.signal.aborted ? "SIGKILL" : "SIGTERM");
  return tellLoss(verdict({ exitCode, signal, errorCode }, run.signal.aborted), shell.close());
}

/** Adds what became of the output, which is no reason to fail. */
function tellLoss(known: StepVerdict, loss: string | undefined): StepVerdict {
  if (loss === undefined) return known;
  return { ...known, message: known.message === undefined ? loss : `${known.message}; ${loss}` };
}

function verdict({ exitCode, signal, errorCode }: Awaited<StartedShell["ended"]>, aborted: boolean): StepVerdict {
  if (aborted) return { outcome: "cancelled", signal, findings: [], ...(exitCode === null ? {} : { exitCode }) };
  if (exitCode === 0) return { outcome: "passed", exitCode, findings: [] };
  if (signal !== undefined) return { outcome: "failed", signal, message: `killed by ${signal}`, findings: [] };
  if (errorCode !== undefined || exitCode === null) return failed(whyNotStarted(errorCode));
  return { outcome: "failed", exitCode, message: exitMessage(exitCode), findings: [] };
}

/** On Linux one argument may have 128 KiB, and all of them with the environment a quarter of the limit of the stack. */
function whyNotStarted(errorCode: string | undefined): string {
  if (errorCode === "E2BIG") {
    return "the shell could not be started: the command or the environment is longer than this system lets a program be given (E2BIG); put a long command into a file and run that";
  }
  return `the shell could not be started${errorCode === undefined ? "" : ` (${errorCode})`}`;
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
