import { realpathSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../../processes/run-program.ts";

/** Where the hooks of a work tree are, or why nothing is to be written there. */
export type HooksFolder =
  | {
      readonly status: "found";
      /** Absolute path of the folder of hooks, which need not be there. */
      readonly folder: string;
      /** Absolute path of the top of the work tree, in which hooks run. */
      readonly top: string;
      /** Absolute path of the directory that was asked about, without links, as `top` is. */
      readonly directory: string;
      /** Whether it is a part of the work tree, which others get as well. */
      readonly isShared: boolean;
    }
  | { readonly status: "refused"; readonly why: string };

/**
 * Finds the folder of hooks that git uses for a directory: `core.hooksPath` where the repository itself sets it, else that of the
 * repository, which all of its work trees share.
 *
 * @param directory - absolute path
 */
export async function findHooksFolder(directory: string): Promise<HooksFolder> {
  const git = async (args: readonly string[], from = directory): Promise<string | undefined> => {
    const end = await runProgram("git", args, { directory: from });
    return end.status === "ended" && end.code === 0 ? end.stdout.replace(/\r?\n$/, "") : undefined;
  };
  const top = await git(["rev-parse", "--show-toplevel"]);
  if (top === undefined || top === "")
    return { status: "refused", why: "this is no work tree of a git repository, or there is no git" };
  const setting = await git(["config", "--show-scope", "--get", "core.hooksPath"]);
  const [scope = "local"] = setting?.split("\t") ?? [];
  if (scope !== "local" && scope !== "worktree") {
    return { status: "refused", why: `\`core.hooksPath\` is set for all repositories (${scope})` };
  }
  const answer = await git(["rev-parse", "--git-path", "hooks"], top);
  const common = await git(["rev-parse", "--git-common-dir"], top);
  if (answer === undefined || common === undefined)
    return { status: "refused", why: "git does not say where its hooks are" };
  // A relative `core.hooksPath` counts from the top, where hooks run.
  const folder = path.resolve(top, answer);
  const [place, tree, own] = [folder, top, path.resolve(top, common)].map(realPath);
  if (place === undefined || tree === undefined || own === undefined) {
    return { status: "refused", why: "the folder of the hooks cannot be reached" };
  }
  const [inRepository, inTree] = [isInside(place, own), isInside(place, tree)];
  if (!inRepository && !inTree) {
    return {
      status: "refused",
      why: "`core.hooksPath` is a folder outside of this repository, where others may use it",
    };
  }
  return {
    status: "found",
    folder,
    top: tree,
    directory: realPath(directory) ?? directory,
    isShared: inTree && !inRepository,
  };
}

function isInside(one: string, other: string): boolean {
  const way = path.relative(other, one);
  return way !== ".." && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** Without links; of what is not there yet the part that is. */
function realPath(file: string): string | undefined {
  const missing: string[] = [];
  for (let place = file; ; place = path.dirname(place)) {
    try {
      return path.join(realpathSync(place), ...missing);
    } catch {
      if (place === path.dirname(place)) return undefined;
      missing.unshift(path.basename(place));
    }
  }
}
