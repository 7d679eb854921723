interface Node<Owner> {
  readonly below: Map<string, Node<Owner>>;
  readonly owners: Owner[];
}

/** Finds who owns a path. */
export interface OwnerIndex<Owner> {
  /** Owners of the folders that a path is in (its own included), outermost first. Looks at as many nodes as the path has segments. */
  readonly above: (path: string) => readonly Owner[];
  /** Owners of folders strictly below a path. */
  readonly below: (path: string) => readonly Owner[];
}

/** Builds a trie over the segments of folders, so that `packages/foo-x` is never taken for `packages/foo`. */
export function createOwnerIndex<Owner extends { readonly directory: string }>(
  owners: Iterable<Owner>,
): OwnerIndex<Owner> {
  const root: Node<Owner> = { below: new Map(), owners: [] };
  for (const owner of owners) {
    let at = root;
    for (const segment of owner.directory === "" ? [] : owner.directory.split("/")) {
      let next = at.below.get(segment);
      if (next === undefined) {
        next = { below: new Map(), owners: [] };
        at.below.set(segment, next);
      }
      at = next;
    }
    at.owners.push(owner);
  }
  return {
    above: (path) => {
      const found: Owner[] = [...root.owners];
      let at: Node<Owner> | undefined = root;
      for (let start = 0; start < path.length;) {
        const slash = path.indexOf("/", start);
        const end = slash === -1 ? path.length : slash;
        at = at.below.get(path.slice(start, end));
        if (at === undefined) break;
        found.push(...at.owners);
        start = end + 1;
      }
      return found;
    },
    below: (path) => {
      let start: Node<Owner> | undefined = root;
      for (const segment of path === "" ? [] : path.split("/")) {
        start = start.below.get(segment);
        if (start === undefined) return [];
      }
      const found: Owner[] = [];
      const open = [...start.below.values()];
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        found.push(...at.owners);
        open.push(...at.below.values());
      }
      return found;
    },
  };
}

/**
 * Chooses among the owners above a path: of each kind the nearest; the root only where nobody else owns the path. Two kinds may own
 * one path, as an npm package does whose native part is a crate inside it.
 */
export function nearestOwners<Owner extends { readonly directory: string; readonly kind: string }>(
  above: readonly Owner[],
): readonly Owner[] {
  const inner = above.filter(({ directory }) => directory !== "");
  if (inner.length === 0) return above;
  const byKind = new Map<string, Owner>();
  for (const one of inner) byKind.set(one.kind, one);
  return [...byKind.values()];
}
