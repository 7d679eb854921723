import { spawn } from "node:child_process";
import { endTree } from "./end-tree.ts";
import { releaseOutputs } from "./release-outputs.ts";

/** How a program ended. */
export type ProgramEnd =
  | {
      readonly status: "ended";
      /** Exit code; `undefined` where a signal ended it. */
      readonly code: number | undefined;
      readonly signal: NodeJS.Signals | undefined;
      /** Whether it was ended because its time was up. */
      readonly isTimedOut: boolean;
      readonly stdout: string;
      readonly stderr: string;
      /** Whether it printed more than was kept; then the end of each is missing. */
      readonly truncated: boolean;
    }
  /** It is not installed, or cannot be started. */
  | { readonly status: "missing"; readonly message: string };

/** Options of {@link runProgram}. */
export interface ProgramOptions {
  /** Absolute path of the folder in which it runs. */
  readonly directory: string;
  /** Variables beside those of this process; `undefined` takes one away. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** What it reads. @defaultValue nothing */
  readonly input?: string | Uint8Array | undefined;
  /** Kept of each of its outputs, in bytes. @defaultValue 64 MiB */
  readonly maxOutputBytes?: number | undefined;
  /** After so long it is ended with all that it started, in milliseconds. @defaultValue never */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs a program without a shell, so that no argument means anything but itself. Never rejects. It shares the process group of the steps,
 * with which it ends when the step is cancelled or out of time. What it leaves running keeps nobody waiting, though it holds the outputs.
 *
 * @throws RangeError when an argument holds a null character
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { directory, variables = {}, input, maxOutputBytes = DEFAULT_MAX_OUTPUT_BYTES, timeoutMs }: ProgramOptions,
): Promise<ProgramEnd> {
  if ([program, ...args].some((text) => text.includes("\0"))) {
    throw new RangeError("Cannot run a program whose arguments hold null characters");
  }
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: directory,
      env: { ...process.env, ...variables },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const [stdout, stderr] = [new Output(maxOutputBytes), new Output(maxOutputBytes)];
    child.stdout?.on("data", (chunk: Buffer) => stdout.add(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.add(chunk));
    let isTimedOut = false;
    const end = (): void => {
      isTimedOut = true;
      void endTree(child.pid);
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
    releaseOutputs(child);
    child.once("error", (error) => {
      clearTimeout(timer);
      resolve({ status: "missing", message: error.message });
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({
        status: "ended",
        code: code ?? undefined,
        signal: signal ?? undefined,
        isTimedOut,
        stdout: stdout.text(),
        stderr: stderr.text(),
        truncated: stdout.truncated || stderr.truncated,
      });
    });
    // A program may end without reading all of it.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/** What a program prints, up to a limit. */
class Output {
  truncated = false;
  readonly #chunks: Buffer[] = [];
  #left: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  add(chunk: Buffer): void {
    if (chunk.length > this.#left) this.truncated = true;
    if (this.#left > 0) this.#chunks.push(chunk.subarray(0, this.#left));
    this.#left = Math.max(0, this.#left - chunk.length);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
