import { lstatSync } from "node:fs";
import path from "node:path";
import { runProgram, type ProgramEnd, type ProgramOptions } from "../processes/run-program.ts";
import { countOf } from "../text/count-of.ts";
import { printable } from "../text/printable.ts";

/** After so long a git that only reads is waiting for something, in milliseconds. */
export const GIT_TIMEOUT_MS = 60_000;

/** How a git that only reads ended, with the reason where it was given up. */
export type GitEnd = ProgramEnd & {
  /** Why it did not answer in time. */
  readonly hangs?: string | undefined;
};

/** Runs git, which changes nothing and may not take for ever. */
export type GitReader = (
  args: readonly string[],
  options?: Pick<ProgramOptions, "input" | "maxOutputBytes">,
) => Promise<GitEnd>;

/**
 * Gives a function that asks git about a folder. Once git has not answered in time it is not asked again: whatever it waits for, a filter, a
 * file system or a pipe in the place of one of its files, would make it wait again.
 *
 * @param timeoutMs - milliseconds that one process may take; default: a minute
 */
export function createGitReader(directory: string, timeoutMs: number = GIT_TIMEOUT_MS): GitReader {
  let hanging: GitEnd | undefined;
  return async (args, options = {}) => {
    if (hanging !== undefined) return hanging;
    // Git would write the index anew where it finds it out of date.
    const variables = { GIT_OPTIONAL_LOCKS: "0" };
    const end = await runProgram("git", args, { directory, timeoutMs, variables, ...options });
    if (end.status === "missing" || !end.isTimedOut) return end;
    hanging = { ...end, hangs: whyGitHangs(directory, timeoutMs) };
    return hanging;
  };
}

/** Files that git opens by their name, whatever they are. */
const READ_BY_NAME = [".gitattributes", ".gitignore", ".gitmodules", ".git/info/attributes", ".git/info/exclude"];

function whyGitHangs(directory: string, timeoutMs: number): string {
  const after = `git did not answer within ${countOf(timeoutMs / 1000, "second")}`;
  const parts = directory.split(path.sep);
  // From the folder itself up to the root of the file system, for the work tree may begin above.
  const folders = parts.map((_, index) => parts.slice(0, parts.length - index).join(path.sep) || path.sep);
  const pipes = folders.flatMap((folder) => READ_BY_NAME.map((name) => path.join(folder, name))).filter(isPipe);
  const [pipe] = pipes;
  if (pipe === undefined) return `${after}: it waits for a filter, a pipe in the place of a file, or the file system`;
  return `${after}: ${printable(path.relative(directory, pipe), 100)} is a pipe, into which nobody writes`;
}

function isPipe(file: string): boolean {
  try {
    return lstatSync(file).isFIFO();
  } catch {
    return false;
  }
}
