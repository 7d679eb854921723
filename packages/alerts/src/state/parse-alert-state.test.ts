import { describe, expect, test } from "vitest";
import { EMPTY_ALERT_STATE, type AlertState } from "./alert-state.ts";
import { parseAlertState } from "./parse-alert-state.ts";

const memory = {
  rule: "slow-run",
  step: "lint",
  phase: "open",
  sinceMs: 1,
  sinceRun: "r1",
  toldMs: 1,
  goodCount: 0,
  lastRun: "r1",
  lastMs: 1,
} as const;
const state: AlertState = { ...EMPTY_ALERT_STATE, alerts: { '["slow-run","lint"]': memory } };

describe("parseAlertState()", () => {
  test.each([
    { phase: "shut" },
    { rule: 1 },
    { step: null },
    { sinceMs: "1" },
    { sinceMs: 9e15 },
    { toldMs: null },
    { goodCount: 0.5 },
    { lastRun: undefined },
    { lastMs: null },
  ])("refuses a memory with %j", (change) => {
    const text = JSON.stringify({ ...state, alerts: { k: { ...memory, ...change } } });
    expect(parseAlertState(text)).toEqual({ ok: false, problem: "corrupt" });
  });

  test("knows versions", () => {
    expect(parseAlertState(JSON.stringify({ ...state, version: 2 }))).toEqual({ ok: false, problem: "newer-version" });
    expect(parseAlertState(JSON.stringify({ ...state, version: 0 }))).toEqual({ ok: false, problem: "corrupt" });
    expect(parseAlertState(JSON.stringify(state))).toEqual({ ok: true, state });
  });
});
