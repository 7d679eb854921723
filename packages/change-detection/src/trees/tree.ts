/** The files of one state of a repository: a commit, an index or a work tree. Symbolic links are never followed. */
export interface Tree {
  /** All files, `/` between segments, relative to the root; names need not be sorted. */
  readonly paths: () => Promise<readonly string[]>;
  /** The content of one file, or `undefined` where there is none. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
}
