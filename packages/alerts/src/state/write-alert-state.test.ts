import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EMPTY_ALERT_STATE, type AlertState } from "./alert-state.ts";
import { readAlertState } from "./read-alert-state.ts";
import { writeAlertState } from "./write-alert-state.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "alert-state-"));
  file = join(folder, "deep", "alerts.json");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

describe("writeAlertState() and readAlertState()", () => {
  test("keep a state, and leave nothing else behind", () => {
    expect(readAlertState(file)).toEqual({ state: EMPTY_ALERT_STATE, problem: "missing" });
    expect(writeAlertState(file, EMPTY_ALERT_STATE)).toEqual({ ok: true });
    expect(writeAlertState(file, state)).toEqual({ ok: true });
    expect(readAlertState(file)).toEqual({ state });
    expect(readdirSync(join(folder, "deep"))).toEqual(["alerts.json"]);
  });

  test.each(["", "{", "null", "[]", '{"schema":"other"}', JSON.stringify(state).slice(0, -20), "\0\0\0"])(
    "begin anew with a file that holds %j, and mend it",
    (text) => {
      mkdirSync(join(folder, "deep"));
      writeFileSync(file, text);
      expect(readAlertState(file)).toEqual({ state: EMPTY_ALERT_STATE, problem: "corrupt" });
      expect(writeAlertState(file, state)).toEqual({ ok: true });
      expect(readAlertState(file)).toEqual({ state });
    },
  );

  test("leave a file of a newer version alone", () => {
    const newer = JSON.stringify({ ...state, version: 2, alerts: "another form" });
    mkdirSync(join(folder, "deep"));
    writeFileSync(file, newer);
    expect(readAlertState(file)).toEqual({ state: EMPTY_ALERT_STATE, problem: "newer-version" });
    expect(writeAlertState(file, state)).toMatchObject({ ok: false, reason: "newer-version" });
    expect(readFileSync(file, "utf8")).toBe(newer);
  });

  test("say so when there is no file to read or write", () => {
    mkdirSync(file, { recursive: true });
    expect(readAlertState(file)).toEqual({ state: EMPTY_ALERT_STATE, problem: "unreadable" });
    expect(writeAlertState(file, state)).toMatchObject({ ok: false, reason: "failed" });
    expect(readdirSync(join(folder, "deep"))).toEqual(["alerts.json"]);
  });

  test.skipIf(process.getuid?.() === 0)("say so when the folder may not be written", () => {
    mkdirSync(join(folder, "deep"));
    chmodSync(join(folder, "deep"), 0o500);
    const written = writeAlertState(file, state);
    chmodSync(join(folder, "deep"), 0o700);
    expect(written).toMatchObject({
      ok: false,
      reason: "failed",
      message: expect.stringContaining("EACCES") as string,
    });
  });
});
