import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The environment in which nothing of this machine's configuration of git counts. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
};

/** A git repository of its own for one test. */
export interface Repository extends Disposable {
  /** Absolute path. */
  readonly path: string;
  /** Runs git in it and gives its output. */
  git(...args: readonly string[]): string;
  /** Writes files; folders come by themselves. */
  write(files: Readonly<Record<string, string>>): void;
  /** Writes files and commits everything that is there. */
  commit(files?: Readonly<Record<string, string>>): void;
  /** Absolute path of a file. */
  file(name: string): string;
}

/** Creates a repository on `main` with one commit of the given files; `using` removes it with the folder around it. */
export function createRepository(files: Readonly<Record<string, string>>): Repository {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "engine-test-")));
  const root = path.join(folder, "repository");
  mkdirSync(root);
  const file = (name: string): string => path.join(root, name);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: root, env: ENVIRONMENT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const write: Repository["write"] = (given) => {
    for (const [name, content] of Object.entries(given)) {
      mkdirSync(path.dirname(file(name)), { recursive: true });
      writeFileSync(file(name), content);
    }
  };
  const commit: Repository["commit"] = (given = {}) => {
    write(given);
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "change");
  };
  git("init", "--quiet", "--initial-branch=main");
  commit(files);
  return {
    path: root,
    git,
    write,
    commit,
    file,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
