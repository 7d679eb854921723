import type { NoticeRecord, RunRecord, StepRecord } from "@ai-workflow/profiler";
import type { AlertReport } from "../alerts/alert-report.ts";
import type { LockOwner } from "../lock/lock-owner.ts";
import type { Decision } from "../selection/reasons.ts";

/** What happens during a run, in order. `atMs` is milliseconds after the run's start. */
export type RunEvent =
  /** Another run of the same target goes on, and this one waits for it. */
  | { readonly type: "waiting"; readonly atMs: number; readonly owner: LockOwner | undefined }
  | {
      readonly type: "decided";
      readonly atMs: number;
      readonly runId: string;
      /** Absolute path of the state folder, to which the paths of logs are relative. */
      readonly stateDirectory: string;
      readonly decisions: readonly Decision[];
      /** Steps at the same time. */
      readonly maxParallel: number;
    }
  | {
      readonly type: "step-started";
      readonly atMs: number;
      readonly stepId: string;
      readonly attempt: number;
      /** It starts before its stage does. */
      readonly ahead: boolean;
      /** Its log, relative to the state folder. */
      readonly log: string;
      readonly stage: string | undefined;
      /** What it is expected to take, in milliseconds; `undefined` where no earlier run has timed it. */
      readonly expectedMs: number | undefined;
    }
  | { readonly type: "step-finished"; readonly atMs: number; readonly step: StepRecord }
  /**
   * How much longer the steps take, while they run: at the beginning, after steps have started or ended, and when one becomes overdue; at most
   * once a second. It is not told while a step that no earlier run has timed is not over.
   */
  | {
      readonly type: "eta";
      readonly atMs: number;
      /** From now on, in milliseconds. */
      readonly expectedMs: number;
      /** If each step took as long as it rarely does, in milliseconds; `undefined` where that is not known of all of them. */
      readonly upperMs: number | undefined;
      /** Steps that run and should be over. */
      readonly overdue: readonly string[];
    }
  | {
      readonly type: "gate";
      readonly atMs: number;
      readonly stageId: string;
      readonly open: boolean;
      readonly reason: string;
    }
  | { readonly type: "notice"; readonly atMs: number; readonly notice: NoticeRecord }
  /** Where the configuration has `alerts`; after the record was written. */
  | { readonly type: "alerts"; readonly atMs: number; readonly report: AlertReport }
  | { readonly type: "finished"; readonly atMs: number; readonly record: RunRecord };
