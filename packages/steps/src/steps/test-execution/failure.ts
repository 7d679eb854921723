/** A test that failed, as its runner tells of it. */
export interface TestFailure {
  readonly name: string;
  /** What went wrong, in one line; empty where nothing tells. */
  readonly message: string;
  /** Relative to the repository. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}
