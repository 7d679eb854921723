import { existsSync } from "node:fs";
import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { conflictInFile } from "../../git/conflict-in-file.ts";
import { parseStatus } from "../../git/parse-status.ts";
import { lockRepository } from "../../git/repository-lock.ts";
import { unfinishedOperation } from "../../git/unfinished-operation.ts";
import { readOptions } from "../../options.ts";
import { GIT_TIMEOUT_MS } from "../../git/create-git-reader.ts";
import { runProgram } from "../../processes/run-program.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { explainRefusal, locked } from "./explain-refusal.ts";
import { keepIndex } from "./index-guard.ts";
import { parseNameStatus, type StagedChange } from "./parse-name-status.ts";
import { writeMessage } from "./write-message.ts";
import { askSubject } from "./ask-subject.ts";

/** How long another run that commits in the same work tree, and the hooks that it runs, are waited for, in milliseconds. */
const LOCK_WAIT_MS = 10 * 60_000;
/** What of the work tree a commit takes. */
const INCLUDES = ["auto", "staged", "tracked", "all"] as const;

interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}
type Git = (...args: readonly string[]) => Promise<Ended>;

/** Filters, hooks, whoever is asked for the key of a signature, and networks take what time they need. */
const MAY_TAKE_LONG: ReadonlySet<string> = new Set(["add", "commit", "push", "tag"]);

/**
 * Commits, tags and pushes, each where it is switched on. It never touches the work tree: nothing is stashed, checked out or reset there.
 * What it changes is the index, which git replaces in one stroke, and refs, after everything they point at has been written. So whatever
 * kills it leaves either the old commit or the new one, and every content in the work tree.
 */
