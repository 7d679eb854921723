import type { WorkTree } from "../git-engine.ts";
import type { Repository } from "./open-repository.ts";

/** What is asked of a work tree. */
export interface WorkTreeRequest {
  readonly wantsFiles: boolean;
  /** Are ids of untracked files needed, now that it is known whether a tracked path is gone? */
  readonly hashesUntracked: (isAnythingGone: boolean) => boolean;
  readonly isExcluded: ((path: string) => boolean) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Reads a work tree; handed to what reads the work trees inside of it. */
export type ReadWorkTree = (repository: Repository, request: WorkTreeRequest) => Promise<WorkTree>;
