import { randomUUID } from "node:crypto";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { constants } from "node:os";
import { performance } from "node:perf_hooks";
import type { Readable, Writable } from "node:stream";
import type { Command, RunFailure, RunLimits, RunOutcome } from "./command.ts";
import { endMarkedProcesses, forceMarkedProcesses } from "./end-marked-processes.ts";
import { sampleMemory } from "./sample-memory.ts";

/** Time between asking a command to end and forcing it, in milliseconds. */
const GRACE_MS = 2_000;
/** Between samples of memory, in milliseconds: reading them takes a share of the machine that is being measured. */
const SAMPLE_MS = 50;
/** Longest wait for the rest of standard error once everything in the group has ended, in milliseconds. */
const DRAIN_MS = 200;
/** Kept of standard error, in bytes. */
const TAIL_BYTES = 4_096;

/** Variable in the environment of the command and of all that it starts, with another value of the same length in each run. */
const MARK = "AI_WORKFLOW_MEASURED";

/**
 * Runs the command and then writes what the kernel counted for all processes waited for. `exec` in a subshell finds programs only, no
 * functions or builtins. The trap lets this shell outlive a request to end, which the command gets as well. The process in the
 * background waits for the end of a pipe that this process holds: were it killed, nobody else would end the command, and what left its
 * group. It is not waited for, and so not counted. The first argument is the mark of the command, which this shell itself does not bear.
 */
const MEASURING =
  "trap : TERM INT; (trap '' TERM INT; exec 3>&-; read -r _ <&4; " +
  `for file in /proc/[0-9]*/environ /proc/[0-9]*/environ; do if grep -qsaF "${MARK}=$1" "$file"; then ` +
  'file=${file#/proc/}; kill -KILL "${file%/environ}"; fi; done; kill -KILL 0) & echo $! >&3; ' +
  `(export ${MARK}="$1"; shift; exec "$@" 3>&- 4<&-); code=$?; times >&3; exit $code`;
/** Bash counts in milliseconds, other shells mostly in hundredths of a second. */
const SHELLS = ["bash", "sh"] as const;

/** Leaders of process groups that are running, and how their members are known elsewhere. They must not outlive this process. */
const running = new Map<number, () => void>();

/**
 * Runs a command once: wall time by a clock that only goes forward, CPU time of the process and all descendants it waited for (in
 * milliseconds where there is bash, in 10 ms else), and the highest resident memory of the process tree seen by looking every
 * 50 ms (Linux only; a shorter peak is missed unless one process had it alone). Standard input is empty, standard output goes nowhere.
 *
 * It gets a process group of its own. When time is up or the signal is aborted, the group is asked to end (SIGTERM) and after 2 s forced
 * (SIGKILL); whatever of the group is left when the command ends is forced at once, and so is all of it when this process is killed. What
 * has left the group is not measured. It is ended all the same where there is `/proc`, unless it threw away its environment, in which
 * `AI_WORKFLOW_MEASURED` marks it. Not for Windows.
 *
 * @throws TypeError when `command` is no text, empty or begins with `-`, or a text holds a null character.
 * @throws RangeError when `timeoutMs` is not above 0.
 */
export async function runCommand(command: Command, limits: RunLimits = {}): Promise<RunOutcome> {
  checkCommand(command);
  const { timeoutMs, signal } = limits;
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new RangeError(`Cannot run the command: \`timeoutMs\` must be above 0, got ${timeoutMs}`);
  }
  if (signal?.aborted === true)
    return failure({ reason: "aborted", message: "Aborted before it started", errorTail: "" });
  for (const shell of SHELLS) {
    const outcome = await runIn(shell, command, timeoutMs, signal);
    if (outcome !== undefined) return outcome;
  }
  return failure({ reason: "not-measured", message: "Found neither bash nor sh to measure with", errorTail: "" });
}

