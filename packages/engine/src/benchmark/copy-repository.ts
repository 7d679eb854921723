// Not `node:fs/promises`: Node would load it in every run, which has no use for it.
import { constants, lstatSync, promises } from "node:fs";
import path from "node:path";
import { createGitRunner } from "./git-runner.ts";

/** What is copied, and how. */
export interface CopyOptions {
  /** Absolute path of the folder to copy: that of a repository's work tree, or any. */
  readonly root: string;
  /** Absolute path of the copy; must not exist. */
  readonly to: string;
  /** Absolute paths that are left out, with what is inside. */
  readonly leaveOut: ReadonlySet<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** Parts of a git directory that are not copied: objects are read where they are, other work trees are not ours. */
const NOT_COPIED: ReadonlySet<string> = new Set(["objects", "worktrees"]);

/**
 * Copies a work tree as it is: changed, untracked and ignored files, index, branches and remotes, so that git and the steps see there what
 * they see here. The copy has a git directory of its own, also where the original is a linked work tree or a submodule; only
 * objects are read from the original, which is never written to. Sockets and pipes are left out. Where the file system
 * can, the copy shares its blocks with the original.
 *
 * @throws the file system's error (`ENOSPC`, `EACCES`, …), or the reason of `signal`.
 */
export async function copyRepository(options: CopyOptions): Promise<void> {
  const { root, to, leaveOut, environment, signal } = options;
  const copy = async (from: string, target: string, skip: (name: string) => boolean): Promise<void> => {
    await promises.mkdir(target, { recursive: true });
    for (const name of await promises.readdir(from)) {
      if (skip(path.join(from, name))) continue;
      await promises.cp(path.join(from, name), path.join(target, name), {
        recursive: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
        mode: constants.COPYFILE_FICLONE,
        filter: async (source) => {
          signal?.throwIfAborted();
          if (skip(source)) return false;
          const stat = await promises.lstat(source);
          return stat.isFile() || stat.isDirectory() || stat.isSymbolicLink();
        },
      });
    }
  };
  const git = createGitRunner(root, environment);
  const directories = await locateGit(root, git);
  const gitEntry = path.join(root, ".git");
  await copy(root, to, (source) => leaveOut.has(source) || (directories !== undefined && source === gitEntry));
  if (directories === undefined) return;

  const target = path.join(to, ".git");
  await copy(
    directories.common,
    target,
    (source) => NOT_COPIED.has(path.relative(directories.common, source)) || source.endsWith(".lock"),
  );
  if (directories.own !== directories.common) {
    for (const name of ["HEAD", "index"]) {
      await promises.cp(path.join(directories.own, name), path.join(target, name)).catch(() => undefined);
    }
  }
  await promises.mkdir(path.join(target, "objects", "info"), { recursive: true });
  // Quoted, because a name may hold a newline.
  const objects = JSON.stringify(path.join(directories.common, "objects"));
  await promises.writeFile(path.join(target, "objects", "info", "alternates"), `${objects}\n`);
  // From outside: until it is mended, the configuration of a submodule leads to a work tree that is not there.
  const configure = createGitRunner(path.dirname(to), environment);
  const config = ["config", "--file", path.join(target, "config")];
  await configure([...config, "--unset-all", "core.worktree"], { signal }).catch(() => undefined);
  await configure([...config, "core.bare", "false"], { signal });
  await configure([...config, "core.fsmonitor", "false"], { signal });
  // Files have other inodes here; without this every run would read all of them to find out that they are the same.
  await createGitRunner(to, environment)(["update-index", "-q", "--refresh"], { signal }).catch(() => undefined);
}

/** The directories of git that belong to a work tree; `undefined` where there is no repository at its root, or no git. */
async function locateGit(
  root: string,
  git: ReturnType<typeof createGitRunner>,
): Promise<{ readonly own: string; readonly common: string } | undefined> {
  if (lstatSync(path.join(root, ".git"), { throwIfNoEntry: false }) === undefined) return undefined;
  try {
    const own = (await git(["rev-parse", "--absolute-git-dir"])).replace(/\n$/, "");
    const common = (await git(["rev-parse", "--git-common-dir"])).replace(/\n$/, "");
    return { own, common: path.resolve(root, common) };
  } catch {
    return undefined;
  }
}
