import type { StepOptions } from "./read-target.ts";

/** Flags of `run` that set an option of every built-in step that has it. */
export interface StepFlags {
  readonly fix?: boolean;
  readonly apply?: boolean;
  readonly external?: boolean;
  readonly shard?: string;
  readonly autoCommit?: boolean;
}

/** The options that flags set; `undefined` where none does. */
export function stepOptionsOf({ fix, apply, external, shard, autoCommit }: StepFlags): StepOptions | undefined {
  const set = Object.entries({ fix, apply, external, shard, commit: autoCommit }).filter(
    ([, value]) => value !== undefined,
  );
  return set.length === 0 ? undefined : Object.fromEntries(set);
}
