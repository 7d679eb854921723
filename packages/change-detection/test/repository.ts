import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Keeps the builder and the library under test away from the settings of the machine. */
export const HERMETIC: Readonly<Record<string, string>> = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
  GIT_AUTHOR_DATE: "2024-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2024-01-01T00:00:00Z",
  LC_ALL: "C",
};

export interface TestRepository {
  readonly root: string;
  /** Runs git in the repository and gives its output without the last newline. */
  readonly git: (...args: readonly string[]) => string;
  /** Runs git with more environment; gives the bytes. */
  readonly gitWith: (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => Buffer;
  /** Writes a file and the folders above it. */
  readonly write: (path: string, content?: string | Buffer) => void;
  /** Writes a file whose name is bytes. */
  readonly writeBytes: (name: Buffer, content: string) => void;
  readonly remove: (path: string) => void;
  readonly move: (from: string, to: string) => void;
  readonly link: (target: string, path: string) => void;
  readonly chmod: (path: string, mode: number) => void;
  /** Stages everything and commits; gives the id. */
  readonly commit: () => string;
}

const folders: string[] = [];

/** A new temporary folder, removed by `removeFolders()`. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "change-detection-")));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function openRepository(root: string): TestRepository {
  const gitWith = (environment: Readonly<Record<string, string>>, ...args: readonly string[]): Buffer =>
    execFileSync("git", ["-c", "protocol.file.allow=always", ...args], {
      cwd: root,
      env: { PATH: process.env["PATH"], ...HERMETIC, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 2 ** 28,
    });
  const git = (...args: readonly string[]): string =>
    gitWith({}, ...args)
      .toString("utf8")
      .replace(/\n$/, "");
  return {
    root,
    git,
    gitWith,
    write: (path, content = `${path}\n`) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    writeBytes: (name, content) => writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), content),
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    move: (from, to) => {
      mkdirSync(dirname(join(root, to)), { recursive: true });
      renameSync(join(root, from), join(root, to));
    },
    link: (target, path) => symlinkSync(target, join(root, path)),
    chmod: (path, mode) => chmodSync(join(root, path), mode),
    commit: () => {
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", "commit");
      return git("rev-parse", "HEAD");
    },
  };
}

/** A repository on branch `main` with `a.txt`, `b.txt` and `src/c.js` committed, unless `empty`. */
export function makeRepository(
  options: { readonly empty?: boolean; readonly objectFormat?: "sha256" } = {},
): TestRepository {
  const repository = openRepository(makeFolder());
  repository.git("init", "-q", "-b", "main", `--object-format=${options.objectFormat ?? "sha1"}`);
  if (options.empty !== true) {
    for (const path of ["a.txt", "b.txt", "src/c.js"]) repository.write(path, `${path}\n`.repeat(20));
    repository.commit();
  }
  return repository;
}
