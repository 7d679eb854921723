/** Letters that `a` and `b` have in common, in order: longest common subsequence, Wagner and Fischer 1974. */
function countShared(a: string, b: string): number {
  let last: number[] = Array.from({ length: b.length + 1 }, () => 0);
  for (const letter of a) {
    const row = [0];
    for (let j = 1; j <= b.length; j += 1) {
      row.push(letter === b[j - 1] ? (last[j - 1] ?? 0) + 1 : Math.max(last[j] ?? 0, row[j - 1] ?? 0));
    }
    last = row;
  }
  return last[b.length] ?? 0;
}

/** What `name` was most likely meant to be: most of the letters of both are shared. */
function findNearest(name: string, known: readonly string[]): string | undefined {
  let best: { readonly candidate: string; readonly share: number } | undefined;
  for (const candidate of known) {
    const shared = countShared(name.toLowerCase(), candidate.toLowerCase());
    const share = shared / Math.max(name.length, candidate.length);
    if (share >= 2 / 3 && share > (best?.share ?? 0)) best = { candidate, share };
  }
  return best?.candidate;
}

/** Names longer than this are not compared: nobody mistypes them. */
const MAX_LENGTH = 64;

/**
 * Refuses an option that nothing reads: without types a misspelt limit would be no limit.
 *
 * @param action what cannot be done then, such as `open AI cache`
 * @param known every option there is
 * @throws {TypeError} when `options` has another option, even one that is `undefined`
 */
export function refuseUnknownOptions<Options extends object>(
  action: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const names = Object.keys(known);
  const nearest = unknown.length > MAX_LENGTH ? undefined : findNearest(unknown, names);
  const advice = nearest === undefined ? `; there are ${names.join(", ")}` : `; did you mean "${nearest}"?`;
  throw new TypeError(`Cannot ${action}: there is no option \`${unknown}\`${advice}`);
}
