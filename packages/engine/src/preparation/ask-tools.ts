import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import path from "node:path";
import type { Step } from "../config/workflow.ts";
import { findVersion } from "./named-version.ts";

/** Time that a tool may take to tell its version, in milliseconds. */
export const TOOL_TIMEOUT_MS = 10_000;

/** Characters from the beginning of what a tool prints in which its version is looked for. */
const VERSION_WITHIN = 1_000;

/** Bytes that are read of what a tool prints; one that prints more tells no version. */
const MAX_OUTPUT = 2 ** 20;

/** What tools said of themselves. */
export interface ToolAnswers {
  /**
   * SHA-256 over what each command printed, and, for people, the version that it names first where it names one; a value that equals no other
   * where it could not be run.
   */
  readonly versions: ReadonlyMap<string, string>;
  /** By step that names a command that could not be run: a sentence about it. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** How tools are asked. */
export interface AskToolsOptions {
  /** Absolute path of the target, in which they run; its `node_modules/.bin` comes first on the path. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds. @defaultValue {@link TOOL_TIMEOUT_MS} */
  readonly timeoutMs?: number | undefined;
}

/** Runs each distinct command that the steps name under `tools` once, all at the same time. Never throws for a tool. */
export async function askToolsOf(
  steps: readonly Pick<Step, "id" | "tools">[],
  options: AskToolsOptions,
): Promise<ToolAnswers> {
  const commands = [...new Set(steps.flatMap(({ tools }) => tools))];
  const answers = new Map(
    await Promise.all(commands.map(async (command) => [command, await ask(command, options)] as const)),
  );
  const unknown = new Map<string, string>();
  for (const { id, tools } of steps) {
    for (const tool of tools) {
      const answer = answers.get(tool);
      if (answer?.problem === undefined || unknown.has(id)) continue;
      unknown.set(id, `its tool \`${tool}\` could not be asked: ${answer.problem}`);
    }
  }
  return { versions: new Map([...answers].map(([command, { version }]) => [command, version])), unknown };
}

interface Answer {
  readonly version: string;
  readonly problem?: string;
}

function ask(command: string, options: AskToolsOptions): Promise<Answer> {
  const { directory, environment, signal, timeoutMs = TOOL_TIMEOUT_MS } = options;
  const unknown = (problem: string): Answer => ({ version: `unknown:${randomUUID()}`, problem });
  if (signal?.aborted === true) return Promise.resolve(unknown("the run was cancelled"));
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      // A group of its own, which can be ended as one.
      detached: process.platform !== "win32",
      cwd: directory,
      env: {
        ...environment,
        PATH: [path.join(directory, "node_modules", ".bin"), environment["PATH"] ?? ""].join(path.delimiter),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const streams = { stdout: createHash("sha256"), stderr: createHash("sha256") };
    const begins = { stdout: "", stderr: "" };
    let bytes = 0;
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      endGroup(child.pid);
      // What left the group may still hold the pipes.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(answer);
    };
    const cancel = (): void => end(unknown("the run was cancelled"));
    const timer = setTimeout(() => end(unknown(`it took longer than ${timeoutMs} ms`)), timeoutMs);
    signal?.addEventListener("abort", cancel, { once: true });
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_OUTPUT) end(unknown(`it printed more than ${MAX_OUTPUT} bytes`));
        else {
          streams[name].update(chunk);
          begins[name] += chunk.toString("latin1", 0, Math.max(0, VERSION_WITHIN - begins[name].length));
        }
      });
    }
    child.on("error", (error) => end(unknown((error as NodeJS.ErrnoException).code ?? error.message)));
    child.on("close", (code, killedBy) => {
      if (code !== 0) end(unknown(code === null ? `it was ended by ${killedBy}` : `it exited with ${code}`));
      else {
        const named = findVersion(begins.stdout) ?? findVersion(begins.stderr);
        const hash = `${streams.stdout.digest("hex")}${streams.stderr.digest("hex")}`;
        end({ version: named === undefined ? hash : `${hash} ${named}` });
      }
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
