import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import type { LineCounts } from "./parse-numstat.ts";
import { unitOf } from "./unit-of.ts";

/** A changed file. */
export interface Change {
  readonly path: string;
  readonly status: string;
  readonly category: string;
}

/** What a change consists of. */
export interface ChangeSummary {
  readonly files: number;
  /** Lines of the files that are no binaries. */
  readonly added: number;
  readonly removed: number;
  /** Number of files by category and by folder of a unit, the most first. */
  readonly categories: readonly (readonly [string, number])[];
  readonly units: readonly (readonly [string, number])[];
}

/** Counts what changed. A file that git does not track counts with the lines it has. Pure. */
export function summariseChange(
  changes: readonly Change[],
  lines: ReadonlyMap<string, LineCounts>,
  units: ReadonlySet<string>,
): ChangeSummary {
  const counted = changes.map(({ path }) => lines.get(path));
  return {
    files: changes.length,
    added: counted.reduce((sum, one) => sum + (one?.added ?? 0), 0),
    removed: counted.reduce((sum, one) => sum + (one?.removed ?? 0), 0),
    categories: tally(changes.map(({ category }) => category)),
    units: tally(changes.map(({ path }) => unitOf(path, units))),
  };
}

/** One line about the change. Pure. */
export function describeChange({ files, added, removed, categories, units }: ChangeSummary, base: string): string {
  const since = `since ${printable(base, 60)}`;
  if (files === 0) return `nothing changed ${since}`;
  const kinds = categories.map(([category, number]) => `${number} ${category}`).join(", ");
  const places = units.length > 1 ? ` in ${countOf(units.length, "unit")}` : "";
  return `${countOf(files, "file")} changed ${since}${places} (${kinds}), +${added} −${removed} lines`;
}

/** Counts equal texts, the most frequent first, equally frequent ones by name. */
function tally(texts: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([one, few], [other, more]) => more - few || (one < other ? -1 : 1));
}
