import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CONFIG_FILE_NAME } from "../src/config/config.ts";
import { readConfig } from "../src/config/read-config.ts";
import type { RunEvent } from "../src/run/events.ts";
import type { RunOptions } from "../src/run/run-options.ts";
import type { RunResult } from "../src/run/end-run.ts";
import { runWorkflow } from "../src/run/run-workflow.ts";

/** Workers are started by Node itself, so the compiled file is needed. */
const WORKER = new URL("../dist/runners/module-worker.js", import.meta.url);

/** What steps and git are given: nothing of the machine's own settings. */
export const ENVIRONMENT = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "user.name",
  GIT_CONFIG_VALUE_0: "Test",
  GIT_CONFIG_KEY_1: "user.email",
  GIT_CONFIG_VALUE_1: "test@example.com",
};

/** A run and what it told while it went on. */
export interface ToldRun extends RunResult {
  readonly events: readonly RunEvent[];
}

/** A temporary git repository in which workflows run. */
export interface RunRepository {
  readonly directory: string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly read: (file: string) => string;
  readonly git: (...args: readonly string[]) => void;
  readonly commit: (message: string) => void;
  readonly run: (options?: Partial<RunOptions>) => Promise<ToldRun>;
  readonly remove: () => void;
}

/** Makes a repository with one commit on `main`; files that end in `.out` are ignored. */
export function createRunRepository(config: string, files: Readonly<Record<string, string>> = {}): RunRepository {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), "engine-run-")));
  const directory = path.join(parent, "with space ü");
  mkdirSync(directory);
  const git = (...args: readonly string[]): void => {
    execFileSync("git", args, { cwd: directory, env: ENVIRONMENT, stdio: "ignore" });
  };
  const write = (contents: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(contents)) {
      mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
      writeFileSync(path.join(directory, name), text);
    }
  };
  const commit = (message: string): void => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
  };
  git("init", "--quiet", "--initial-branch=main");
  write({ [CONFIG_FILE_NAME]: config, ".gitignore": "*.out\n", "README.md": "# Read\n", "src/a.ts": "1\n", ...files });
  commit("first");
  return {
    directory,
    write,
    read: (file) => readFileSync(path.join(directory, file), "utf8"),
    git,
    commit,
    async run({ loaded, ...rest } = {}): Promise<ToldRun> {
      const events: RunEvent[] = [];
      const result = await runWorkflow({
        loaded: loaded ?? (await readConfig(directory, { exact: true })),
        toolVersion: "test",
        environment: ENVIRONMENT,
        moduleWorker: WORKER,
        onEvent: (event) => events.push(event),
        ...rest,
      });
      return { ...result, events };
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}
