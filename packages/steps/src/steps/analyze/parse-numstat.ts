/** Lines that a change adds and removes in a file; `undefined` for a binary one. */
export interface LineCounts {
  readonly added: number | undefined;
  readonly removed: number | undefined;
}

/** Reads what `git diff --numstat -z --no-renames` prints, by path. What is no such line is passed over. Pure. */
export function parseNumstat(output: string): ReadonlyMap<string, LineCounts> {
  const counts = new Map<string, LineCounts>();
  for (const entry of output.split("\0")) {
    const [, added, removed, file] = /^(\d+|-)\t(\d+|-)\t(.+)$/s.exec(entry) ?? [];
    if (file === undefined) continue;
    counts.set(file, { added: numberOf(added), removed: numberOf(removed) });
  }
  return counts;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text === "-" ? undefined : Number(text);
}