/** `undefined` when there is no such shell. */
async function runIn(
  shell: string,
  command: Command,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<RunOutcome | undefined> {
  const { args = [], cwd, env, keeps } = command;
  const token = randomUUID();
  const mark = `${MARK}=${token}`;
  const program = command.shell === true ? ["sh", "-c", command.command, "sh", ...args] : [command.command, ...args];
  const startMs = performance.now();
  let child: ChildProcessByStdio<null, null, Readable>;
  try {
    child = spawn(shell, ["-c", MEASURING, shell, token, ...program], {
      cwd,
      env: env === undefined ? process.env : { ...env },
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    }) as ChildProcessByStdio<null, null, Readable>;
  } catch (error) {
    // Thrown rather than emitted, for one, when the arguments are too long for the system.
    return failure({ reason: "not-measured", message: `Could not start: ${(error as Error).message}`, errorTail: "" });
  }
  // A listener first: an error of `spawn` without one would end this process.
  const ended = new Promise<number | NodeJS.ErrnoException>((resolve) => {
    child.once("error", resolve);
    child.once("exit", (code, killedBy) => resolve(code ?? 128 + constants.signals[killedBy!]));
  });
  const { pid } = child;
  const errorTail = collectTail(child.stderr);
  const times = collectTail(child.stdio[3] as Readable);
  const errorEnd = new Promise<void>((resolve) => child.stderr.once("close", resolve));
  const lifeline = child.stdio[4] as Writable;
  // That the other end is gone is known from its exit.
  lifeline.on("error", () => undefined);
  const timesEnd = new Promise<void>((resolve) => child.stdio[3]?.once("close", resolve));
  if (pid === undefined) {
    const error = (await ended) as NodeJS.ErrnoException;
    // ENOENT is also what a missing folder gives.
    if (error.code === "ENOENT" && error.path === shell && shell !== SHELLS.at(-1)) return undefined;
    return failure({ reason: "not-measured", message: `Could not start: ${error.message}`, errorTail: "" });
  }

  const stop = new Stopper(pid, () => void forceMarkedProcesses(mark, { keeps }));
  const onAbort = (): void => stop.stop("aborted");
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => stop.stop("timed-out"), Math.min(timeoutMs, 2 ** 31 - 1));
  let peakMemoryBytes: number | undefined;
  const sampler = setInterval(() => {
    const bytes = sampleMemory(pid, Number.parseInt(times(), 10));
    if (bytes !== undefined) peakMemoryBytes = Math.max(peakMemoryBytes ?? 0, bytes);
  }, SAMPLE_MS);

  const code = await ended;
  const wallMs = performance.now() - startMs;
  clearInterval(sampler);
  clearTimeout(timer);
  signal?.removeEventListener("abort", onAbort);
  stop.finish();
  await endMarkedProcesses(mark, { keeps });
  await timesEnd;
  // What has escaped into another session may hold this pipe for ever.
  let late: NodeJS.Timeout | undefined;
  await Promise.race([errorEnd, new Promise((resolve) => (late = setTimeout(resolve, DRAIN_MS)))]);
  clearTimeout(late);
  child.stderr.destroy();
  lifeline.destroy();

  if (stop.reason !== undefined) {
    const message = stop.reason === "aborted" ? "Aborted" : `Took longer than ${timeoutMs} ms`;
    return failure({ reason: stop.reason, message, errorTail: errorTail() });
  }
  if (code !== 0) {
    const exitCode = typeof code === "number" ? code : 1;
    return failure({ reason: "exit", exitCode, message: `Ended with exit code ${exitCode}`, errorTail: errorTail() });
  }
  const cpuMs = readTimes(times());
  if (cpuMs === undefined) {
    return failure({ reason: "not-measured", message: `${shell} did not tell the times`, errorTail: errorTail() });
  }
  return {
    status: "passed",
    measurement: { cpuMs, wallMs, ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }) },
  };
}

/** Ends a process group: asked once, forced after {@link GRACE_MS}, when the command has ended, or when this process ends. */
class Stopper {
  reason: "aborted" | "timed-out" | undefined;
  readonly #leader: number;
  #force: NodeJS.Timeout | undefined;

  constructor(leader: number, forceOthers: () => void) {
    this.#leader = leader;
    if (running.size === 0) process.on("exit", forceAll);
    running.set(leader, forceOthers);
  }

  stop(reason: "aborted" | "timed-out"): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    signalGroup(this.#leader, "SIGTERM");
    this.#force = setTimeout(() => signalGroup(this.#leader, "SIGKILL"), GRACE_MS);
  }

  finish(): void {
    clearTimeout(this.#force);
    signalGroup(this.#leader, "SIGKILL");
    running.delete(this.#leader);
    if (running.size === 0) process.off("exit", forceAll);
  }
}

function forceAll(): void {
  for (const [leader, forceOthers] of running) {
    signalGroup(leader, "SIGKILL");
    forceOthers();
  }
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // It is gone already.
  }
}

/** Milliseconds from the last line, which is that of the children: `0m1.234s 0m0.056s`. */
function readTimes(text: string): number | undefined {
  const match = /\n(\d+)m(\d+[.,]\d+)s (\d+)m(\d+[.,]\d+)s\n$/.exec(text);
  if (match === null) return undefined;
  const [userMinutes, user, systemMinutes, system] = match.slice(1).map((part) => Number(part.replace(",", ".")));
  return Math.round(((userMinutes! + systemMinutes!) * 60 + user! + system!) * 1_000);
}

function collectTail(stream: Readable): () => string {
  let tail = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
  });
  // A pipe that breaks has nothing more to tell.
  stream.on("error", () => undefined);
  return () => tail.toString("utf8");
}

function failure(details: RunFailure): RunOutcome {
  return { status: "failed", ...details };
}

function checkCommand({ command, args = [] }: Command): void {
  if (typeof command !== "string" || command === "" || command.startsWith("-")) {
    throw new TypeError(
      `Cannot run the command: \`command\` must be a text that does not begin with "-", got ${JSON.stringify(command)}`,
    );
  }
  if ([command, ...args].some((part) => typeof part !== "string" || part.includes("\0"))) {
    throw new TypeError("Cannot run the command: `command` and `args` must be texts without null characters");
  }
}
