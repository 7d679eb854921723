import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder of its own for one test: a git repository in it, and a home that nothing else uses. */
export interface Workspace extends Disposable {
  /** Absolute path of the folder. */
  readonly path: string;
  /** Absolute path of the repository inside it. */
  readonly repository: string;
  /** The environment in which nothing of this machine's configuration of git or of this program counts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git in the repository and gives its output. */
  git(...args: readonly string[]): string;
  /** Writes files of the repository; folders come by themselves. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  /** Writes files and commits everything that is there. */
  commit(files?: Readonly<Record<string, string>>): void;
  /** Reads a file of the repository. */
  read(file: string): string;
  /** Absolute path of a file of the repository. */
  file(name: string): string;
}

/** Options of {@link createWorkspace}. */
export interface WorkspaceOptions {
  /** Name of the repository's folder. @defaultValue `"repository"` */
  readonly name?: string;
  /** Whether to run `git init`. @defaultValue true */
  readonly init?: boolean;
  /** Files of the first commit; without any there is none. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Creates a workspace; `using` removes it, whatever the rights of what is inside. */
export function createWorkspace(options: WorkspaceOptions = {}): Workspace {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "aiw-")));
  // Another user may have to get through.
  chmodSync(folder, 0o755);
  const repository = path.join(folder, options.name ?? "repository");
  const home = path.join(folder, "home");
  mkdirSync(repository);
  mkdirSync(home);
  chmodSync(home, 0o777);
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    TMPDIR: home,
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Test",
    GIT_AUTHOR_EMAIL: "test@example.com",
    GIT_COMMITTER_NAME: "Test",
    GIT_COMMITTER_EMAIL: "test@example.com",
  };
  const file = (name: string): string => path.join(repository, name);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, {
      cwd: repository,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const write: Workspace["write"] = (files) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(file(name)), { recursive: true });
      writeFileSync(file(name), content);
    }
  };
  const commit: Workspace["commit"] = (files = {}) => {
    write(files);
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "change");
  };
  if (options.init !== false) git("init", "--quiet", "--initial-branch=main");
  if (options.files !== undefined) {
    if (options.init === false) write(options.files);
    else commit(options.files);
  }
  return {
    path: folder,
    repository,
    environment,
    git,
    write,
    commit,
    read: (name) => readFileSync(file(name), "utf8"),
    file,
    [Symbol.dispose]: () => {
      if (process.getuid?.() !== 0) execFileSync("chmod", ["-R", "u+rwx", folder]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
