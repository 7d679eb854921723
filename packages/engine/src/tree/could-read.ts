import { staticBases } from "../outputs/find-outputs.ts";

/**
 * Whether a step could read a file that others make or edit, by the folders from which their globs start. Pure.
 *
 * It never says no where the answer is yes: of globs that start from everywhere, or where no inputs are named, anything is thought.
 *
 * @param inputs - globs of the files it reads; `undefined` means any
 * @param made - globs of the files that are made or edited
 */
export function couldRead(inputs: readonly string[] | undefined, made: readonly string[]): boolean {
  if (made.length === 0) return false;
  if (inputs === undefined) return true;
  const inside = (inner: string, outer: string): boolean =>
    outer === "" || inner === outer || inner.startsWith(`${outer}/`);
  return staticBases(made).some((a) => staticBases(inputs).some((b) => inside(a, b) || inside(b, a)));
}
