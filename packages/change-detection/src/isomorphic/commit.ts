/** What a commit says that matters here. */
export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Committer's time, in seconds. */
  readonly timeSeconds: number;
}

/** A commit in a form to keep. */
export function formatCommit({ tree, parents, timeSeconds }: Commit): Buffer {
  return Buffer.from([tree, timeSeconds, ...parents].join(" "), "latin1");
}

/** Reads what `formatCommit()` has made; `undefined` for anything else. */
export function parseKeptCommit(fact: Buffer | undefined): Commit | undefined {
  const match = /^([0-9a-f]{40}) (-?\d+)((?: [0-9a-f]{40})*)$/.exec(fact?.toString("latin1") ?? "");
  if (match === null) return undefined;
  const [, tree = "", time, parents = ""] = match;
  return { tree, timeSeconds: Number(time), parents: parents.split(" ").slice(1) };
}

/** Reads the content of a commit object; `undefined` where it is none. */
export function parseCommit(content: Buffer): Commit | undefined {
  const end = content.indexOf("\n\n");
  const head = content.toString("latin1", 0, end === -1 ? content.length : end);
  const tree = /^tree ([0-9a-f]{40})$/m.exec(head)?.[1];
  if (tree === undefined || !head.startsWith("tree ")) return undefined;
  const parents = [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].map((match) => match[1] ?? "");
  const time = /^committer .*> (-?\d+)/m.exec(head)?.[1];
  return { tree, parents, timeSeconds: Number(time ?? 0) };
}
