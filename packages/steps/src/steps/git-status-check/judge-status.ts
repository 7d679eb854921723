import type { Finding } from "@ai-workflow/engine";
import type { ConflictInFile } from "../../git/conflict-in-file.ts";
import type { GitStatus } from "../../git/parse-status.ts";
import type { Operation } from "../../git/unfinished-operation.ts";
import { printable } from "../../text/printable.ts";
import { countOf } from "../../text/count-of.ts";

/** What is known of the repository beside its status. */
export interface Surroundings {
  readonly operation: Operation | undefined;
  /** A build machine checks a commit out, not a branch. */
  readonly isBuildMachine: boolean;
  /** Sizes in bytes of the files that the next commit may add or change. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Conflict markers that are about to be committed. */
  readonly conflictsIn: ReadonlyMap<string, ConflictInFile>;
}

/** What is asked of the repository. */
export interface StatusRules {
  readonly requireClean: boolean;
  readonly requireSynced: boolean;
  /** Files from this size on are told, in bytes. */
  readonly maxFileBytes: number;
}

/** Hosts refuse files above this size, in bytes: https://docs.github.com/en/repositories/working-with-files/managing-large-files. */
const HOST_LIMIT_BYTES = 100 * 1024 * 1024;
const MEBIBYTE = 1024 * 1024;
const CONFLICTS: Readonly<Record<ConflictInFile["kind"], Pick<Finding, "severity" | "message">>> = {
  unresolved: { severity: "error", message: "a conflict marker is about to be committed" },
  "left-behind": {
    severity: "warning",
    message: "a conflict marker that was left when the rest was resolved is about to be committed",
  },
  shown: { severity: "info", message: "has conflict markers, which it seems to show on purpose" },
};

/** What is to be said of a repository's state. Pure. */
export function judgeStatus(status: GitStatus, around: Surroundings, rules: StatusRules): readonly Finding[] {
  return [
    ...conflicts(status, around),
    ...operation(around),
    ...head(status, around),
    ...synced(status, rules),
    ...clean(status, rules),
    ...large(around, rules),
  ];
}

function conflicts({ conflicts: unmerged }: GitStatus, { conflictsIn }: Surroundings): readonly Finding[] {
  return [
    ...unmerged.map((file) => ({
      rule: "unmerged",
      severity: "error" as const,
      message: "both sides of a merge changed this file, and it has not been resolved",
      file,
      suggestion: "resolve it and `git add` it",
    })),
    ...[...conflictsIn]
      .filter(([file]) => !unmerged.includes(file))
      .map(([file, { line, kind }]) => ({ rule: "conflict-marker", ...CONFLICTS[kind], file, line })),
  ];
}

function operation({ operation: begun }: Surroundings): readonly Finding[] {
  if (begun === undefined) return [];
  const end = begun === "bisect" ? "git bisect reset" : `git ${begun} --continue\` or \`git ${begun} --abort`;
  return [
    {
      rule: "unfinished-operation",
      severity: "warning",
      message: `a ${begun} has been begun and not been finished`,
      suggestion: `end it with \`${end}\``,
    },
  ];
}

function head({ branch, oid }: GitStatus, { isBuildMachine, operation: begun }: Surroundings): readonly Finding[] {
  // While a rebase or a bisect is under way, HEAD is meant to be detached.
  if (branch !== undefined || oid === undefined || isBuildMachine || begun !== undefined) return [];
  return [
    {
      rule: "detached",
      severity: "warning",
      message: `HEAD is detached at ${oid.slice(0, 10)}: commits made here belong to no branch`,
      suggestion: "`git switch <branch>`, or keep the commits with `git switch --create <name>`",
    },
  ];
}

function synced({ branch, upstream, ahead, behind }: GitStatus, { requireSynced }: StatusRules): readonly Finding[] {
  const severity = requireSynced ? "error" : "warning";
  if (upstream === undefined) {
    if (!requireSynced || branch === undefined) return [];
    return [{ rule: "no-upstream", severity, message: `the branch "${branch}" follows no other` }];
  }
  if (ahead === undefined || behind === undefined) {
    return [{ rule: "upstream-gone", severity, message: `the branch "${upstream}" that this one follows is gone` }];
  }
  const findings: Finding[] = [];
  if (behind > 0) {
    const message = `${countOf(behind, "commit")} of "${upstream}" ${behind === 1 ? "is" : "are"} not in this branch`;
    findings.push({ rule: "behind", severity, message, suggestion: "`git pull --rebase`, or merge it" });
  }
  if (ahead > 0) {
    const message = `${countOf(ahead, "commit")} of this branch ${ahead === 1 ? "is" : "are"} not in "${upstream}"`;
    findings.push({ rule: "ahead", severity: requireSynced ? "error" : "info", message });
  }
  return findings;
}

function clean({ staged, unstaged, untracked }: GitStatus, { requireClean }: StatusRules): readonly Finding[] {
  const severity = requireClean ? "error" : "info";
  const uncommitted = [...new Set([...staged, ...unstaged])];
  const findings: Finding[] = [];
  if (uncommitted.length > 0) {
    findings.push({
      rule: "uncommitted",
      severity,
      message: `${countOf(uncommitted.length, "file")} with changes not committed: ${few(uncommitted)}`,
    });
  }
  if (untracked.length > 0) {
    const message = `${countOf(untracked.length, "path")} that git neither tracks nor ignores: ${few(untracked)}`;
    findings.push({ rule: "untracked", severity, message });
  }
  return findings;
}

function large({ sizes }: Surroundings, { maxFileBytes }: StatusRules): readonly Finding[] {
  return [...sizes]
    .filter(([, sizeBytes]) => sizeBytes >= Math.min(maxFileBytes, HOST_LIMIT_BYTES))
    .map(([file, sizeBytes]) => {
      const isRefused = sizeBytes >= HOST_LIMIT_BYTES;
      return {
        rule: "large-file",
        severity: isRefused ? ("error" as const) : ("warning" as const),
        message: `${Math.round(sizeBytes / MEBIBYTE)} MiB are about to be committed${isRefused ? ", which hosts refuse" : ""}`,
        file,
        suggestion: "keep it out of git (`.gitignore`) or in Git LFS",
      };
    });
}

/** Named one by one; of more only the number is told. */
const MAX_NAMES = 3;

function few(paths: readonly string[]): string {
  const more = paths.length - MAX_NAMES;
  return printable(paths.slice(0, MAX_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : ""));
}
