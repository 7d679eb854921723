import picomatch from "picomatch";

/**
 * Whether the `globs` of a configuration of markdownlint-cli2 take a document: `!` and `#` before one negate it, a folder means what is in
 * it, and none at all takes every document. Pure.
 */
export function isInScope(document: string, globs: readonly string[]): boolean {
  const clean = globs.map((glob) => glob.replace(/^#/, "!"));
  const takes = (glob: string): boolean => {
    const name = glob.replace(/^:/, "").replace(/^\.\//, "").replace(/\/$/, "");
    return document === name || document.startsWith(`${name}/`) || picomatch.isMatch(document, name, { dot: true });
  };
  const [taken, refused]: [string[], string[]] = [[], []];
  for (const glob of clean) (glob.startsWith("!") ? refused : taken).push(glob);
  return (taken.length === 0 || taken.some(takes)) && !refused.some((glob) => takes(glob.slice(1)));
}