export default async function finalise(context: ModuleStepContext): Promise<ModuleStepResult> {
  const options = readOptions(context.with);
  const [doesCommit, doesPush] = [options.flag("commit", false), options.flag("push", false)];
  const [include, tag, template] = [options.text("include") ?? "auto", options.text("tag"), options.text("message")];
  const byModel = options.flag("by_model", true);
  if (!INCLUDES.some((one) => one === include)) {
    throw new Error(`the option \`include\` must be one of ${INCLUDES.join(", ")}, got ${JSON.stringify(include)}`);
  }
  const { directory } = context;
  const git: Git = async (...args) => {
    const end = await runProgram("git", args, {
      directory,
      ...(MAY_TAKE_LONG.has(args[0] ?? "") ? {} : { timeoutMs: GIT_TIMEOUT_MS }),
      variables: { GIT_TERMINAL_PROMPT: "0", GIT_EDITOR: ":", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C.UTF-8" },
    });
    if (end.status === "missing") return { ok: false, stdout: "", stderr: end.message };
    if (end.isTimedOut) {
      const after = GIT_TIMEOUT_MS / 1000;
      return { ok: false, stdout: "", stderr: `git ${args[0] ?? ""} did not end within ${after} seconds` };
    }
    return { ok: end.code === 0, stdout: end.stdout, stderr: `${end.stdout}\n${end.stderr}` };
  };

  const where = await git("rev-parse", "--absolute-git-dir", "--show-prefix");
  if (!where.ok) {
    if (existsSync(path.join(directory, ".git"))) {
      return { outcome: "inconclusive", message: `git does not answer: ${printable(where.stderr.trim())}` };
    }
    return { message: "not in a git repository, or git is not installed: there is nothing to commit to" };
  }
  const [gitFolder = "", prefix = ""] = where.stdout.split("\n");
  const task: Task = {
    context,
    git,
    gitFolder,
    prefix,
    options: { doesCommit, doesPush, include, tag, template, byModel },
  };
  if (!doesCommit && tag === undefined && !doesPush) return finaliseLocked(task);
  const lock = await lockRepository(gitFolder, LOCK_WAIT_MS);
  if (lock.status === "taken") return refuse(locked("committing", lock.file));
  try {
    return await finaliseLocked(task);
  } finally {
    lock.release();
  }
}

interface Task {
  readonly context: ModuleStepContext;
  readonly git: Git;
  readonly gitFolder: string;
  readonly prefix: string;
  readonly options: {
    readonly doesCommit: boolean;
    readonly doesPush: boolean;
    readonly include: string;
    readonly tag: string | undefined;
    readonly template: string | undefined;
    readonly byModel: boolean;
  };
}

async function finaliseLocked({ context, git, gitFolder, prefix, options }: Task): Promise<ModuleStepResult> {
  const { directory } = context;
  const { doesCommit, doesPush, include, tag, template, byModel } = options;
  const found = await git("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all");
  if (!found.ok) return refuse(explainRefusal("looking at the repository", found.stderr));
  const status = parseStatus(found.stdout);
  const total = new Set([...status.staged, ...status.unstaged, ...status.untracked]).size;
  if (!doesCommit && tag === undefined && !doesPush) {
    return {
      message:
        total === 0
          ? "nothing to commit"
          : `${countOf(total, "path")} could be committed: \`commit: true\` or \`run --auto-commit\` does it`,
    };
  }

  const problem = obstacle(gitFolder, status);
  if (problem !== undefined) return refuse(problem);
  const findings: Finding[] = [];
  const done: string[] = [];
  if (tag !== undefined) {
    const wrong = await tagProblem(git, tag, doesCommit && total > 0);
    if (wrong !== undefined) return refuse(wrong);
  }
  if (doesCommit) {
    const outcome = await context.spans.measure("git_operations", () =>
      commit(git, { directory, gitFolder, prefix, include, template, ask: byModel ? context.ask : undefined, status }),
    );
    findings.push(...outcome.findings);
    if (!outcome.ok) return { outcome: "failed", message: outcome.message, findings };
    done.push(outcome.message);
  }
  if (tag !== undefined) {
    const exists = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `refs/tags/${tag}`);
    if (!exists.ok) {
      const made = await git("tag", "--annotate", "--message", tag, "--end-of-options", tag, "HEAD");
      if (!made.ok) return refuse(explainRefusal(`tagging ${printable(tag, 60)}`, made.stderr), findings, done);
      done.push(`tagged ${printable(tag, 60)}`);
    } else done.push(`${printable(tag, 60)} is there already`);
  }
  if (doesPush) {
    const pushed = await push(git, status.branch, tag);
    if (typeof pushed !== "string") return refuse(pushed, findings, done);
    done.push(pushed);
  }
  return { message: done.join("; "), findings };
}

function refuse(finding: Finding, before: readonly Finding[] = [], done: readonly string[] = []): ModuleStepResult {
  return { outcome: "failed", message: [...done, finding.message].join("; "), findings: [...before, finding] };
}

/** What keeps anybody from committing here. */
function obstacle(gitFolder: string, { branch, conflicts }: ReturnType<typeof parseStatus>): Finding | undefined {
  const error = (rule: string, message: string, suggestion: string): Finding => ({
    rule,
    severity: "error",
    message,
    suggestion,
  });
  if (process.env["GIT_INDEX_FILE"] !== undefined) {
    return error("inside-git", "it runs inside of a git command, which is about to commit itself", "run it by itself");
  }
  if (conflicts[0] !== undefined) {
    return {
      ...error("unmerged", `${countOf(conflicts.length, "file")} with unresolved conflicts`, "resolve and add them"),
      file: conflicts[0],
    };
  }
  const operation = unfinishedOperation(gitFolder);
  if (operation !== undefined) {
    return error("unfinished-operation", `a ${operation} has been begun and not been finished`, "finish or abort it");
  }
  if (branch === undefined) {
    return error("detached", "HEAD is detached: a commit made here would belong to no branch", "`git switch` to one");
  }
  if (existsSync(path.join(gitFolder, "index.lock"))) {
    return locked("committing", path.join(gitFolder, "index.lock"));
  }
  return undefined;
}

