import { resolve } from "node:path";
import type { ChangeSet, ChangesUnknown, DetectOptions, FileEntry, WorktreeInspection } from "../change.ts";
import { listPlainFiles } from "../fingerprints/list-plain-files.ts";
import { inspectWorktree } from "../inspect-worktree.ts";
import { openCommitTree } from "../trees/open-commit-tree.ts";
import { openWorkTree } from "../trees/open-work-tree.ts";
import { affectedUnits, type AffectedUnits, type AffectedUnitsOptions } from "./affected-units.ts";
import type { Tree } from "../trees/tree.ts";

/** What to compare, and what counts. */
export interface DetectAffectedOptions extends DetectOptions, Omit<AffectedUnitsOptions, "changes" | "base" | "now"> {}

/** The units that the changes of a repository reach, and the changes. */
export interface DetectedUnits extends AffectedUnits {
  readonly changes: ChangeSet | ChangesUnknown;
}

/** The files to look at where the changes end: in a commit, in the work tree, or in a folder that no git knows. */
async function openNow(options: DetectOptions, { changes, files, root }: WorktreeInspection): Promise<Tree> {
  const { directory, head } = options;
  if (head !== undefined && changes.known) return openCommitTree({ ...options, oid: changes.headOid });
  const isListed = files !== undefined && root !== undefined;
  const place = isListed ? root : resolve(directory);
  const listed: readonly FileEntry[] = isListed ? files : await listPlainFiles({ root: place, signal: options.signal });
  return openWorkTree(place, listed);
}

/**
 * Finds what changed and which units of the repository it reaches. All units are affected, with the reason, where it is not known what changed.
 * @throws {TypeError | RangeError} for a bad option. It rejects with the reason of `signal` when it aborts, and with a
 * {@link ChangeDetectionError} CHANGE_DETECTION_UNREADABLE_TREE when `head` cannot be read.
 * @example
 * ```js
 * const { units } = await detectAffectedUnits({ directory: ".", base: "origin/main" });
 * for (const { unit, reasons } of units) console.log(unit.name, describeReason(reasons[0]));
 * ```
 */
export async function detectAffectedUnits(options: DetectAffectedOptions): Promise<DetectedUnits> {
  const inspection = await inspectWorktree(options);
  const { changes } = inspection;
  const now = await openNow(options, inspection);
  const base = changes.known ? openCommitTree({ ...options, oid: changes.base.oid }) : undefined;
  const affected = await affectedUnits({ ...options, changes: changes.known ? changes.changes : "unknown", base, now });
  if (changes.known) return { ...affected, changes };
  // The reason that git gave says more than that there is none.
  const because = { kind: "unknown", what: `it is not known what changed: ${changes.message}` } as const;
  return {
    ...affected,
    because,
    units: affected.units.map(({ reasons: [shortest, ...others], ...one }) => ({
      ...one,
      reasons: [{ ...shortest, cause: because }, ...others.map((reason) => ({ ...reason, cause: because }))],
    })),
    changes,
  };
}
