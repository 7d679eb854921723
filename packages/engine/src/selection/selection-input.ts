import type { ChangeRecord } from "@ai-workflow/profiler";
import type { Workflow } from "../config/workflow.ts";
import type { FoundSuccesses } from "../results/find-successes.ts";
import type { Relevance } from "./relevance.ts";

/** What the caller asked for. */
export interface SelectionRequest {
  /** Only these steps; `undefined` means all. */
  readonly steps: ReadonlySet<string> | undefined;
  readonly force: boolean;
  readonly smartExecution: boolean;
  /** Whether a person said that a stage may start. */
  readonly isApproved: (stageId: string) => boolean;
  /** Whether stages follow each other; a stage that waits for a person waits in any case. */
  readonly multiStage: boolean;
  /** Whether a step that would be left out runs all the same, to see whether that would have been right. */
  readonly isSampled: (stepId: string) => boolean;
}

/** All that selection looks at. */
export interface SelectionInput extends FoundSuccesses {
  readonly workflow: Workflow;
  readonly request: SelectionRequest;
  /** What changed since the base, or why that is unknown. */
  readonly changes:
    | { readonly known: true; readonly base: string; readonly list: readonly ChangeRecord[] }
    | { readonly known: false; readonly message: string };
  /** By step of a stage whose trigger is false: why it is. */
  readonly untriggered?: ReadonlyMap<string, string> | undefined;
  /** Whether the files of the work tree could be listed. */
  readonly filesKnown: boolean;
  /** Steps that name inputs of which none exists. */
  readonly namesNothing: ReadonlySet<string>;
  /** By step that names a tool that could not be asked: what went wrong. */
  readonly unknownTools?: ReadonlyMap<string, string> | undefined;
  readonly relevances: ReadonlyMap<string, Relevance>;
  /** What became of the run that this one goes on with, if any. @defaultValue "killed" */
  readonly resumedFrom?: "killed" | "waiting" | undefined;
  /** Steps that did not pass when they last looked at what counts for them now. @defaultValue none */
  readonly doubted?: ReadonlySet<string> | undefined;
}
