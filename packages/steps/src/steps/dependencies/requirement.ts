/** What a manifest asks for. */
export interface Requirement {
  readonly name: string;
  /** The version as written. */
  readonly range: string;
}

/** How a lock file is behind its manifest. */
export interface Disagreement {
  readonly name: string;
  /** In one line, without the name. */
  readonly message: string;
  /** Where a manager installs all the same, and only says so. @defaultValue error */
  readonly severity?: "warning";
}

/** Says what a manifest asks for and its lock file has otherwise, or not at all, or has and nobody asks for. */
export function compareRequirements(
  asked: readonly Requirement[],
  locked: ReadonlyMap<string, string>,
  { isWhole }: { readonly isWhole: boolean },
): readonly Disagreement[] {
  const names = new Set(asked.map(({ name }) => name));
  const missing = asked.flatMap(({ name, range }): readonly Disagreement[] => {
    const known = locked.get(name);
    if (known === undefined) return [{ name, message: "is not in the lock file" }];
    if (known.trim() === range.trim()) return [];
    return [{ name, message: `is asked for as ${JSON.stringify(range)}, locked for ${JSON.stringify(known)}` }];
  });
  if (!isWhole) return missing;
  const left = [...locked.keys()].filter((name) => !names.has(name));
  return [...missing, ...left.map((name) => ({ name, message: "is in the lock file and no longer asked for" }))];
}
