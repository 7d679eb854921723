import type { Wait } from "../waits.ts";

/** A wait with who stood in the way. */
export interface ExplainedWait<Id extends string = string> extends Wait {
  readonly durationMs: number;
  /** Who held it when the wait began: the resource, the group, the slots; for `plan` what ran. Empty for the other causes. */
  readonly heldBy: readonly Id[];
  /** Whose end was the last before the wait was over: of those that held it, of an earlier level, or the need itself. */
  readonly endedBy?: Id | undefined;
}
