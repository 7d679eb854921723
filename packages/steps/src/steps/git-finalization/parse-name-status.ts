/** A path that a commit changes. */
export interface StagedChange {
  readonly status: "added" | "deleted" | "modified";
  readonly path: string;
}

const STATUSES: Readonly<Record<string, StagedChange["status"]>> = { A: "added", D: "deleted" };

/** Reads what `git diff --name-status --no-renames -z` prints. Pure. */
export function parseNameStatus(output: string): readonly StagedChange[] {
  const fields = output.split("\0");
  const changes: StagedChange[] = [];
  for (let place = 0; place + 1 < fields.length; place += 2) {
    const [status = "", path = ""] = [fields[place], fields[place + 1]];
    if (status !== "" && path !== "") changes.push({ status: STATUSES[status[0] ?? ""] ?? "modified", path });
  }
  return changes;
}
