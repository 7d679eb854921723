/** What `git status --porcelain=v2 --branch -z` tells. */
export interface GitStatus {
  /** `undefined` where HEAD is detached. */
  readonly branch: string | undefined;
  /** `undefined` before the first commit. */
  readonly oid: string | undefined;
  /** The branch that this one follows; `undefined` where it follows none. */
  readonly upstream: string | undefined;
  /** Commits that the other side has not; `undefined` where there is no such branch any more. */
  readonly ahead: number | undefined;
  readonly behind: number | undefined;
  /** Paths that differ between HEAD and the index. */
  readonly staged: readonly string[];
  /** Paths that differ between the index and the work tree. */
  readonly unstaged: readonly string[];
  readonly untracked: readonly string[];
  /** Paths of which both sides of a merge are there. */
  readonly conflicts: readonly string[];
}

/** Fields before the path of a changed, a renamed and an unmerged entry, itself included. */
const FIELDS: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10 };

/**
 * Reads what git prints; what it adds in later versions is passed over. Pure.
 *
 * @param prefix - folder that paths are told from, with `/` at its end; git tells them from the root of the repository
 */
export function parseStatus(output: string, prefix = ""): GitStatus {
  const headers = new Map<string, string>();
  const [staged, unstaged, untracked, conflicts]: string[][] = [[], [], [], []];
  const entries = output.split("\0");
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index] ?? "";
    const kind = entry[0] ?? "";
    if (kind === "#") {
      const [, name, value] = /^# (\S+) (.*)$/s.exec(entry) ?? [];
      if (name !== undefined && value !== undefined) headers.set(name, value);
      continue;
    }
    if (kind === "?") {
      untracked?.push(entry.slice(2 + prefix.length));
      continue;
    }
    const fields = FIELDS[kind];
    if (fields === undefined) continue;
    // The path a renamed file had is an entry of its own.
    if (kind === "2") index += 1;
    const path = afterFields(entry, fields).slice(prefix.length);
    if (kind === "u") conflicts?.push(path);
    else {
      if (entry[2] !== ".") staged?.push(path);
      if (entry[3] !== ".") unstaged?.push(path);
    }
  }
  const [, ahead, behind] = /^\+(\d+) -(\d+)$/.exec(headers.get("branch.ab") ?? "") ?? [];
  return {
    branch: named(headers.get("branch.head"), "(detached)"),
    oid: named(headers.get("branch.oid"), "(initial)"),
    upstream: headers.get("branch.upstream"),
    ahead: ahead === undefined ? undefined : Number(ahead),
    behind: behind === undefined ? undefined : Number(behind),
    staged: staged ?? [],
    unstaged: unstaged ?? [],
    untracked: untracked ?? [],
    conflicts: conflicts ?? [],
  };
}

function named(value: string | undefined, none: string): string | undefined {
  return value === none ? undefined : value;
}

/** What comes after so many fields; it may hold spaces itself. */
function afterFields(entry: string, fields: number): string {
  let start = 0;
  for (let field = 0; field < fields; field += 1) start = entry.indexOf(" ", start) + 1;
  return entry.slice(start);
}
