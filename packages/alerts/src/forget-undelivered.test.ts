import { describe, expect, test } from "vitest";
import { evaluateAlerts, type AlertEvaluation } from "./evaluate-alerts.ts";
import { forgetUndelivered } from "./forget-undelivered.ts";
import { EMPTY_ALERT_STATE, type AlertState } from "./state/alert-state.ts";

const T0 = Date.UTC(2026, 0, 1);

function run(number: number, durationMs: number, state: AlertState): AlertEvaluation {
  const facts = { runId: `r${number}`, atMs: T0 + number, measurements: [{ durationMs }] };
  return evaluateAlerts(facts, [{ kind: "slow-run", thresholdMs: 1000 }], state);
}

describe("forgetUndelivered()", () => {
  test("what nobody could be told of is told by the next run, if it is still so", () => {
    const lost = run(1, 9999, EMPTY_ALERT_STATE);
    const state = forgetUndelivered(lost, EMPTY_ALERT_STATE);
    expect(run(2, 9999, state).fire).toHaveLength(1);
    expect(run(2, 1, state)).toMatchObject({ fire: [], resolved: [] });
  });

  test("so is what nobody could be told to be over", () => {
    const open = run(1, 9999, EMPTY_ALERT_STATE).nextState;
    const lost = run(2, 1, open);
    expect(lost.resolved).toHaveLength(1);
    const state = forgetUndelivered(lost, open);
    expect(run(3, 1, state).resolved).toHaveLength(1);
    expect(run(3, 1, lost.nextState).resolved).toEqual([]);
  });

  test("keeps what was not to be told", () => {
    const open = run(1, 9999, EMPTY_ALERT_STATE).nextState;
    const quiet = run(2, 9999, open);
    expect(forgetUndelivered(quiet, open)).toEqual(quiet.nextState);
  });
});
