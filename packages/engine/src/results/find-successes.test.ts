import { describe, expect, test } from "vitest";
import { parseConfig } from "../config/parse-config.ts";
import type { Step } from "../config/workflow.ts";
import type { StepPrints } from "../selection/fingerprint.ts";
import { findSuccesses, type EarlierRun, type FoundSuccesses } from "./find-successes.ts";
import type { StoredSuccess } from "./stored-success.ts";

const NOW_MS = Date.parse("2026-01-02T00:00:00Z");
const HOUR_MS = 3_600_000;

function stepOf(keys: string): Step {
  const parsed = parseConfig(`steps: { a: { run: 'true', ${keys} } }\n`, "c.yaml", "c");
  const step = parsed.ok ? parsed.workflow.steps.get("a") : undefined;
  if (step === undefined) throw new Error("the configuration of this test is wrong");
  return step;
}

const prints = {
  fingerprint: "exact",
  namesNothing: false,
  relevantFingerprint: () => "relevant",
} as unknown as StepPrints;

function success(ageMs: number, durationMs: number): StoredSuccess {
  const at = new Date(NOW_MS - ageMs).toISOString();
  return { stepId: "a", fingerprint: "exact", runId: "earlier", at, durationMs, findings: [] };
}

/** Where the success of the step is found. */
function found(keys: string, given: Readonly<Record<string, StoredSuccess>>, earlier?: EarlierRun): string {
  const finds: FoundSuccesses = findSuccesses([stepOf(keys)], new Map([["a", prints]]), {
    store: { find: (fingerprint) => given[fingerprint] },
    outputs: { canRestore: () => true },
    nowMs: NOW_MS,
    earlier,
  });
  const places = ["replayable", "proofs", "resumed", "expired", "tooSlow"] as const;
  return places.filter((place) => finds[place].has("a")).join(" ");
}

describe("findSuccesses()", () => {
  test.each([
    ["timeout: 2s, expires: 2h", 1 * HOUR_MS, 1_999, "replayable"],
    ["timeout: 2s, expires: 2h", 2 * HOUR_MS, 2_000, "replayable"],
    ["timeout: 2s, expires: 2h", 2 * HOUR_MS + 1, 1_000, "expired"],
    ["timeout: 2s, expires: 2h", 1 * HOUR_MS, 2_001, "tooSlow"],
    ["timeout: 2s", 900 * HOUR_MS, 1, "replayable"],
  ])(
    "{ %s }: a success of %i ms ago that took %i ms is %s, stored or of a run that is gone on with",
    (keys, ageMs, tookMs, place) => {
      const one = success(ageMs, tookMs);
      expect(found(keys, { exact: one })).toBe(place);
      const passed = new Map([["a", one]]);
      expect(found(keys, {}, { ended: "killed", passed })).toBe(place);
      expect(found(`${keys}, cache: false`, {}, { ended: "waiting", passed })).toBe(
        place === "replayable" ? "resumed" : place,
      );
    },
  );

  test("a proof counts no longer and for no more than a success of the same fingerprint", () => {
    expect(found("timeout: 2s, expires: 2h", { relevant: success(HOUR_MS, 2_000) })).toBe("proofs");
    expect(found("timeout: 2s, expires: 2h", { relevant: success(3 * HOUR_MS, 1) })).toBe("");
    expect(found("timeout: 2s, expires: 2h", { relevant: success(HOUR_MS, 2_001) })).toBe("tooSlow");
  });
});
