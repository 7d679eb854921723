import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateAlerts, FORGET_AFTER_MS, type AlertEvaluation, type Measurement } from "./evaluate-alerts.ts";
import { DEFAULT_COOLDOWN_MS, type AlertRule, type DegradationQuestion } from "./rules/alert-rule.ts";
import { EMPTY_ALERT_STATE, type AlertState } from "./state/alert-state.ts";
import { parseAlertState } from "./state/parse-alert-state.ts";

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const slow: AlertRule = { kind: "slow-run", thresholdMs: 1000 };

interface Run {
  readonly runId?: string;
  readonly atMs?: number;
  readonly measurements?: readonly Measurement[];
}

function evaluate(
  run: Run,
  rules: readonly AlertRule[] = [slow],
  state: AlertState = EMPTY_ALERT_STATE,
): AlertEvaluation {
  return evaluateAlerts({ runId: "r1", atMs: T0, measurements: [], ...run }, rules, state);
}

/** Total durations of runs a minute apart, and what was told of each: `F`ire, `R`esolved, `s`uppressed or `-`. */
function story(durationsMs: readonly number[], rule: AlertRule, gapMs = MINUTE): string {
  let state = EMPTY_ALERT_STATE;
  return durationsMs
    .map((durationMs, index) => {
      const facts = { runId: `r${index}`, atMs: T0 + index * gapMs, measurements: [{ durationMs }] };
      const { fire, resolved, suppressed, nextState } = evaluateAlerts(facts, [rule], state);
      state = nextState;
      return `${"F".repeat(fire.length)}${"R".repeat(resolved.length)}${"s".repeat(suppressed.length)}` || "-";
    })
    .join("");
}

