import { statSync } from "node:fs";
import type { ChangesUnknown } from "../change.ts";
import { shellQuote } from "../shell-quote.ts";
import { unknown } from "../unknown.ts";
import type { Git, GitResult } from "./git-process.ts";

/** Oldest git whose `rev-parse` knows `--end-of-options`. */
const MINIMUM_VERSION = [2, 30] as const;

function firstLine(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const line = lines.find((line) => line !== "") ?? "git said nothing";
  return line.replace(/^(?:fatal|error): /, "");
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

async function tooOld(git: Git, cwd: string): Promise<string | undefined> {
  const { stdout } = await git(["--version"], { cwd });
  const match = /(\d+)\.(\d+)/.exec(stdout.toString("utf8"));
  if (match === null) return undefined;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major < MINIMUM_VERSION[0] || (major === MINIMUM_VERSION[0] && minor < MINIMUM_VERSION[1])
    ? match[0]
    : undefined;
}

/** Says why a git process did not answer, as a value with a remedy. */
export async function explainFailure(result: GitResult, git: Git, directory: string): Promise<ChangesUnknown> {
  if (result.outcome === "timed-out") {
    return unknown(
      "git-timeout",
      "git did not answer in time",
      "Raise `timeoutMs`, or look for a hanging filter or file system",
    );
  }
  if (result.outcome === "not-started") {
    return isDirectory(directory)
      ? unknown("git-missing", "git cannot be started", "Install git 2.30 or newer and put it on PATH")
      : unknown(
          "not-a-repository",
          "the directory does not exist",
          "Name an existing directory inside a git repository",
        );
  }
  const { stderr } = result;
  if (stderr.includes("dubious ownership") || stderr.includes("unsafe repository")) {
    const path = /'([^\n]+)'/.exec(stderr)?.[1] ?? directory;
    return unknown(
      "unsafe-ownership",
      "git refuses a repository that belongs to another user",
      `git config --global --add safe.directory ${shellQuote(path)}`,
    );
  }
  if (stderr.includes("not a git repository")) {
    return unknown("not-a-repository", firstLine(stderr), "Run inside a git repository, or create one with: git init");
  }
  if (stderr.includes("must be run in a work tree")) {
    return unknown("no-work-tree", "the repository is bare and has no work tree", "Name `head` to compare two commits");
  }
  const old = await tooOld(git, directory);
  if (old !== undefined) {
    return unknown("git-too-old", `git ${old} is older than ${MINIMUM_VERSION.join(".")}`, "Install git 2.30 or newer");
  }
  return unknown("git-failed", firstLine(stderr), "See what `git status` and `git fsck` say in this directory");
}
