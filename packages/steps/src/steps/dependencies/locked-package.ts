/** A package that a lock file holds. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Licence as the package states it, where the lock file says. */
  readonly licence?: string | undefined;
  /** Whether another package brought it, below itself. */
  readonly isNested?: boolean | undefined;
}

/** What a lock file of Node packages says. */
export interface NodeLock {
  /** Requirements as they were when it was written, by the folder of the manifest relative to the lock file; `undefined` where it keeps none. */
  readonly importers: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;
  /** Requests that it answers, as `name@range`; `undefined` where it keeps importers. */
  readonly requests?: ReadonlySet<string> | undefined;
  readonly packages: readonly LockedPackage[];
  /** Names whose versions are forced, or that are left out on purpose. */
  readonly forced: ReadonlySet<string>;
}
