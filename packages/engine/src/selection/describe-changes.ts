import type { Categorised, Change, ChangeSet, ChangesUnknown } from "@ai-workflow/change-detection";
import type { ChangeRecord, ChangeSetRecord } from "@ai-workflow/profiler";
import type { ChangedPaths } from "./changed-paths.ts";

/** Changed paths that a record lists at most; decisions look at all of them. */
const LISTED_CHANGES = 1_000;

/** What changed, in the forms in which it is needed. */
export interface DescribedChanges {
  /** All of it; empty where it is unknown. */
  readonly list: readonly ChangeRecord[];
  /** For the run record. */
  readonly record: ChangeSetRecord;
  /** `undefined` where it is unknown. */
  readonly changed: ChangedPaths | undefined;
}

/** Describes what changed, each path with its category. Pure. */
export function describeChanges(
  changes: ChangeSet | ChangesUnknown,
  categorise: (path: string) => Categorised,
): DescribedChanges {
  if (!changes.known) {
    const { code, message, remedy } = changes;
    return { list: [], record: { known: false, code, message, remedy }, changed: undefined };
  }
  const list = changes.changes.map((change) => describeChange(change, categorise(change.path)));
  return {
    list,
    record: recordChanges(changes, list),
    changed: {
      baseOid: changes.base.oid,
      paths: list.filter(({ status }) => status !== "deleted").map((change) => change.path),
      deleted: list.filter(({ status }) => status === "deleted").map((change) => change.path),
    },
  };
}

function describeChange({ path, previousPath, status }: Change, { category, rule }: Categorised): ChangeRecord {
  return { path, previousPath, status, category, rule };
}

function recordChanges({ base, headOid }: ChangeSet, list: readonly ChangeRecord[]): ChangeSetRecord {
  const categories: Record<string, number> = {};
  for (const { category } of list) categories[category] = (categories[category] ?? 0) + 1;
  return { known: true, base, headOid, total: list.length, changes: list.slice(0, LISTED_CHANGES), categories };
}
