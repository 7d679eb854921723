/** What changed since a commit. */
export interface ChangedPaths {
  /** `null` where there is no commit yet: everything is new. */
  readonly baseOid: string | null;
  /** Every changed path that is still there. */
  readonly paths: readonly string[];
  /** Every path that is gone. */
  readonly deleted: readonly string[];
}
