/**
 * Gives what comes before each member, directly or through what is no member: the order that is left when only the members are looked at.
 * Pure.
 *
 * @param needsOf - what comes directly before one
 * @param isOpaque - what is not looked behind, such as a gate. @defaultValue nothing is
 */
export function stepsBefore(
  members: ReadonlySet<string>,
  needsOf: (id: string) => Iterable<string>,
  isOpaque: (id: string) => boolean = () => false,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...members].map((member) => {
      const found = new Set<string>();
      const seen = new Set([member]);
      const open = [...needsOf(member)];
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        if (seen.has(id)) continue;
        seen.add(id);
        if (members.has(id)) found.add(id);
        else if (!isOpaque(id)) open.push(...needsOf(id));
      }
      return [member, [...found]];
    }),
  );
}
