import { mkdtemp, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Worktree, Worktrees } from "./measure-revisions.ts";

/** Runs git in the repository and gives its standard output; rejects when git fails. */
export type Git = (args: readonly string[], options: { readonly signal?: AbortSignal | undefined }) => Promise<string>;

/** Options of {@link createGitWorktrees}. */
export interface GitWorktreesOptions {
  readonly git: Git;
  /** An existing folder for the checkouts, such as that for temporary files. */
  readonly directory: string;
  /**
   * Process the checkouts belong to; they are abandoned when it is gone.
   * @defaultValue this process
   */
  readonly pid?: number | undefined;
}

/** Checkouts lie in folders `ai-workflow-revision-<pid>-<random>/<tree>`. */
const FOLDER = /^ai-workflow-revision-(\d+)-[^/]*$/;

/**
 * Checkouts by `git worktree`, without a branch and without running hooks. They are known by their names, so that those of a process
 * that was killed are found and removed later; worktrees that were made otherwise are never touched. Submodules are not checked out.
 */
export function createGitWorktrees(options: GitWorktreesOptions): Worktrees {
  const { git, directory, pid = process.pid } = options;

  async function discard(tree: string): Promise<void> {
    // Twice: also when it is locked, as it is while git makes it.
    await git(["worktree", "remove", "--force", "--force", tree], {});
    await rm(dirname(tree), { recursive: true, force: true });
  }

  return {
    async removeAbandoned() {
      // Git lists real paths.
      const within = await realpath(directory);
      const listed = await git(["worktree", "list", "--porcelain", "-z"], {});
      for (const field of listed.split("\0")) {
        if (!field.startsWith("worktree ")) continue;
        const tree = field.slice("worktree ".length);
        const owner = FOLDER.exec(basename(dirname(tree)))?.[1];
        if (owner === undefined || dirname(dirname(tree)) !== within) continue;
        if (Number(owner) === pid || isAlive(Number(owner))) continue;
        await discard(tree);
      }
    },
    async add(revision, { signal }) {
      const verified = await git(["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`], { signal });
      const commit = verified.trim();
      const folder = await mkdtemp(join(await realpath(directory), `ai-workflow-revision-${pid}-`));
      const tree = join(folder, "tree");
      try {
        await git(["-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", "--quiet", tree, commit], {
          signal,
        });
      } catch (error) {
        // Git may have got as far as to list it. That it had not is no failure of its own.
        await discard(tree).catch(() => rm(folder, { recursive: true, force: true }));
        throw error;
      }
      return { directory: tree, commit } satisfies Worktree;
    },
    async remove(worktree) {
      await discard(worktree.directory);
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else is alive too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