async function tagProblem(git: Git, tag: string, commitsFirst: boolean): Promise<Finding | undefined> {
  const error = (message: string): Finding => ({ rule: "tag", severity: "error", message });
  if (!(await git("check-ref-format", `refs/tags/${tag}`)).ok || tag.startsWith("-")) {
    return error(`"${printable(tag, 60)}" cannot be the name of a tag`);
  }
  const there = await git("rev-parse", "--verify", "--quiet", `refs/tags/${tag}^{commit}`);
  if (!there.ok) return undefined;
  const head = await git("rev-parse", "--verify", "--quiet", "HEAD");
  if (!commitsFirst && there.stdout === head.stdout) return undefined;
  return error(`the tag ${printable(tag, 60)} is there already, on ${there.stdout.trim().slice(0, 10)}`);
}

interface CommitInput {
  readonly directory: string;
  readonly gitFolder: string;
  readonly prefix: string;
  readonly include: string;
  readonly template: string | undefined;
  /** Asks a model for the summary. @defaultValue none is asked */
  readonly ask: ModuleStepContext["ask"] | undefined;
  readonly status: ReturnType<typeof parseStatus>;
}

/** Stages where that is asked for, commits, and compares what was committed with what was meant to be. */
async function commit(
  git: Git,
  { directory, gitFolder, prefix, include, template, ask, status }: CommitInput,
): Promise<{ readonly ok: boolean; readonly message: string; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const fail = (finding: Finding) => ({ ok: false, message: finding.message, findings: [...findings, finding] });
  const putBackIndex = keepIndex(path.join(gitFolder, "index"));
  const takes = include === "auto" ? (status.staged.length > 0 ? "staged" : "all") : include;
  if (takes !== "staged") {
    // A repository within this one that is no submodule would become a reference that nobody else can follow.
    const nested = status.untracked.filter((file) => file.endsWith("/") && file.startsWith(prefix));
    const excluded = takes === "all" ? nested.map((file) => `:(exclude,literal)${file.slice(prefix.length, -1)}`) : [];
    for (const file of nested) {
      findings.push({
        rule: "nested-repository",
        severity: "warning",
        message: "a repository of its own that is no submodule is not committed",
        file: file.slice(prefix.length),
        suggestion: "ignore it, or add it with `git submodule add`",
      });
    }
    const added = await git("add", takes === "all" ? "--all" : "--update", "--", ".", ...excluded);
    // Git has then left the index as it was.
    if (!added.ok) return fail(explainRefusal("staging", added.stderr));
  }
  const [head, tree] = [await git("rev-parse", "--verify", "--quiet", "HEAD"), await git("write-tree")];
  const putBack = async (): Promise<void> => {
    if (takes === "staged") return;
    const isOurs = async (): Promise<boolean> =>
      tree.ok &&
      // Since another commit is there, what the index held before would take that commit back.
      (await git("rev-parse", "--verify", "--quiet", "HEAD")).stdout === head.stdout &&
      (await git("diff-index", "--cached", "--quiet", tree.stdout.trim())).ok;
    if (await putBackIndex(isOurs)) return;
    findings.push({ rule: "left-staged", severity: "info", message: "what was staged for the commit is still staged" });
  };

  if (!tree.ok) {
    await putBack();
    return fail(explainRefusal("writing what is staged", tree.stderr));
  }
  const against = head.ok ? head.stdout.trim() : (await git("hash-object", "-t", "tree", "/dev/null")).stdout.trim();
  const staged = await listChanges(git, against, tree.stdout.trim());
  if (staged.length === 0) {
    await putBack();
    return { ok: true, message: "nothing to commit", findings };
  }
  const marked = await markerIn(git, {
    directory,
    prefix,
    staged,
    unstaged: status.unstaged,
    tree: tree.stdout.trim(),
  });
  if (marked !== undefined) {
    await putBack();
    return fail(marked);
  }
  const log = await git("log", "-20", "--format=%s");
  const earlier = log.ok ? log.stdout.split("\n").filter(Boolean) : [];
  const branch = status.branch ?? "";
  const { subject, finding } =
    ask === undefined || !head.ok || template?.includes("{summary}") === false
      ? {}
      : await askSubject(ask, {
          changes: staged,
          prefix,
          unstaged: takes === "staged" ? status.unstaged : [],
          head: head.stdout.trim(),
          branch,
          earlier,
        });
  if (finding !== undefined) findings.push(finding);
  const message = writeMessage({ changes: staged, branch, earlier, subject, template });
  const made = await git("commit", "--quiet", "--cleanup=whitespace", "--message", message);
  if (!made.ok) {
    process.stderr.write(made.stderr);
    await putBack();
    return fail(explainRefusal("the commit", made.stderr));
  }
  const now = await git("rev-parse", "HEAD", "HEAD^{tree}");
  const [oid = "", committedTree = ""] = now.stdout.split("\n");
  if (committedTree !== tree.stdout.trim()) {
    const others = await listChanges(git, tree.stdout.trim(), committedTree);
    findings.push({
      rule: "changed-by-hook",
      severity: "warning",
      message: `a hook changed ${countOf(others.length, "file")} of the commit: it holds more than was staged`,
      ...(others[0] === undefined ? {} : { file: others[0].path }),
      suggestion: `look at it: git show ${oid.slice(0, 10)}`,
    });
  }
  const committed = await listChanges(git, against, committedTree);
  const left = status.unstaged.length + status.untracked.length;
  return {
    ok: true,
    message: `committed ${countOf(committed.length, "file")} as ${oid.slice(0, 10)} on ${printable(status.branch ?? "", 60)}${
      takes === "staged" && left > 0 ? `, what was not staged stays as it is (${countOf(left, "path")})` : ""
    }`,
    findings,
  };
}

