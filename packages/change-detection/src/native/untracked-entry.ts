import { emptyEntry } from "../empty-entry.ts";
import type { StatusEntry } from "../git-engine.ts";
import type { GitName } from "../git-name.ts";

/** What there is to say of a file that git does not track. */
export function untrackedEntry(name: GitName): StatusEntry {
  return { ...emptyEntry(name), untracked: true };
}
