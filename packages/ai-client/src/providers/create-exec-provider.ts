import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripTerminalControls } from "../strip-terminal-controls.ts";
import type { FinishReason, Provider, ProviderAnswer, ProviderFailure, TokenUsage } from "../provider.ts";

/** How long a command may run when nothing else is said, in milliseconds. */
export const DEFAULT_EXEC_TIMEOUT_MS: number = 120_000;
/** How much a command may print when nothing else is said, in bytes. */
export const DEFAULT_EXEC_MAX_OUTPUT_BYTES: number = 4 * 1024 * 1024;

const STDERR_TAIL_BYTES = 300;
// What programs need to start and to find their own settings; nothing that is called a key or a token.
const PASSED_ON = [
  "PATH",
  "HOME",
  "USER",
  "LANG",
  "LC_ALL",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SYSTEMROOT",
  "USERPROFILE",
  "APPDATA",
];

/** Options of {@link createExecProvider}. */
export interface ExecProviderOptions {
  /** The program; no shell is involved. */
  readonly command: string;
  /** Its arguments. The prompt is not among them: it goes to standard input. @defaultValue `[]` */
  readonly args?: readonly string[] | undefined;
  /** What it is called in messages and keys. @defaultValue `"exec"` */
  readonly name?: string | undefined;
  /** How long it may run, in milliseconds; then its process group is killed. @defaultValue {@link DEFAULT_EXEC_TIMEOUT_MS} */
  readonly timeoutMs?: number | undefined;
  /** How much it may print, in bytes; then its process group is killed. @defaultValue {@link DEFAULT_EXEC_MAX_OUTPUT_BYTES} */
  readonly maxOutputBytes?: number | undefined;
  /** Where it runs. @defaultValue an empty temporary folder, removed afterwards */
  readonly cwd?: string | undefined;
  /** Variables it gets besides PATH, HOME and a few others, such as its API key. The rest of the environment is not passed on. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Reads the JSON document the program printed, for programs with an envelope of their own. @defaultValue {@link readAnswerEnvelope} */
  readonly readEnvelope?: ((envelope: unknown) => ProviderAnswer) | undefined;
}

