import type { AlertEvaluation } from "./evaluate-alerts.ts";
import type { AlertMemory, AlertState } from "./state/alert-state.ts";

/**
 * The state to keep when nobody could be told: as `nextState`, but what was to be told is as in `state`, the state before, so
 * that the next run tells it if it is still so.
 */
export function forgetUndelivered(evaluation: AlertEvaluation, state: AlertState): AlertState {
  const alerts = Object.assign(Object.create(null), evaluation.nextState.alerts) as Record<string, AlertMemory>;
  for (const { key } of [...evaluation.fire, ...evaluation.resolved]) {
    const before = state.alerts[key];
    if (before === undefined) delete alerts[key];
    else alerts[key] = before;
  }
  return { ...evaluation.nextState, alerts };
}
