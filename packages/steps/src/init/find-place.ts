import { realpathSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../processes/run-program.ts";

/** Where a folder is in its repository. */
export interface Place {
  /** Absolute path of the top of the work tree; of the folder itself where there is no repository. */
  readonly top: string;
  /** The folder from there, with `/`; empty for the top itself. */
  readonly target: string;
  /** The branch that others start from, as far as the repository knows. */
  readonly branch: string;
}

/** Names of branches that mean only themselves in a workflow. */
const PLAIN = /^[\w./-]+$/;

/** Branches that others start from by custom. */
const USUAL = ["refs/heads/main", "refs/heads/master"];

/**
 * Finds out where a folder is in its repository.
 *
 * @param directory - absolute path
 */
export async function findPlace(directory: string): Promise<Place> {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const end = await runProgram("git", args, { directory });
    const text = end.status === "ended" && end.code === 0 ? end.stdout.replace(/\r?\n$/, "") : "";
    return text === "" ? undefined : text;
  };
  const top = (await git("rev-parse", "--show-toplevel")) ?? directory;
  const ofRemote = await git("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD");
  const usual = await git("for-each-ref", "--count=1", "--format=%(refname:short)", ...USUAL);
  const current = await git("symbolic-ref", "--quiet", "--short", "HEAD");
  const branch = ofRemote?.replace(/^origin\//, "") ?? usual ?? current;
  return {
    top,
    target: path.relative(realpathSync(top), realpathSync(directory)).split(path.sep).join("/"),
    branch: branch !== undefined && PLAIN.test(branch) ? branch : "main",
  };
}
