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
 * they left all of them, to the owner whose variable is in their environment. A child may come before its parent. Pure but for `variables`.
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
  const found = new Map<number, Owner>();
  let open = unknown;
  const settle = (): void => {
    for (let before = Infinity; open.length < before;) {
      before = open.length;
      open = open.filter(({ pid, parentPid, groupId, sessionId }) => {
        const owner =
          found.get(parentPid) ??
          ownerOf(parentPid) ??
          owners.find(({ rootPid }) => rootPid !== undefined && [pid, groupId, sessionId].includes(rootPid));
        if (owner !== undefined) found.set(pid, owner);
        return owner === undefined;
      });
    }
  };
  settle();
  const marked = owners.filter(({ marker }) => marker !== undefined);
  if (marked.length === 0 || open.length === 0) return found;
  const count = found.size;
  open = open.filter((sample) => {
    const own = new Set(variables(sample));
    const owner = marked.find(({ marker }) => marker !== undefined && own.has(marker));
    if (owner !== undefined) found.set(sample.pid, owner);
    return owner === undefined;
  });
  if (found.size > count) settle();
  return found;
}
