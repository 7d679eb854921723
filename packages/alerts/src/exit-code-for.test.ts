import { describe, expect, test } from "vitest";
import { evaluateAlerts, type AlertEvaluation } from "./evaluate-alerts.ts";
import { exitCodeFor } from "./exit-code-for.ts";
import { EMPTY_ALERT_STATE, type AlertState } from "./state/alert-state.ts";

const T0 = Date.UTC(2026, 0, 1);

function run(number: number, durationMs: number, state: AlertState): AlertEvaluation {
  const facts = { runId: `r${number}`, atMs: T0 + number, measurements: [{ durationMs }] };
  return evaluateAlerts(facts, [{ kind: "slow-run", thresholdMs: 1000 }], state);
}

describe("exitCodeFor()", () => {
  test("is 1 while a condition is true, told or not, and 0 when all is well or resolved", () => {
    const fired = run(1, 9999, EMPTY_ALERT_STATE);
    const open = run(2, 9999, fired.nextState);
    const over = run(3, 1, open.nextState);
    expect(over.resolved).toHaveLength(1);
    expect([fired, open, over, run(1, 1, EMPTY_ALERT_STATE)].map(exitCodeFor)).toEqual([1, 1, 0, 0]);
  });
});
