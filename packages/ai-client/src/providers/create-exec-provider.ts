import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Provider, ProviderAnswer } from "../provider.ts";
import { refuseUnknownOptions } from "../refuse-unknown-options.ts";
import { EXEC_ENVELOPES, isExecEnvelope, readEnvelope, type ExecEnvelope } from "./envelopes/read-envelope.ts";
import { failedAnswer, MAX_MESSAGE_LENGTH, shorten, type FailedAnswer } from "./failed-answer.ts";
import { quoteServerWords } from "./quote-server-words.ts";

/** How long a command may run when nothing else is said, in milliseconds. */
export const DEFAULT_EXEC_TIMEOUT_MS: number = 120_000;
/** How much a command may print when nothing else is said, in bytes. */
export const DEFAULT_EXEC_MAX_OUTPUT_BYTES: number = 4 * 1024 * 1024;

/** What is kept of the beginning of what a program says of an error, and of its end, in bytes. */
const STDERR_HEAD_BYTES = 160;
const STDERR_TAIL_BYTES = 160;
/** How long what a program printed is waited for after it ended, in milliseconds. */
const DRAIN_MS = 2000;
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
  /**
   * Its arguments; `{model}` in them stands for the model. The prompt is not among them: it goes to standard input.
   *
   * @defaultValue `[]`
   */
  readonly args?: readonly string[] | undefined;
  /** The model to ask when a request names none, for `{model}`, keys and prices. */
  readonly model?: string | undefined;
  /** In what form it prints its answer. @defaultValue `"ai-workflow"` */
  readonly envelope?: ExecEnvelope | undefined;
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
  /** Reads the JSON document the program printed, for programs with an envelope of their own, in place of `envelope`. */
  readonly readEnvelope?: ((envelope: unknown) => ProviderAnswer) | undefined;
}

const OPTIONS: Readonly<Record<keyof ExecProviderOptions, true>> = {
  command: true,
  args: true,
  model: true,
  envelope: true,
  name: true,
  timeoutMs: true,
  maxOutputBytes: true,
  cwd: true,
  env: true,
  readEnvelope: true,
};

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
  readonly failure?: FailedAnswer;
}