function failed(reason: ProviderFailure, message: string, retryable = false, retryAfterMs?: number): ProviderAnswer {
  const safe = stripTerminalControls(message);
  return { status: "failed", reason, message: safe, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

const FINISH_REASONS: readonly string[] = ["stop", "length", "content-filter"] satisfies FinishReason[];
const FAILURES: readonly string[] = ["unreachable", "rate-limited", "refused"] satisfies ProviderFailure[];

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readUsage(value: unknown): TokenUsage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { inputTokens, outputTokens } = value as Partial<TokenUsage>;
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined;
}

/**
 * Reads `{ "finishReason": "stop", "text": "…", "usage": { "inputTokens": 1, "outputTokens": 1 } }` or
 * `{ "error": { "reason": "rate-limited", "message": "…", "retryAfterMs": 1000 } }`. Anything else is `malformed`.
 */
export function readAnswerEnvelope(envelope: unknown): ProviderAnswer {
  if (typeof envelope !== "object" || envelope === null) return failed("malformed", "The envelope is not an object");
  const { finishReason, text, usage: rawUsage, error } = envelope as Record<string, unknown>;
  if (error !== undefined && error !== null) {
    const { reason, message, retryAfterMs } = Object(error) as Record<string, unknown>;
    const known = typeof reason === "string" && FAILURES.includes(reason) ? (reason as ProviderFailure) : "malformed";
    const words = typeof message === "string" ? message.slice(0, STDERR_TAIL_BYTES) : "The program reported an error";
    const retryable = known === "unreachable" || known === "rate-limited";
    return failed(known, words, retryable, isCount(retryAfterMs) ? retryAfterMs : undefined);
  }
  if (typeof finishReason !== "string" || typeof text !== "string") {
    return failed("malformed", "The envelope lacks `finishReason` or `text`");
  }
  const usage = readUsage(rawUsage);
  const known = FINISH_REASONS.includes(finishReason) ? (finishReason as FinishReason) : "other";
  return { status: "answered", finishReason: known, text, ...(usage && { usage }) };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}

interface ExecRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

interface ExecOutcome {
  /** What it printed, if it ended by itself. */
  readonly stdout?: Buffer;
  /** Why it does not count as an answer, whatever it printed. */
  readonly failure?: ProviderAnswer;
}

function run(options: ExecRun): Promise<ExecOutcome> {
  const { command, args, cwd, env, input, timeoutMs, maxOutputBytes, signal } = options;
  return new Promise((resolve) => {
    const detached = process.platform !== "win32";
    const child = spawn(command, args, { cwd, env, shell: false, detached, windowsHide: true });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let stderrTail = Buffer.alloc(0);
    let failure: ProviderAnswer | undefined;
    const stop = (because: ProviderAnswer): void => {
      failure ??= because;
      killGroup(child);
    };
    const timer = setTimeout(
      () => stop(failed("timed-out", `The program did not end within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const onAbort = (): void => stop(failed("unreachable", "The call was aborted"));
    signal.addEventListener("abort", onAbort, { once: true });
    // It may have aborted while the folder was made; then no event comes.
    if (signal.aborted) onAbort();
    const finish = (outcome: ExecOutcome): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve(outcome);
    };

    child.stdout.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxOutputBytes)
        stop(failed("malformed", `The program printed more than ${maxOutputBytes} bytes`));
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderrTail = Buffer.concat([stderrTail, chunk]).subarray(-STDERR_TAIL_BYTES);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      finish({ failure: failed("no-provider", `The program cannot be started (${error.code ?? error.message})`) });
    });
    // Background processes it leaves behind would hold the pipes open, and "close" would never come.
    child.on("exit", () => killGroup(child));
    child.on("close", (exitCode, exitSignal) => {
      if (failure !== undefined) {
        finish({ failure });
      } else if (exitCode === 0) {
        finish({ stdout: Buffer.concat(chunks) });
      } else {
        const how = exitCode === null ? `was ended by ${exitSignal}` : `ended with exit code ${exitCode}`;
        const said = stderrTail.toString("utf8").trim();
        const why = `The program ${how}${said === "" ? "" : `: ${said}`}`;
        finish({ stdout: Buffer.concat(chunks), failure: failed("unreachable", why, true) });
      }
    });
    // A program that does not read all of its input has its reasons; its output decides.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/**
 * A provider that asks a command-line program: system instructions, an empty line and the prompt on standard input, one
 * JSON document on standard output. It has answered when it exits with 0 *and* the document says so; many model programs
 * exit with 0 after a fatal error.
 *
 * @throws {TypeError} when `command` is empty
 * @throws {RangeError} when a limit is not a positive integer
 */
export function createExecProvider(options: ExecProviderOptions): Provider {
  const { command, args = [], name = "exec", readEnvelope = readAnswerEnvelope, cwd } = options;
  const { timeoutMs = DEFAULT_EXEC_TIMEOUT_MS, maxOutputBytes = DEFAULT_EXEC_MAX_OUTPUT_BYTES } = options;
  if (typeof command !== "string" || command === "") {
    throw new TypeError("Cannot create exec provider: `command` must be the name of a program");
  }
  for (const [option, value] of Object.entries({ timeoutMs, maxOutputBytes })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new RangeError(`Cannot create exec provider: \`${option}\` must be a positive integer, got ${value}`);
  }
  const inherited = PASSED_ON.flatMap((variable) => {
    const value = process.env[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  const env = { ...Object.fromEntries(inherited), ...options.env };

  return {
    name,
    async generate({ system, prompt }, { signal }): Promise<ProviderAnswer> {
      if (signal.aborted) return failed("unreachable", "The call was aborted");
      const input = system === undefined ? prompt : `${system}\n\n${prompt}`;
      const folder = cwd ?? (await mkdtemp(join(tmpdir(), "ai-client-")));
      let outcome: ExecOutcome;
      try {
        outcome = await run({ command, args, cwd: folder, env, input, timeoutMs, maxOutputBytes, signal });
      } finally {
        if (cwd === undefined) await rm(folder, { recursive: true, force: true });
      }
      const { stdout, failure } = outcome;
      if (stdout === undefined) return failure ?? failed("unreachable", "The program printed nothing");
      let answer: ProviderAnswer;
      try {
        const envelope: unknown = JSON.parse(stdout.toString("utf8"));
        answer = readEnvelope(envelope);
      } catch {
        answer = failed("malformed", "The program did not print one JSON document of the expected shape");
      }
      // A failing program may still say in its document why it failed, and when to come back.
      const isExplained = answer.status === "failed" && answer.reason !== "malformed";
      return failure === undefined || isExplained ? answer : failure;
    },
  };
}
