import type { Bump } from "../../release/semver.ts";

const ORDER: readonly Bump[] = ["major", "minor", "patch"];

/** What a changeset asks for, by package; nothing where it is none. Pure. */
export function parseChangeset(text: string): ReadonlyMap<string, Bump> {
  const bumps = new Map<string, Bump>();
  const [, head] = /^---\r?\n([\s\S]*?)\r?\n?---(?:\r?\n|$)/.exec(text) ?? [];
  for (const line of (head ?? "").split(/\r?\n/)) {
    const [, name, bump] =
      /^\s*(?:"([^"]+)"|'([^']+)'|([^\s"':]+))\s*:\s*["']?(major|minor|patch)["']?\s*$/
        .exec(line)
        ?.filter((part, place) => place === 0 || part !== undefined) ?? [];
    if (name !== undefined && bump !== undefined) bumps.set(name, bump as Bump);
  }
  return bumps;
}

/** The farthest of all, by package. Pure. */
export function joinChangesets(changesets: Iterable<ReadonlyMap<string, Bump>>): ReadonlyMap<string, Bump> {
  const joined = new Map<string, Bump>();
  for (const changeset of changesets) {
    for (const [name, bump] of changeset) {
      const before = joined.get(name);
      if (before === undefined || ORDER.indexOf(bump) < ORDER.indexOf(before)) joined.set(name, bump);
    }
  }
  return joined;
}
