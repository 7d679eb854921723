/** Environment variables, such as `process.env`. */
export type ForkEnvironment = Readonly<Record<string, string | undefined>>;

/** Gives the text of a file; rejects or throws when it cannot. */
export type ReadTextFile = (path: string) => string | Promise<string>;

/** Does the code of this run come from a fork? */
export interface ForkVerdict {
  /** `"unknown"`: a CI service says that this may be a pull request but not where it comes from. */
  readonly isFork: boolean | "unknown";
  /** One line for people. */
  readonly because: string;
}
