/** After the last sign of a change, so long nothing may stir before the tree is looked at, in milliseconds. */
export const QUIET_MS = 100;

/** After the first sign of a change the tree is looked at no later than this, however much stirs, in milliseconds. */
export const LONGEST_WAIT_MS = 2_000;

/** How soon it is looked at again where that was not possible, in milliseconds. */
export const RETRY_MS = 1_000;

/** A path that has changed during so many runs in a row cancels no run any more: a step may write it. */
export const SUSPICIOUS_RUNS = 2;

/** For paths that have changed during so many runs in a row alone no further run is started. */
export const UNSETTLED_RUNS = 5;

/** So many runs may follow one another without a pause, each for what changed during the one before. */
export const HASTY_RUNS = 8;

/** Longest pause between runs that follow one another, in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/** A path that is not what it was when the last run began. */
export interface WatchedChange {
  readonly path: string;
  /** `made`: a step leaves it (`outputs`); `declared`: a step edits it (`writes`); `other`: no step says so. */
  readonly by: "made" | "declared" | "other";
  /** Whether it counts for a step of the present run that is not over. */
  readonly makesStale: boolean;
}

/** What happens to a watch; `nowMs` is of a clock that never goes back. */
export type WatchInput = { readonly nowMs: number } &
  /** It begins. */
  (
    | { readonly type: "begun" }
    /** Something may have changed on the disk. */
    | { readonly type: "stirred" }
    /** The time that `wake` named has come. */
    | { readonly type: "woke" }
    /** The tree was looked at. `unready`: it is gone, or git is at work in it. */
    | { readonly type: "looked"; readonly changes: readonly WatchedChange[] | "unready" }
    /** Somebody asks for a run, whether anything has changed or not. */
    | { readonly type: "asked" }
    /** The run is over, however it went. */
    | { readonly type: "run-ended" }
    /** The watch is to end. */
    | { readonly type: "stopped" }
  );

/** What a watch does next. */
export type WatchAction =
  /** Send `woke` at this time, in the place of any time named before. */
  | { readonly type: "wake"; readonly atMs: number }
  /** Look at the tree: what differs from when the last run began? */
  | { readonly type: "look" }
  /** Start a run; what the tree was at the last look is from now on what it is compared with. */
  | { readonly type: "run"; readonly paths: readonly string[] }
  /** Cancel the run because of these paths. */
  | { readonly type: "cancel"; readonly paths: readonly string[] }
  /** Nothing is to be done until something changes; the tree is compared with the last look from now on. */
  | { readonly type: "rest" }
  /** These paths change in run after run, and no further run is started for them. */
  | { readonly type: "unsettled"; readonly paths: readonly string[] }
  /** All is over. */
  | { readonly type: "end" };

/** Where a watch is. */
export interface WatchState {
  /** `ended`: a run is over, and what it was about has not been compared since. */
  readonly phase: "new" | "idle" | "running" | "cancelling" | "ended" | "stopping" | "over";
  /** Whether a look goes on. */
  readonly isLooking: boolean;
  /** A look goes on that began before the run ended: what it finds may be less than the run has left. */
  readonly isLookOld: boolean;
  /** Signs of changes since the last look began. */
  readonly stir: { readonly firstMs: number; readonly lastMs: number } | undefined;
  /** No look begins before. */
  readonly notBeforeMs: number;
  /** A run is due whatever the next look finds: the last one was cancelled, or somebody asked for one. */
  readonly isDue: boolean;
  /** By path (numbers in it left out): runs in a row during which it changed. */
  readonly streaks: ReadonlyMap<string, number>;
  /** Runs in a row that were started for what had changed during the one before. */
  readonly followUps: number;
}

/** A watch before it begins. */
export const NEW_WATCH: WatchState = {
  phase: "new",
  isLooking: false,
  isLookOld: false,
  stir: undefined,
  notBeforeMs: 0,
  isDue: true,
  streaks: new Map(),
  followUps: 0,
};

/** A state, and what is to be done on the way to it, in order. */
export interface WatchStep {
  readonly state: WatchState;
  readonly actions: readonly WatchAction[];
}

/**
 * Decides what a watch does next. Pure.
 *
 * A sign of a change leads to a look once nothing has stirred for {@link QUIET_MS}, and only what a look finds changed leads to a run: signs may
 * be too many, too few or wrong. A run goes on when what changed counts for none of its steps that are not over, and another one follows;
 * otherwise it is cancelled. What changes during a run may be written by a step: a path that does so in run after run no longer cancels, and
 * at last starts none, so that no step keeps itself running.
 */
export function advanceWatch(state: WatchState, input: WatchInput): WatchStep {
  const { nowMs } = input;
  if (state.phase === "over") return { state, actions: [] };
  switch (input.type) {
    case "begun":
      return look({ ...state, phase: "idle" });
    case "stirred": {
      const stir = { firstMs: state.stir?.firstMs ?? nowMs, lastMs: nowMs };
      return lookWhenDue({ ...state, stir }, nowMs);
    }
    case "woke":
      return lookWhenDue(state, nowMs);
    case "asked":
      return afterRequest(state);
    case "run-ended": {
      if (state.phase === "stopping") return { state: { ...state, phase: "over" }, actions: [{ type: "end" }] };
      const isDue = state.phase === "cancelling";
      const ended: WatchState = { ...state, phase: "ended", isDue, isLookOld: state.isLooking };
      if (ended.isLooking || ended.stir !== undefined) return lookWhenDue(withStir(ended, nowMs), nowMs);
      return look(ended);
    }
    case "looked":
      return state.isLookOld
        ? lookWhenDue({ ...state, isLooking: false, isLookOld: false }, nowMs)
        : afterLook({ ...state, isLooking: false }, input.changes, nowMs);
    case "stopped":
      if (state.phase === "running" || state.phase === "cancelling") {
        return { state: { ...state, phase: "stopping" }, actions: [] };
      }
      return state.phase === "stopping"
        ? { state, actions: [] }
        : { state: { ...state, phase: "over" }, actions: [{ type: "end" }] };
  }
}

