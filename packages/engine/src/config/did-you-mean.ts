import { suggest } from "./suggest.ts";

/** The end of a message about an unknown name: the nearest known one, or nothing where none is near. Pure. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = suggest(name, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}
