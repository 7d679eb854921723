/** What is safe in the id of a step, on a terminal and on a command line. */
const UNSAFE = /[^\p{L}\p{M}\p{N}@._:/+~-]/gu;

/** Writes what is unsafe as its bytes, each as `%` and two digits; different texts stay different. */
function encode(text: string): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, "0");
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    // Half of a surrogate pair has no bytes of its own.
    if (code >= 0xd800 && code <= 0xdfff) return `%u${hex(code)}`;
    return [...Buffer.from(character)].map((byte) => `%${hex(byte)}`).join("");
  });
}

/**
 * Gives each unit a label for the ids of its steps: its name, or its folder where the name is missing or two have the same. Labels are
 * unique, whatever the manifests say. Pure.
 *
 * @param units - with folders that are all different
 */
export function labelUnits(
  units: readonly { readonly name: string; readonly directory: string }[],
): ReadonlyMap<string, string> {
  const byFolder = new Set(units.filter(({ name }) => name === "").map(({ directory }) => directory));
  for (;;) {
    const taken = new Map<string, string[]>();
    for (const { name, directory } of units) {
      const label = encode(byFolder.has(directory) ? directory || "." : name);
      taken.set(label, [...(taken.get(label) ?? []), directory]);
    }
    const shared = [...taken.values()].filter((directories) => directories.length > 1).flat();
    const renamed = shared.filter((directory) => !byFolder.has(directory));
    if (renamed.length === 0) {
      return new Map([...taken].flatMap(([label, directories]) => directories.map((directory) => [directory, label])));
    }
    for (const directory of renamed) byFolder.add(directory);
  }
}
