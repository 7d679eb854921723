import type { GitEngine } from "../git-engine.ts";
import { unknown } from "../unknown.ts";

/** An engine that needs no `git` binary. */
export function createIsomorphicEngine(): GitEngine {
  return async () => unknown("git-missing", "git cannot be started", "Install git 2.30 or newer and put it on PATH");
}
