import { spawn } from "node:child_process";

/** Longest time for one git process, in milliseconds; a checkout of a large repository takes minutes. */
const TIMEOUT_MS = 15 * 60_000;
/** Kept of what git says is wrong, in characters. */
const ERROR_LENGTH = 4_096;

/** Variables that point git at another repository than the folder it is started in, as they are set in hooks. */
const LOCATING_VARIABLES = [
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_DIR",
  "GIT_INDEX_FILE",
  "GIT_NAMESPACE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_WORK_TREE",
] as const;

/** Nothing of the user's starts programs of its own or stays behind as a process. */
const SETTINGS = ["core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false"];

/** Runs git and gives its standard output; rejects with what git says when it fails. */
export type RunGit = (
  args: readonly string[],
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<string>;

/** The environment without what would take a process in a copy or worktree back to the repository it was made from. */
export function withoutGitLocation(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const kept = { ...environment };
  for (const name of LOCATING_VARIABLES) delete kept[name];
  return kept;
}

/**
 * Gives a function that runs git in a folder: without asking, without hooks, for at most 15 minutes, and in a process group of its own, so
 * that an interrupt from the keyboard does not end it in the middle of removing a worktree.
 */
export function createGitRunner(directory: string, environment: Readonly<Record<string, string | undefined>>): RunGit {
  const env = {
    ...withoutGitLocation(environment),
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    SSH_ASKPASS: "true",
  };
  const settings = SETTINGS.flatMap((setting) => ["-c", setting]);
  return (args, { signal } = {}) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const child = spawn("git", [...settings, ...args], {
        cwd: directory,
        env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(0, ERROR_LENGTH)));
      const end = (): void => void child.kill();
      const timer = setTimeout(end, TIMEOUT_MS);
      signal?.addEventListener("abort", end, { once: true });
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        act();
      };
      child.once("error", (error) => settle(() => reject(error)));
      child.once("close", (code, killedBy) =>
        settle(() => {
          if (code === 0) resolve(stdout);
          else reject(new Error(stderr.trim() || `git ${args[0] ?? ""} ended with ${code ?? killedBy}`));
        }),
      );
    });
}
