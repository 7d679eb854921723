/**
 * Whether `name` is what `glob` says, where `*` stands for any characters, none included. At most the product of both
 * lengths: every piece between two stars is looked for once, leftmost first.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const [prefix = "", ...pieces] = glob.split("*");
  const suffix = pieces.pop();
  if (suffix === undefined) return glob === name;
  if (!name.startsWith(prefix)) return false;
  let from = prefix.length;
  for (const piece of pieces) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return name.length - suffix.length >= from && name.endsWith(suffix);
}
