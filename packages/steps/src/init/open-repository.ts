import { listPlainFiles } from "@ai-workflow/change-detection";
import { readText } from "../files/read-text.ts";
import { runProgram } from "../processes/run-program.ts";

/** Manifests and configurations up to this size are read, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Folders of what others wrote, where no ignore file says so. */
const FOREIGN = /(?:^|\/)(?:node_modules|\.venv|vendor|third_party|bower_components|\.workflow)\//;

/** The files of a folder, and their text. */
export interface RepositoryFiles {
  /** Relative to the folder, with `/`. */
  readonly files: ReadonlySet<string>;
  /** `undefined` where it is no text, too large, or not listed. Links are not followed. */
  readonly read: (file: string) => string | undefined;
}

/**
 * The files of a folder that are its own work: what git does not ignore; where there is no git, what ignore files do not hide.
 *
 * @param directory - absolute path
 */
export async function openRepository(directory: string): Promise<RepositoryFiles> {
  const listed = (await listByGit(directory)) ?? (await listByWalking(directory));
  const files = new Set(listed.filter((file) => !FOREIGN.test(file)));
  const read = (file: string): string | undefined => {
    if (!files.has(file)) return undefined;
    const content = readText(directory, file, MAX_BYTES);
    return content.ok ? content.text : undefined;
  };
  return { files, read };
}

async function listByGit(directory: string): Promise<readonly string[] | undefined> {
  const listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const end = await runProgram("git", listing, { directory });
  if (end.status === "missing" || end.code !== 0 || end.truncated) return undefined;
  return end.stdout.split("\0").filter((file) => file !== "" && !file.endsWith("/"));
}

async function listByWalking(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  await listPlainFiles({
    root: directory,
    keep: (file) => {
      found.push(file);
      // The names are all that is wanted; nothing is read.
      return false;
    },
  });
  return found;
}
