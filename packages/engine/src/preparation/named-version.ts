/** A number with at least one dot, and what pre-releases and builds add to it, with nothing of a word or number in front. */
const VERSION = /(?<![\w.])v?(\d{1,9}(?:\.\d{1,9}){1,4}(?:[-+][\w.]{1,20})?)/;
/** The same within a word, such as `go1.22.1`. */
const INSIDE = /\d{1,9}(?:\.\d{1,9}){1,4}/;

/** The first thing in what a tool prints that looks like a version. Pure. */
export function findVersion(text: string): string | undefined {
  return VERSION.exec(text)?.[1] ?? INSIDE.exec(text)?.[0];
}

/** The version that a tool named, of a value of `ToolAnswers.versions`; `undefined` where it named none. Pure. */
export function namedVersion(answer: string): string | undefined {
  const [, named] = answer.split(" ");
  return named;
}