function run(options: ExecRun): Promise<ExecOutcome> {
  const { command, args, cwd, env, input, timeoutMs, maxOutputBytes, signal } = options;
  return new Promise((resolve) => {
    const detached = process.platform !== "win32";
    const child = spawn(command, args, { cwd, env, shell: false, detached, windowsHide: true });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let stderrHead = Buffer.alloc(0);
    let stderrTail = Buffer.alloc(0);
    let isStderrCut = false;
    let failure: FailedAnswer | undefined;
    // A process that it started may have left the group and hold the pipes open; it gets no say in when this ends.
    const closePipes = (): void => {
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
    };
    let drainTimer: NodeJS.Timeout | undefined;
    const stop = (because: FailedAnswer): void => {
      failure ??= because;
      killGroup(child);
      closePipes();
    };
    const timer = setTimeout(
      () => stop(failedAnswer("timed-out", `The program did not end within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const onAbort = (): void => stop(failedAnswer("unreachable", "The call was aborted"));
    signal.addEventListener("abort", onAbort, { once: true });
    // It may have aborted while the folder was made; then no event comes.
    if (signal.aborted) onAbort();
    const finish = (outcome: ExecOutcome): void => {
      clearTimeout(timer);
      clearTimeout(drainTimer);
      signal.removeEventListener("abort", onAbort);
      resolve(outcome);
    };

    child.stdout.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxOutputBytes)
        stop(failedAnswer("malformed", `The program printed more than ${maxOutputBytes} bytes`));
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      // The first lines say what happened, or the last ones; programs differ.
      const room = STDERR_HEAD_BYTES - stderrHead.byteLength;
      if (room > 0) stderrHead = Buffer.concat([stderrHead, chunk.subarray(0, room)]);
      const rest = Buffer.concat([stderrTail, chunk.subarray(Math.max(0, room))]);
      isStderrCut ||= rest.byteLength > STDERR_TAIL_BYTES;
      stderrTail = rest.subarray(-STDERR_TAIL_BYTES);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      finish({
        failure: failedAnswer(
          "no-provider",
          `The program ${JSON.stringify(command)} cannot be started (${error.code ?? error.message})`,
        ),
      });
    });
    // Background processes it leaves behind would hold the pipes open, and "close" would never come.
    child.on("exit", () => {
      killGroup(child);
      drainTimer = setTimeout(() => {
        // Whether that was all nobody knows.
        stop(failedAnswer("malformed", "The program left a process behind that holds its output open"));
      }, DRAIN_MS);
    });
    child.on("close", (exitCode, exitSignal) => {
      if (failure !== undefined) {
        finish({ failure });
      } else if (exitCode === 0) {
        finish({ stdout: Buffer.concat(chunks) });
      } else {
        const how = exitCode === null ? `was ended by ${exitSignal}` : `ended with exit code ${exitCode}`;
        const said = isStderrCut
          ? `${wholeWords(stderrHead)} … ${wholeWords(stderrTail)}`
          : Buffer.concat([stderrHead, stderrTail]).toString("utf8").trim();
        const why = `The program ${how}${said === "" ? "" : `: ${said}`}`;
        finish({ stdout: Buffer.concat(chunks), failure: failedAnswer("unreachable", why, { retryable: true }) });
      }
    });
    // A program that does not read all of its input has its reasons; its output decides.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

// A character that was cut in two is no character.
function wholeWords(bytes: Buffer): string {
  return bytes
    .toString("utf8")
    .replace(/^\uFFFD+|\uFFFD+$/g, "")
    .trim();
}

const MODEL_PLACEHOLDER = "{model}";

// Answers depend on the program and its arguments; absolute paths and what may be private stay out of sight in a hash.
function identify(command: string, args: readonly string[], envelope: string): string {
  const program = basename(command);
  const hash = createHash("sha256").update(JSON.stringify([program, args, envelope]));
  return `exec:${program}#${hash.digest("hex").slice(0, 16)}`;
}

/**
 * A provider that asks a command-line program: system instructions, an empty line and the prompt on standard input, its
 * envelope on standard output. It has answered when it exits with 0 *and* the envelope says so; many model programs exit with
 * 0 after a fatal error. Parameters and token limits are the program's own business: a request with parameters is refused.
 *
 * @throws {TypeError} when `command` is empty, `envelope` unknown, there are two ways to read it, or an option is none
 * @throws {RangeError} when a limit is not a positive integer
 */
export function createExecProvider(options: ExecProviderOptions): Provider {
  refuseUnknownOptions("create exec provider", options, OPTIONS);
  const { command, args = [], name = "exec", envelope = "ai-workflow", cwd, model: defaultModel } = options;
  const { timeoutMs = DEFAULT_EXEC_TIMEOUT_MS, maxOutputBytes = DEFAULT_EXEC_MAX_OUTPUT_BYTES } = options;
  if (typeof command !== "string" || command === "") {
    throw new TypeError("Cannot create exec provider: `command` must be the name of a program");
  }
  if (!isExecEnvelope(envelope)) {
    const known = EXEC_ENVELOPES.join(", ");
    throw new TypeError(`Cannot create exec provider: \`envelope\` must be one of ${known}, got ${String(envelope)}`);
  }
  if (options.envelope !== undefined && options.readEnvelope !== undefined) {
    throw new TypeError("Cannot create exec provider: `envelope` and `readEnvelope` exclude each other");
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
  const secrets = Object.values(options.env ?? {});
  const read = (stdout: string): ProviderAnswer =>
    options.readEnvelope === undefined
      ? readEnvelope(envelope, stdout)
      : options.readEnvelope(JSON.parse(stdout) as unknown);

  return {
    name,
    baseUrl: identify(command, args, options.readEnvelope === undefined ? envelope : "custom"),
    defaultModel,
    async generate({ system, prompt, model = defaultModel, parameters = {} }, { signal }): Promise<ProviderAnswer> {
      if (signal.aborted) return failedAnswer("unreachable", "The call was aborted");
      const [parameter] = Object.keys(parameters);
      if (parameter !== undefined) {
        const message = `The parameter \`${shorten(parameter, 60)}\` cannot be passed to a program; put it into its arguments`;
        return failedAnswer("refused", message);
      }
      if (model === undefined && args.some((argument) => argument.includes(MODEL_PLACEHOLDER))) {
        return failedAnswer("no-provider", "No model is chosen; set `model` or AI_MODEL");
      }
      const filled = args.map((argument) => argument.replaceAll(MODEL_PLACEHOLDER, () => model ?? ""));
      const input = system === undefined ? prompt : `${system}\n\n${prompt}`;
      const folder = cwd ?? (await mkdtemp(join(tmpdir(), "ai-client-")));
      let outcome: ExecOutcome;
      try {
        outcome = await run({ command, args: filled, cwd: folder, env, input, timeoutMs, maxOutputBytes, signal });
      } finally {
        if (cwd === undefined) await rm(folder, { recursive: true, force: true });
      }
      const { stdout, failure } = outcome;
      const texts = [prompt, ...(system === undefined ? [] : [system])];
      // What a program says of an error may repeat the prompt or a key.
      const tell = (answer: FailedAnswer): FailedAnswer => {
        const message =
          quoteServerWords(answer.message, { secrets, texts }, MAX_MESSAGE_LENGTH) ?? "The program reported an error";
        return { ...answer, message };
      };
      // How far a model got before its program failed nobody knows.
      const tellUnexplained = (answer: FailedAnswer): FailedAnswer =>
        answer.reason === "no-provider" ? tell(answer) : { ...tell(answer), mayBeCharged: true };
      if (stdout === undefined) {
        return tellUnexplained(failure ?? failedAnswer("unreachable", "The program printed nothing"));
      }
      let answer: ProviderAnswer;
      try {
        answer = read(stdout.toString("utf8"));
      } catch {
        answer = failedAnswer("malformed", "The program did not print an answer of the expected form");
      }
      // A failing program may still say in its document why it failed, and when to come back.
      if (answer.status === "failed") {
        return answer.reason === "malformed" ? tellUnexplained(failure ?? answer) : tell(answer);
      }
      if (failure !== undefined) return tellUnexplained(failure);
      if (answer.finishReason === "stop" && answer.text.trim() === "") {
        return failedAnswer("malformed", "The answer is empty", { retryable: true, usage: answer.usage });
      }
      return answer;
    },
  };
}
