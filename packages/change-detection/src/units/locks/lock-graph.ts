/** One package as a lock file resolves it. */
export interface LockNode {
  /** The name for people. */
  readonly name: string;
  /** The version for people, `""` where there is none. */
  readonly version: string;
  /** All that makes its content: version, source, checksum. */
  readonly content: string;
  /** Keys of the nodes it resolves to; a key without a node counts as changed, since nobody can tell. */
  readonly needs: readonly string[];
}

/** What one member of a workspace resolves to. */
export interface LockImporter {
  /** What the lock file says of the importer itself, beside what it needs. */
  readonly content: string;
  readonly needs: readonly string[];
}

/** A lock file as a graph. */
export interface LockGraph {
  /** By folder relative to the lock file, `""` for its own; or by name where the format knows only names. */
  readonly importers: ReadonlyMap<string, LockImporter>;
  readonly importersAre: "folders" | "names";
  readonly nodes: ReadonlyMap<string, LockNode>;
  /** Parts that hold for every importer, by the name to show: overrides, settings, the version of the format. */
  readonly shared: ReadonlyMap<string, string>;
}

/** A lock file, or why it cannot be taken apart. */
export type LockReading = { readonly graph: LockGraph } | { readonly reason: string };

/** A member of the workspace, for formats that keep the direct requirements only in the manifests. */
export interface LockMember {
  /** Folder relative to the lock file. */
  readonly folder: string;
  readonly name: string;
  readonly requires: readonly { readonly name: string; readonly range: string }[];
}

/** Reads the parsed content of a lock file. */
export type LockReader = (value: unknown, members: readonly LockMember[]) => LockReading;