async function listChanges(git: Git, from: string, to: string): Promise<readonly StagedChange[]> {
  return parseNameStatus((await git("diff-tree", "-r", "--name-status", "--no-renames", "-z", from, to)).stdout);
}

/** A conflict marker in what is about to be committed; large files are not looked into. */
async function markerIn(
  git: Git,
  {
    directory,
    prefix,
    staged,
    unstaged,
    tree,
  }: {
    readonly directory: string;
    readonly prefix: string;
    readonly staged: readonly StagedChange[];
    readonly unstaged: readonly string[];
    readonly tree: string;
  },
): Promise<Finding | undefined> {
  const differ = new Set(unstaged);
  for (const { status, path: file } of staged) {
    if (status === "deleted" || !file.startsWith(prefix)) continue;
    const content = readText(directory, file.slice(prefix.length));
    // What is staged is what is in the work tree, unless git says that they differ.
    if (!differ.has(file) && (!content.ok || conflictInFile(file, content.text)?.kind !== "unresolved")) continue;
    const shown = await git("cat-file", "blob", `${tree}:${file}`);
    const conflict = shown.ok ? conflictInFile(file, shown.stdout) : undefined;
    if (conflict?.kind !== "unresolved") continue;
    return {
      rule: "conflict-marker",
      severity: "error",
      message: "a conflict marker is about to be committed",
      file: file.slice(prefix.length),
      line: conflict.line,
    };
  }
  return undefined;
}

/** Pushes the branch to the one it follows, and the tag with it, both or none. */
async function push(git: Git, branch: string | undefined, tag: string | undefined): Promise<string | Finding> {
  const key = `branch.${branch ?? ""}`;
  const [remote, merge] = [await git("config", `${key}.remote`), await git("config", `${key}.merge`)];
  if (!remote.ok || !merge.ok) {
    const message = `the branch ${printable(branch ?? "", 60)} follows no other, so it is not known where to push`;
    return { rule: "no-upstream", severity: "error", message, suggestion: "`git push --set-upstream` once by hand" };
  }
  const refs = [`HEAD:${merge.stdout.trim()}`, ...(tag === undefined ? [] : [`refs/tags/${tag}`])];
  const pushed = await git("push", "--atomic", "--quiet", "--end-of-options", remote.stdout.trim(), ...refs);
  if (!pushed.ok) return explainRefusal("the push", pushed.stderr);
  return `pushed to ${printable(remote.stdout.trim(), 60)}`;
}
