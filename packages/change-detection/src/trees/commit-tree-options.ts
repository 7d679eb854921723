import type { DetectOptions } from "../change.ts";

/** Which commit, and how it is read. */
export interface CommitTreeOptions extends Pick<
  DetectOptions,
  "directory" | "engine" | "cache" | "signal" | "timeoutMs"
> {
  /** Id of a commit, such as `base.oid` of a change set; `null` for the empty tree. */
  readonly oid: string | null;
}
