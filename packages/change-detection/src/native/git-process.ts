import { spawn, type ChildProcess } from "node:child_process";
import { Readable } from "node:stream";
import type { Environment } from "../environment.ts";

/** What one git process left behind. Nothing here is an exception: callers decide what it means. */
export interface GitResult {
  readonly outcome: "exited" | "not-started" | "timed-out";
  /** `null` when the process was ended by a signal or never started. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git once. The port that everything above is written against. */
export interface Git {
  (args: readonly string[], options: GitOptions): Promise<GitResult>;
  /** Ends its processes; whoever does a part of git's work in this process ends by it, too. */
  readonly signal?: AbortSignal | undefined;
}

/** Where and with what git runs. */
export interface GitOptions {
  readonly cwd: string;
  /** Pieces written to its standard input, taken as fast as git reads them. */
  readonly stdin?: Iterable<Uint8Array> | undefined;
  /**
   * Takes the output piece by piece instead of `stdout`, which is then empty. Nothing else is ever told of it; what `push` or `end`
   * throws ends git and rejects.
   */
  readonly reader?: { readonly push: (chunk: Buffer) => void; readonly end: () => void } | undefined;
}

/** Longest time for one git process, in milliseconds, when the caller names none. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Variables that point git at another repository, index or meaning of a path than the directory asked for. */
const DROPPED_VARIABLES: ReadonlySet<string> = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_ATTR_SOURCE",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DEFAULT_HASH",
  "GIT_DIFF_OPTS",
  "GIT_DIR",
  "GIT_EXTERNAL_DIFF",
  "GIT_GLOB_PATHSPECS",
  "GIT_GRAFT_FILE",
  "GIT_ICASE_PATHSPECS",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INDEX_VERSION",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_LITERAL_PATHSPECS",
  "GIT_NAMESPACE",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_QUARANTINE_PATH",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
]);

/** The environment git runs in: the caller's, without what would change the answer, and with messages in English. */
function gitEnvironment(inherited: Environment): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of Object.keys(inherited)) {
    const value = inherited[name];
    if (value !== undefined && !DROPPED_VARIABLES.has(name) && !name.startsWith("GIT_TRACE")) environment[name] = value;
  }
  environment["LC_ALL"] = "C";
  environment["LANGUAGE"] = "C";
  environment["GIT_OPTIONAL_LOCKS"] = "0";
  environment["GIT_TERMINAL_PROMPT"] = "0";
  environment["GIT_NO_LAZY_FETCH"] = "1";
  return environment;
}

/**
 * Gives a function that runs git without a shell. It rejects only with the reason of `signal` or with what a reader throws.
 * A process that outlives `timeoutMs` is killed.
 */
export function createGit(options: {
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}): Git {
  const environment = gitEnvironment(options.environment);
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const run: Git = (args, { cwd, stdin, reader }) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      let child: ChildProcess;
      try {
        child = spawn("git", args, {
          cwd,
          env: environment,
          stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
          windowsHide: true,
        });
      } catch (error) {
        // What Node does not tell by an event: a file in the place of the directory, an environment that is too large.
        resolve({ outcome: "not-started", exitCode: null, stdout: Buffer.alloc(0), stderr: String(error) });
        return;
      }
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let stderrBytes = 0;
      const finish = (outcome: GitResult["outcome"], exitCode: number | null): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        const [only] = stdout;
        resolve({
          outcome,
          exitCode,
          stdout: stdout.length === 1 && only !== undefined ? only : Buffer.concat(stdout),
          stderr: Buffer.concat(stderr).toString("utf8"),
        });
      };
      const end = (): void => {
        child.kill("SIGKILL");
        // A grandchild (a filter, a hook) may hold the pipes open; nobody waits for it.
        child.stdout?.destroy();
        child.stderr?.destroy();
      };
      const giveUp = (reason: unknown): void => {
        end();
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        reject(reason);
      };
      const abort = (): void => giveUp(signal?.reason);
      const timer = setTimeout(() => {
        end();
        finish("timed-out", null);
      }, timeoutMs);
      signal?.addEventListener("abort", abort, { once: true });
      child.on("error", (error) => {
        stderr.push(Buffer.from(String(error)));
        finish("not-started", null);
      });
      const read = (step: () => void): void => {
        try {
          step();
        } catch (error) {
          giveUp(error);
        }
      };
      child.on("close", (exitCode) => {
        if (exitCode === 0 && reader !== undefined) read(() => reader.end());
        finish("exited", exitCode);
      });
      child.stdout?.on("data", (chunk: Buffer) => {
        if (reader === undefined) stdout.push(chunk);
        else read(() => reader.push(chunk));
      });
      child.stderr?.on("data", (chunk: Buffer) => {
        // Only the first lines are ever shown.
        if (stderrBytes < 65_536) stderr.push(chunk);
        stderrBytes += chunk.length;
      });
      if (stdin !== undefined && child.stdin !== null) {
        // git may end before it has read everything; its exit code tells.
        child.stdin.on("error", () => {});
        Readable.from(stdin, { objectMode: false }).pipe(child.stdin);
      }
    });
  return Object.assign(run, { signal });
}
