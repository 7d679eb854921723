/** A set of the words of a text, which have single spaces between them: lists of names stay readable. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
