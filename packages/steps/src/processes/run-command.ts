import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import path from "node:path";
import { endTree } from "./end-tree.ts";
import { releaseOutputs } from "./release-outputs.ts";
import { findMarked, signalAll } from "./started-processes.ts";

/** How a command line ended. */
export interface CommandEnd {
  /** Exit code; `undefined` where a signal ended it or it could not be started. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Whether it was ended because its time was up. */
  readonly isTimedOut: boolean;
  /** What it printed to both of its outputs, in the order of its arrival; of much the beginning and the end. */
  readonly output: string;
}

/** Options of {@link runCommand}. */
export interface CommandOptions {
  /** Absolute path of the folder in which it runs. */
  readonly directory: string;
  /** Variables beside those of this process; `undefined` takes one away. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told of everything that it prints, when it is printed. */
  readonly onOutput: (chunk: Buffer) => void;
  /** After so long it is ended with all that it started, in milliseconds. @defaultValue never */
  readonly timeoutMs?: number | undefined;
}

/** Kept of the output from its beginning and from its end, in bytes. */
const KEPT_BYTES = 4 * 1024 * 1024;
/** Where programs of a project are that were installed for it alone. */
const PROGRAM_FOLDERS = [".venv/bin", "venv/bin"];
/** By its value the processes of a command are known, wherever they went. */
const MARK_VARIABLE = "AI_WORKFLOW_COMMAND";

/**
 * Runs a command line in a shell. Programs that a project has in its virtual environment go before those of the machine. Never rejects. It
 * shares the process group of the steps, with which it ends when the step is cancelled or out of time. What it leaves running there ends with
 * it, so that a server in the background (`server & test`) keeps nobody waiting.
 */
export function runCommand(
  command: string,
  { directory, variables = {}, onOutput, timeoutMs }: CommandOptions,
): Promise<CommandEnd> {
  const folders = PROGRAM_FOLDERS.map((folder) => path.join(directory, folder)).filter(
    (folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true,
  );
  const mark = randomBytes(12).toString("hex");
  const marked = `${MARK_VARIABLE}=${mark}`;
  const PATH = [...folders, process.env["PATH"] ?? ""].join(path.delimiter);
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      cwd: directory,
      env: { ...process.env, PATH, ...variables, [MARK_VARIABLE]: mark },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const kept = new Kept();
    const take = (chunk: Buffer): void => {
      kept.add(chunk);
      onOutput(chunk);
    };
    let isTimedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            isTimedOut = true;
            void endTree(child.pid, marked);
          }, timeoutMs);
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("exit", () => signalAll(findMarked(marked), "SIGTERM"));
    releaseOutputs(child, () => signalAll(findMarked(marked), "SIGKILL"));
    child.once("error", (error) => {
      clearTimeout(timer);
      resolve({ code: undefined, signal: undefined, isTimedOut, output: error.message });
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? undefined, signal: signal ?? undefined, isTimedOut, output: kept.text() });
    });
  });
}

/** The beginning and the end of an output. */
class Kept {
  readonly #head: Buffer[] = [];
  #tail: Buffer[] = [];
  #headBytes = 0;
  #tailBytes = 0;

  add(chunk: Buffer): void {
    const room = Math.max(0, KEPT_BYTES - this.#headBytes);
    const [first, rest] = [chunk.subarray(0, room), chunk.subarray(room)];
    if (first.length > 0) this.#head.push(first);
    this.#headBytes += first.length;
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    if (this.#tailBytes > 2 * KEPT_BYTES) {
      const end = Buffer.concat(this.#tail).subarray(-KEPT_BYTES);
      [this.#tail, this.#tailBytes] = [[end], end.length];
    }
  }

  text(): string {
    return Buffer.concat([...this.#head, ...this.#tail]).toString("utf8");
  }
}