describe("evaluateAlerts()", () => {
  test("fires above the threshold, not at it, and says what it measured", () => {
    expect(evaluate({ measurements: [{ durationMs: 1000 }] }).fire).toEqual([]);
    expect(evaluate({ measurements: [{ durationMs: 1001 }] }).fire).toEqual([
      {
        key: '["slow-run"]',
        rule: "slow-run",
        kind: "slow-run",
        status: "firing",
        sinceMs: T0,
        sinceRun: "r1",
        evidence: { kind: "slow-run", durationMs: 1001, thresholdMs: 1000 },
      },
    ]);
  });

  test("tells once while it lasts, and once that it is over", () => {
    expect(story([1, 9999, 9999, 9999, 1, 1], slow)).toBe("-FssR-");
  });

  test("tells of the same thing again only after the cool-down, also when it came back within it", () => {
    const rule: AlertRule = { ...slow, cooldownMs: 5 * MINUTE };
    expect(story([9999, 1, 9999, 1, 9999, 9999, 1], rule)).toBe("FRs-sFR");
    expect(story([9999, 1, 9999, 1], { ...slow, cooldownMs: 0 })).toBe("FRFR");
  });

  test("says until when it keeps quiet, and since when it has been so", () => {
    const first = evaluate({ measurements: [{ durationMs: 9999 }] });
    const good = evaluate({ runId: "r2", atMs: T0 + 1, measurements: [{ durationMs: 1 }] }, [slow], first.nextState);
    const again = evaluate({ runId: "r3", atMs: T0 + 2, measurements: [{ durationMs: 9999 }] }, [slow], good.nextState);
    expect(again.suppressed).toMatchObject([
      { reason: "cooling-down", untilMs: T0 + DEFAULT_COOLDOWN_MS, alert: { sinceMs: T0 + 2, sinceRun: "r3" } },
    ]);
  });

  test("is resolved after as many good runs in a row as the rule asks for", () => {
    expect(story([9999, 1, 9999, 1, 1, 1], { ...slow, resolveAfterCount: 2 })).toBe("F-s-R-");
  });

  test("counts a run that is evaluated twice once", () => {
    const rule: AlertRule = { ...slow, resolveAfterCount: 2 };
    const fired = evaluate({ measurements: [{ durationMs: 9999 }] }, [rule]);
    const good = { runId: "r2", atMs: T0 + 1, measurements: [{ durationMs: 1 }] };
    const once = evaluate(good, [rule], fired.nextState);
    expect(evaluate(good, [rule], once.nextState).resolved).toEqual([]);
    expect(evaluate({ ...good, runId: "r3" }, [rule], once.nextState).resolved).toHaveLength(1);
  });

  test("leaves what was not measured as it was", () => {
    const fired = evaluate({ measurements: [{ durationMs: 9999 }] });
    const replayed = evaluate({ runId: "r2", atMs: T0 + MINUTE }, [slow], fired.nextState);
    expect(replayed).toMatchObject({ fire: [], resolved: [], suppressed: [] });
    expect(replayed.nextState).toEqual(fired.nextState);
  });

  test.each([
    ["run", ["run"]],
    ["steps", ["lint", "test"]],
    ["run-and-steps", ["run", "lint", "test"]],
    [{ steps: ["test", "gone"] }, ["test"]],
  ] as const)("looks with scope %j at %j", (scope, expected) => {
    const measurements = [{ durationMs: 9999 }, { step: "lint", durationMs: 9999 }, { step: "test", durationMs: 9999 }];
    const { fire } = evaluate({ measurements }, [{ ...slow, scope }]);
    expect(fire.map(({ step }) => step ?? "run").sort()).toEqual([...expected].sort());
  });

  test("asks the test that was handed in, with this run last, and believes it", () => {
    const questions: DegradationQuestion[] = [];
    const rule = (status: "degraded" | "steady" | "unknown"): AlertRule => ({
      kind: "degradation",
      windowCount: 3,
      thresholdShare: 0.1,
      test: (question) => {
        questions.push(question);
        return status === "unknown" ? { status } : { status, beforeMs: 10, afterMs: 15, sinceCommit: "abc" };
      },
    });
    const measurements = [{ step: "lint", durationMs: 15, earlierMs: [10, 11] }];
    const fired = evaluate({ measurements }, [rule("degraded")]);
    expect(questions).toEqual([{ step: "lint", durationsMs: [10, 11, 15], windowCount: 3, thresholdShare: 0.1 }]);
    expect(fired.fire[0]?.evidence).toEqual({
      kind: "degradation",
      beforeMs: 10,
      afterMs: 15,
      windowCount: 3,
      thresholdShare: 0.1,
      sinceCommit: "abc",
    });
    const next = { runId: "r2", atMs: T0 + 1, measurements };
    const unknown = evaluate(next, [rule("unknown")], fired.nextState);
    expect(unknown).toMatchObject({ fire: [], resolved: [], suppressed: [] });
    expect(evaluate(next, [rule("steady")], unknown.nextState).resolved).toHaveLength(1);
  });

  test("two rules of one kind are told apart by their ids", () => {
    const rules: AlertRule[] = [slow, { ...slow, id: "very slow", thresholdMs: 5000 }];
    expect(evaluate({ measurements: [{ durationMs: 2000 }] }, rules).fire.map(({ rule }) => rule)).toEqual([
      "slow-run",
    ]);
    expect(evaluate({ measurements: [{ durationMs: 9999 }] }, rules).fire).toHaveLength(2);
    expect(() => evaluate({}, [slow, slow])).toThrow(RangeError);
  });

  test("ends a cool-down although a clock was once far ahead", () => {
    const rule: AlertRule = { ...slow, cooldownMs: 5 * MINUTE };
    const ahead = evaluate({ atMs: T0 + FORGET_AFTER_MS, measurements: [{ durationMs: 9999 }] }, [rule]);
    const good = evaluate({ runId: "r2", measurements: [{ durationMs: 1 }] }, [rule], ahead.nextState);
    const at = (atMs: number): AlertEvaluation =>
      evaluate({ runId: "r3", atMs, measurements: [{ durationMs: 9999 }] }, [rule], good.nextState);
    expect(at(T0 + MINUTE).suppressed).toHaveLength(1);
    expect(at(T0 + 5 * MINUTE).fire).toHaveLength(1);
  });

  test("remembers neither rules that are gone, nor steps that were not seen for long, nor what is over", () => {
    const measurements = [{ step: "lint", durationMs: 9999 }];
    const rule: AlertRule = { ...slow, scope: "steps" };
    const { nextState } = evaluate({ measurements }, [rule]);
    expect(Object.keys(nextState.alerts)).toHaveLength(1);
    expect(evaluate({ runId: "r2" }, [], nextState).nextState.alerts).toEqual({});
    expect(evaluate({ runId: "r2", atMs: T0 + FORGET_AFTER_MS - 1 }, [rule], nextState).nextState).toEqual(nextState);
    expect(evaluate({ runId: "r2", atMs: T0 + FORGET_AFTER_MS }, [rule], nextState).nextState.alerts).toEqual({});
    const good = { runId: "r2", atMs: T0 + DEFAULT_COOLDOWN_MS, measurements: [{ step: "lint", durationMs: 1 }] };
    expect(evaluate(good, [rule], nextState).nextState.alerts).toEqual({});
    expect(evaluate({ measurements: [{ durationMs: 1 }] }).nextState.alerts).toEqual({});
  });

  test("takes steps with any name for what they are", () => {
    const names = ["__proto__", "constructor", "a\nb", '"]', "", "slow-run"];
    const rule: AlertRule = { ...slow, scope: "steps" };
    const measurements = names.map((step) => ({ step, durationMs: 9999 }));
    const { fire, nextState } = evaluate({ measurements }, [rule]);
    expect(fire.map(({ step }) => step).sort()).toEqual([...names].sort());
    const parsed = parseAlertState(JSON.stringify(nextState));
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(evaluate({ runId: "r2", measurements }, [rule], parsed.state).suppressed).toHaveLength(names.length);
  });

  test.each<[string, Run, readonly AlertRule[]]>([
    ["`durationMs`", { measurements: [{ durationMs: Number.NaN }] }, [slow]],
    ["`durationMs`", { measurements: [{ durationMs: -1 }] }, [slow]],
    ["`atMs`", { atMs: Number.NaN }, [slow]],
    ["`atMs`", { atMs: 9e15 }, [slow]],
    ["`runId`", { runId: "" }, [slow]],
    ["got two", { measurements: [{ durationMs: 1 }, { durationMs: 2 }] }, [slow]],
    ["`thresholdMs`", {}, [{ ...slow, thresholdMs: 0 }]],
    ["`cooldownMs`", {}, [{ ...slow, cooldownMs: Number.NaN }]],
    ["`resolveAfterCount`", {}, [{ ...slow, resolveAfterCount: 0 }]],
    ["`id`", {}, [{ ...slow, id: "" }]],
    ["`windowCount`", {}, [{ kind: "degradation", windowCount: 0, test: () => ({ status: "unknown" }) }]],
    ["`thresholdShare`", {}, [{ kind: "degradation", thresholdShare: -1, test: () => ({ status: "unknown" }) }]],
  ])("refuses an impossible %s", (message, run, rules) => {
    expect(() => evaluate(run, rules)).toThrow(RangeError);
    expect(() => evaluate(run, rules)).toThrow(message);
  });
});

