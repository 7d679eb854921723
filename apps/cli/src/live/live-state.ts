import type { RunEvent } from "@ai-workflow/engine";

/** A step that runs. Times are milliseconds after the run's start. */
export interface RunningStep {
  readonly id: string;
  readonly startedMs: number;
  /** What it is expected to take; `undefined` where no earlier run has timed it. */
  readonly expectedMs: number | undefined;
}

/** What of a run is shown while it goes on. */
export interface LiveState {
  /** Steps that were to run when it was decided. */
  readonly toRun: number;
  /** Steps of these that have ended. */
  readonly ended: number;
  /** Those of them that did not pass. */
  readonly wrong: number;
  readonly running: readonly RunningStep[];
  /** Stage of the step that started last, where it has one. */
  readonly stage: string | undefined;
  /** When the run is shown to end, in milliseconds after its start; `undefined` while nobody knows. */
  readonly shownEndMs: number | undefined;
}

/** Before anything was decided. */
export const NOTHING_YET: LiveState = {
  toRun: 0,
  ended: 0,
  wrong: 0,
  running: [],
  stage: undefined,
  shownEndMs: undefined,
};

/** A new estimate replaces the one that is shown where the time left is off by more than this share. */
const TELLING_SHARE = 0.15;
/** And by more than this, in milliseconds. */
const TELLING_MS = 2_000;

/**
 * What is shown after an event. Pure. The end that is shown stays where it is while new estimates are near it, so that the time left goes
 * down by the clock and jumps only where something is to be told.
 */
export function afterEvent(state: LiveState, event: RunEvent): LiveState {
  switch (event.type) {
    case "decided":
      return { ...state, toRun: event.decisions.filter(({ action }) => action === "run").length };
    case "step-started": {
      const { stepId: id, atMs: startedMs, expectedMs, stage } = event;
      const others = state.running.filter((step) => step.id !== id);
      return { ...state, running: [...others, { id, startedMs, expectedMs }], stage: stage ?? state.stage };
    }
    case "step-finished": {
      const { id, outcome } = event.step;
      const running = state.running.filter((step) => step.id !== id);
      if (outcome === "replayed" || outcome === "skipped") return { ...state, running };
      return { ...state, running, ended: state.ended + 1, wrong: state.wrong + Number(outcome !== "passed") };
    }
    case "eta": {
      const endMs = event.atMs + event.expectedMs;
      const off = state.shownEndMs === undefined ? Infinity : Math.abs(endMs - state.shownEndMs);
      const isTelling = off > Math.max(TELLING_MS, event.expectedMs * TELLING_SHARE);
      return isTelling ? { ...state, shownEndMs: endMs } : state;
    }
    case "waiting":
    case "gate":
    case "notice":
    case "alerts":
    case "finished":
      return state;
  }
}
