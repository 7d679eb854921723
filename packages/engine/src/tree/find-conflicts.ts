import { createPathMatcher } from "@ai-workflow/change-detection";
import { staticBases } from "../outputs/find-outputs.ts";

/** A step with what it reads and edits. */
export interface TreeUser {
  readonly id: string;
  /** Globs of the files it edits; empty for one that edits nothing. */
  readonly writes: readonly string[];
  /** Globs of the files it reads; `undefined` means every file. */
  readonly reads: readonly string[] | undefined;
}

/**
 * By step that edits files: the others that read or edit some of the same and must not run at the same time. Pure.
 *
 * Two steps meet where a file that is there matches what both say, or where a file could: then a folder from which one glob starts lies in one
 * from which the other does. So two steps that never meet may be kept apart, and none that could meet runs at the same time.
 */
export function findConflicts(
  users: readonly TreeUser[],
  files: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const conflicts = new Map<string, readonly string[]>();
  const matchers = new Map<string, (path: string) => boolean>();
  const matcherOf = (globs: readonly string[] | undefined): ((path: string) => boolean) => {
    const key = JSON.stringify(globs ?? null);
    let matches = matchers.get(key);
    if (matches === undefined)
      matchers.set(key, (matches = globs === undefined ? () => true : createPathMatcher(globs)));
    return matches;
  };
  for (const writer of users) {
    if (writer.writes.length === 0) continue;
    const writes = matcherOf(writer.writes);
    const written = files.filter(writes);
    const meets = (globs: readonly string[] | undefined): boolean => {
      const matches = matcherOf(globs);
      return written.some(matches) || couldMeet(writer.writes, globs);
    };
    const others = users.filter(
      ({ id, writes: own, reads }) => id !== writer.id && (meets(reads) || (own.length > 0 && meets(own))),
    );
    conflicts.set(
      writer.id,
      others.map(({ id }) => id),
    );
  }
  return conflicts;
}

/** Whether a file that is not there yet could be meant by both. */
function couldMeet(one: readonly string[], other: readonly string[] | undefined): boolean {
  if (other === undefined) return true;
  const inside = (inner: string, outer: string): boolean =>
    outer === "" || inner === outer || inner.startsWith(`${outer}/`);
  return staticBases(one).some((a) =>
    staticBases(other).some((b) => a !== "" && b !== "" && (inside(a, b) || inside(b, a))),
  );
}
