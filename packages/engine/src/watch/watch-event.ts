import type { EngineError } from "../errors.ts";

/** What a watch tells beside the events of its runs. */
export type WatchEvent =
  /** The tree is watched. `pollMs`: it is looked at every so often, instead of the system telling. */
  | {
      readonly type: "watching";
      readonly directory: string;
      readonly folders: number;
      readonly pollMs: number | undefined;
    }
  /** A run begins; `paths` is what changed since the one before began, none for the first one and for one that was asked for. */
  | { readonly type: "run-due"; readonly run: number; readonly paths: readonly string[] }
  /** The run is cancelled, for these changes count for steps of it that are not over; without any somebody asked for another one. */
  | { readonly type: "run-stale"; readonly run: number; readonly paths: readonly string[] }
  /** There was no run: the configuration is wrong, or the state folder cannot be used. */
  | { readonly type: "run-refused"; readonly run: number; readonly error: EngineError }
  /** Nothing more is due. */
  | { readonly type: "resting"; readonly run: number }
  /** These paths change in run after run; no further run is started for them. */
  | { readonly type: "unsettled"; readonly paths: readonly string[] }
  /** The system gives no more watches, so that the tree is looked at every `pollMs` milliseconds instead. */
  | { readonly type: "polling"; readonly code: string; readonly pollMs: number };
