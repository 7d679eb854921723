import type { ProcessSample } from "./process-sample.ts";

/** A tree to which processes may belong. */
export interface ProcessOwner {
  /** First process, the leader of its group; `undefined` where there is none. */
  readonly rootPid: number | undefined;
  /** `NAME=value` in the environment of its processes, where they have one. */
  readonly marker: string | undefined;
}

/**
 * Finds out to whom processes belong that were not seen before: to the owner of their parent, of their group or of their session, or, where
 * they left all of them, to the owner whose variable is in their environment; the first of these decides. The order in which they are listed
 * does not matter. Pure but for `variables`.
 *
 * @param ownerOf - owner of a process that is known already
 * @param variables - the environment of a process; asked for once of each that belongs to nobody otherwise
 */
export function assignProcesses<Owner extends ProcessOwner>(
  unknown: readonly ProcessSample[],
  owners: readonly Owner[],
  ownerOf: (pid: number) => Owner | undefined,
  variables: (sample: ProcessSample) => readonly string[],
): ReadonlyMap<number, Owner> {
  const byRoot = new Map<number, Owner>();
  const byMarker = new Map<string, Owner>();
  for (const owner of owners) {
    const { rootPid, marker } = owner;
    if (rootPid !== undefined && !byRoot.has(rootPid)) byRoot.set(rootPid, owner);
    if (marker !== undefined && !byMarker.has(marker)) byMarker.set(marker, owner);
  }
  const byId = new Map(unknown.map((sample) => [sample.pid, sample]));
  const decided = new Map<number, Owner | undefined>();

  const byOwnLook = (sample: ProcessSample): Owner | undefined => {
    const owner = byRoot.get(sample.groupId) ?? byRoot.get(sample.sessionId);
    if (owner !== undefined || byMarker.size === 0) return owner;
    for (const variable of variables(sample)) {
      const marked = byMarker.get(variable);
      if (marked !== undefined) return marked;
    }
    return undefined;
  };

  for (const first of unknown) {
    // From the process to the first ancestor of whom something is known, and back.
    const line: ProcessSample[] = [];
    const inLine = new Set<number>();
    let owner: Owner | undefined;
    for (let at: ProcessSample | undefined = first; at !== undefined;) {
      const { pid, parentPid }: ProcessSample = at;
      if (decided.has(pid)) {
        owner = decided.get(pid);
        break;
      }
      line.push(at);
      inLine.add(pid);
      owner = byRoot.get(pid) ?? ownerOf(parentPid);
      // A circle of parents cannot be, except in data that lies.
      if (owner !== undefined || inLine.has(parentPid)) break;
      at = byId.get(parentPid);
    }
    for (const sample of line.toReversed()) {
      owner ??= byOwnLook(sample);
      decided.set(sample.pid, owner);
    }
  }
  const found = new Map<number, Owner>();
  for (const { pid } of unknown) {
    const owner = decided.get(pid);
    if (owner !== undefined) found.set(pid, owner);
  }
  return found;
}