describe("evaluateAlerts(), whatever happens", () => {
  const SUBJECTS = [undefined, "a", "b"] as const;
  const durations = fc.record({
    gapMs: fc.integer({ min: 0, max: 400 }),
    // Bad, good or not measured, for each subject.
    measured: fc.tuple(...SUBJECTS.map(() => fc.constantFrom(9999, 1, undefined))),
  });
  const settings = fc.record({
    cooldownMs: fc.integer({ min: 0, max: 1000 }),
    resolveAfterCount: fc.integer({ min: 1, max: 3 }),
  });
  const toMeasurements = (measured: readonly (number | undefined)[]): Measurement[] =>
    SUBJECTS.flatMap((step, index) => {
      const durationMs = measured[index];
      if (durationMs === undefined) return [];
      return [step === undefined ? { durationMs } : { step, durationMs }];
    });

  test("no cool-down is broken, all that fires is resolved at most once, and no bad run is passed over", () => {
    fc.assert(
      fc.property(fc.array(durations, { maxLength: 60 }), settings, (runs, given) => {
        const rule: AlertRule = { ...slow, ...given, scope: "run-and-steps" };
        let state = EMPTY_ALERT_STATE;
        let atMs = T0;
        const told = new Map<string, { last: "fire" | "resolve"; firedMs: number; goodCount: number }>();
        for (const [index, { gapMs, measured }] of runs.entries()) {
          atMs += gapMs;
          const measurements = toMeasurements(measured);
          const evaluation = evaluateAlerts({ runId: `r${index}`, atMs, measurements }, [rule], state);
          const { fire, resolved, suppressed } = evaluation;
          const bad = measurements.filter(({ durationMs }) => durationMs > 1000).map(({ step }) => step);
          const mentioned = [...fire, ...suppressed.map(({ alert }) => alert)].map(({ step }) => step);
          expect(new Set(mentioned)).toEqual(new Set(bad));
          expect(mentioned).toHaveLength(bad.length);
          for (const { step, durationMs } of measurements) {
            const entry = told.get(step ?? "");
            if (entry !== undefined) entry.goodCount = durationMs > 1000 ? 0 : entry.goodCount + 1;
          }
          for (const { step } of resolved) {
            const entry = told.get(step ?? "");
            expect(entry?.last).toBe("fire");
            expect(entry?.goodCount).toBe(given.resolveAfterCount);
            if (entry !== undefined) entry.last = "resolve";
          }
          for (const { step } of fire) {
            const entry = told.get(step ?? "");
            if (entry !== undefined) {
              expect(entry.last).toBe("resolve");
              expect(atMs - entry.firedMs).toBeGreaterThanOrEqual(given.cooldownMs);
            }
            told.set(step ?? "", { last: "fire", firedMs: atMs, goodCount: 0 });
          }
          for (const { alert, reason, untilMs } of suppressed) {
            const entry = told.get(alert.step ?? "");
            expect(entry?.last).toBe(reason === "already-open" ? "fire" : "resolve");
            if (reason === "cooling-down") expect(untilMs).toBe((entry?.firedMs ?? 0) + given.cooldownMs);
          }
          // What is open and was good for long enough is not left open.
          for (const entry of told.values())
            if (entry.last === "fire") expect(entry.goodCount).toBeLessThan(given.resolveAfterCount);
          const again = evaluateAlerts({ runId: `r${index}`, atMs, measurements }, [rule], evaluation.nextState);
          expect([...again.fire, ...again.resolved]).toEqual([]);
          state = evaluation.nextState;
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the order of measurements and rules makes no difference, nor does a way through JSON", () => {
    fc.assert(
      fc.property(fc.array(durations, { minLength: 1, maxLength: 20 }), fc.infiniteStream(fc.nat()), (runs, noise) => {
        const rules: AlertRule[] = [
          { ...slow, cooldownMs: 300, scope: "run-and-steps" },
          { ...slow, id: "steps", thresholdMs: 2, resolveAfterCount: 2, scope: "steps" },
          { ...slow, id: "a", scope: { steps: ["a"] } },
        ];
        const mix = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, by: noise.next().value }))
            .sort((a, b) => a.by - b.by)
            .map(({ item }) => item);
        let state = EMPTY_ALERT_STATE;
        let atMs = T0;
        for (const [index, { gapMs, measured }] of runs.entries()) {
          atMs += gapMs;
          const facts = { runId: `r${index}`, atMs, measurements: toMeasurements(measured) };
          const evaluation = evaluateAlerts(facts, rules, state);
          const parsed = parseAlertState(JSON.stringify(state));
          if (!parsed.ok) throw new Error(parsed.problem);
          const other = evaluateAlerts({ ...facts, measurements: mix(facts.measurements) }, mix(rules), parsed.state);
          expect(JSON.stringify(other)).toBe(JSON.stringify(evaluation));
          state = evaluation.nextState;
        }
      }),
      { numRuns: 200 },
    );
  });
});
