import * as fc from "fast-check";
import { expect, test } from "vitest";
import { netChanges } from "./net-changes.ts";
import type { PathFacts, PathState } from "./path-facts.ts";

const NOWHERE = { committed: false, staged: false, unstaged: false, untracked: false, unmerged: false };

function moved(path: string, end: "old" | "new", content: string): PathFacts {
  const name = { path, bytes: undefined };
  const state: PathState = { mode: "100644", id: content.repeat(40) };
  return end === "old"
    ? { ...NOWHERE, name, base: state, head: state, index: state, work: undefined, unstaged: true }
    : { ...NOWHERE, name, base: undefined, head: undefined, index: undefined, work: state, untracked: true };
}

const pairsOf = (facts: readonly PathFacts[]): (readonly [string | undefined, string])[] =>
  netChanges(facts, []).flatMap(({ path, previousPath, status }) =>
    status === "renamed" ? [[previousPath, path] as const] : [],
  );

/** One after the other takes the first of its name that is left, else the first that is left. */
function pairsByDefinition(old: readonly PathFacts[], created: readonly PathFacts[]): [string, string][] {
  const left = [...old];
  const nameOf = ({ name }: PathFacts): string | undefined => name.path.split("/").at(-1);
  return created.flatMap((one): [string, string][] => {
    const same = left.filter(({ base }) => base?.id === one.work?.id);
    const chosen = same.find((other) => nameOf(other) === nameOf(one)) ?? same[0];
    if (chosen === undefined) return [];
    left.splice(left.indexOf(chosen), 1);
    return [[chosen.name.path, one.name.path]];
  });
}

test("equal contents are paired by name, then in order", () => {
  const file = fc.record({ name: fc.constantFrom("a", "b", "c"), content: fc.constantFrom("1", "2") });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 8 }), fc.array(file, { maxLength: 8 }), (before, after) => {
      const old = before.map(({ name, content }, place) => moved(`old${place}/${name}`, "old", content));
      const created = after.map(({ name, content }, place) => moved(`new${place}/${name}`, "new", content));
      expect(pairsOf([...old, ...created])).toEqual(pairsByDefinition(old, created));
    }),
  );
});

// By trying each with each this would be 10^10 steps.
test("a hundred thousand equal files are paired in time", () => {
  const count = 100_000;
  const facts = (["old", "new"] as const).flatMap((end) =>
    Array.from({ length: count }, (_, place) => moved(`${end}/${end}${place}`, end, "1")),
  );
  expect(pairsOf(facts)).toHaveLength(count);
});
