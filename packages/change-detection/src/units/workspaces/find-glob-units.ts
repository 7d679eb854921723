import { createPathMatcher } from "../../create-path-matcher.ts";
import { foldersAbove } from "../repository-path.ts";
import type { Unit } from "../unit.ts";
import { createMemberMatcher } from "./match-members.ts";
import { createDraft } from "./unit-draft.ts";

/**
 * Makes a unit of every folder that the user's globs take (`services/*`, `!services/legacy`) and that is not one already.
 * @throws {TypeError} for a glob that is not a non-empty string.
 */
export function findGlobUnits(
  paths: readonly string[],
  globs: readonly string[],
  known: ReadonlySet<string>,
): readonly Unit[] {
  if (globs.length === 0) return [];
  // The same words of refusal as for every other list of globs.
  createPathMatcher(globs);
  const { matches, outside, refused } = createMemberMatcher("", globs);
  const [wrong] = [...outside, ...refused];
  if (wrong !== undefined) {
    throw new TypeError(
      `Cannot read units: each of \`units\` must be a plain glob inside the repository, got ${JSON.stringify(wrong)}`,
    );
  }
  const seen = new Set<string>();
  const units: Unit[] = [];
  for (const path of paths) {
    for (const folder of foldersAbove(path)) {
      if (seen.has(folder)) break;
      seen.add(folder);
      if (folder !== "" && !known.has(folder) && matches(folder)) {
        units.push({ ...createDraft("globs", folder, "", folder), manifest: undefined });
      }
    }
  }
  return units;
}