/** What was asked for is done at once: nobody who asks waits for pauses between runs, or for a run that would be followed by another. */
function afterRequest(state: WatchState): WatchStep {
  const due: WatchState = { ...state, isDue: true, followUps: 0, notBeforeMs: 0 };
  if (state.phase === "running") {
    return { state: { ...due, phase: "cancelling" }, actions: [{ type: "cancel", paths: [] }] };
  }
  if (state.phase !== "idle" && state.phase !== "ended") return { state, actions: [] };
  return state.isLooking ? { state: due, actions: [] } : look(due);
}

function look(state: WatchState): WatchStep {
  return { state: { ...state, isLooking: true, stir: undefined }, actions: [{ type: "look" }] };
}

function withStir(state: WatchState, nowMs: number): WatchState {
  return state.stir === undefined ? { ...state, stir: { firstMs: nowMs, lastMs: nowMs } } : state;
}

function lookWhenDue(state: WatchState, nowMs: number): WatchStep {
  // What a run that is being ended leaves is looked at when it has ended.
  const mayLook = state.phase !== "cancelling" && state.phase !== "stopping" && state.phase !== "new";
  if (state.stir === undefined || state.isLooking || !mayLook) return { state, actions: [] };
  const { firstMs, lastMs } = state.stir;
  const dueMs = Math.max(state.notBeforeMs, Math.min(lastMs + QUIET_MS, firstMs + LONGEST_WAIT_MS));
  return nowMs >= dueMs ? look(state) : { state, actions: [{ type: "wake", atMs: dueMs }] };
}

function afterLook(state: WatchState, changes: readonly WatchedChange[] | "unready", nowMs: number): WatchStep {
  if (changes === "unready") {
    if (state.phase === "stopping" || state.phase === "cancelling") return { state, actions: [] };
    return lookWhenDue({ ...withStir(state, nowMs), notBeforeMs: nowMs + RETRY_MS }, nowMs);
  }
  switch (state.phase) {
    case "idle":
      // What was on its way while it was looked at comes with the next look.
      if (changes.length === 0 && !state.isDue) return lookWhenDue(state, nowMs);
      return start(state, changes, state.isDue ? state.followUps : 0, nowMs);
    case "ended":
      return afterRun(state, changes, nowMs);
    case "running": {
      const stale = changes.filter(
        ({ path, by, makesStale }) =>
          by === "other" && makesStale && (state.streaks.get(keyOf(path)) ?? 0) < SUSPICIOUS_RUNS,
      );
      if (stale.length === 0) return lookWhenDue(state, nowMs);
      return {
        state: { ...state, phase: "cancelling" },
        actions: [{ type: "cancel", paths: stale.map(({ path }) => path) }],
      };
    }
    case "new":
    case "cancelling":
    case "stopping":
    case "over":
      return { state, actions: [] };
  }
}

/** Goes on after a run by what changed during it. */
function afterRun(state: WatchState, changes: readonly WatchedChange[], nowMs: number): WatchStep {
  const during = changes.filter(({ by }) => by !== "made");
  const streaks = new Map(
    during.map(({ path, by }) => {
      const key = keyOf(path);
      return [key, (state.streaks.get(key) ?? (by === "declared" ? SUSPICIOUS_RUNS : 0)) + 1];
    }),
  );
  const counted: WatchState = { ...state, streaks };
  const isNews = during.some(({ path }) => (streaks.get(keyOf(path)) ?? 0) <= UNSETTLED_RUNS);
  if (!isNews && !state.isDue) {
    const idle = lookWhenDue({ ...counted, phase: "idle", streaks: new Map(), followUps: 0 }, nowMs);
    const unsettled =
      during.length === 0 ? [] : [{ type: "unsettled", paths: during.map(({ path }) => path) } as const];
    return { state: idle.state, actions: [...unsettled, { type: "rest" }, ...idle.actions] };
  }
  const followUps = state.followUps + 1;
  if (followUps <= HASTY_RUNS) return start(counted, changes, followUps, nowMs);
  const pauseMs = Math.min(LONGEST_PAUSE_MS, RETRY_MS * 2 ** Math.min(followUps - HASTY_RUNS, 16));
  const paused: WatchState = { ...counted, phase: "idle", isDue: true, followUps, notBeforeMs: nowMs + pauseMs };
  return lookWhenDue(withStir(paused, nowMs), nowMs);
}

function start(state: WatchState, changes: readonly WatchedChange[], followUps: number, nowMs: number): WatchStep {
  const running = lookWhenDue({ ...state, phase: "running", isDue: false, followUps }, nowMs);
  return { ...running, actions: [{ type: "run", paths: changes.map(({ path }) => path) }, ...running.actions] };
}

/** Names with a date or a number in them are one and the same: a step that writes `report-1.txt` writes `report-2.txt` next. */
function keyOf(path: string): string {
  return path.replaceAll(/\d+/g, "0");
}
