import { lstatSync } from "node:fs";
import path from "node:path";
import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { conflictInFile, type ConflictInFile } from "../../git/conflict-in-file.ts";
import { parseStatus, type GitStatus } from "../../git/parse-status.ts";
import { unfinishedOperation } from "../../git/unfinished-operation.ts";
import { readOptions } from "../../options.ts";
import { createGitReader } from "../../git/create-git-reader.ts";
import { judgeStatus } from "./judge-status.ts";

/** Looks at the work tree and the branch through git, and changes neither. */
export default async function checkGitStatus(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, spans } = context;
  const options = readOptions(context.with);
  const rules = {
    requireClean: options.flag("require_clean", false),
    requireSynced: options.flag("require_synced", false),
    maxFileBytes: options.number("max_file_mb", 5) * 1024 * 1024,
  };
  const ask = createGitReader(directory);
  const git = (...args: readonly string[]): ReturnType<typeof ask> => ask(args);

  const [status, folder] = await spans.measure("git_operations", () =>
    Promise.all([
      git("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--", "."),
      git("rev-parse", "--git-dir", "--show-prefix"),
    ]),
  );
  if (status.status === "missing" || folder.status === "missing") {
    return { outcome: "inconclusive", message: "git is not installed, and nothing else knows the state of the branch" };
  }
  if (status.code !== 0) {
    const why = status.hangs ?? status.stderr.trim().split("\n")[0] ?? "";
    if (folder.code !== 0) return { message: "not in a git repository" };
    return { outcome: "inconclusive", message: `git does not tell its status: ${why}` };
  }
  const [gitFolder = "", prefix = ""] = folder.stdout.split("\n");
  const parsed = parseStatus(status.stdout, prefix);
  const findings = judgeStatus(
    parsed,
    {
      operation: unfinishedOperation(path.resolve(directory, gitFolder)),
      isBuildMachine: (process.env["CI"] ?? "") !== "",
      ...lookAtChanged(directory, parsed),
    },
    rules,
  );
  return { message: describe(parsed), findings };
}

/** Sizes and conflict markers of what the next commit may take. */
function lookAtChanged(
  directory: string,
  { staged, unstaged, untracked }: GitStatus,
): { readonly sizes: ReadonlyMap<string, number>; readonly conflictsIn: ReadonlyMap<string, ConflictInFile> } {
  const sizes = new Map<string, number>();
  const conflictsIn = new Map<string, ConflictInFile>();
  for (const file of new Set([...staged, ...unstaged, ...untracked])) {
    const status = lstatSync(path.join(directory, file), { throwIfNoEntry: false });
    if (status?.isFile() !== true) continue;
    sizes.set(file, status.size);
    const content = readText(directory, file);
    const conflict = content.ok ? conflictInFile(file, content.text) : undefined;
    if (conflict !== undefined) conflictsIn.set(file, conflict);
  }
  return { sizes, conflictsIn };
}

function describe({ branch, oid, upstream }: GitStatus): string {
  const place = branch === undefined ? `detached at ${oid?.slice(0, 10) ?? "nothing"}` : `on ${branch}`;
  return upstream === undefined ? place : `${place}, which follows ${upstream}`;
}
