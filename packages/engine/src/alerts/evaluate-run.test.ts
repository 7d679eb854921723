import { EMPTY_ALERT_STATE, type AlertEvaluation, type AlertState } from "@ai-workflow/alerts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AlertSettings } from "../config/workflow.ts";
import { findLastRun } from "./alert-history.ts";
import { evaluateRun } from "./evaluate-run.ts";

type Rules = AlertSettings["rules"];

interface Made {
  readonly steps: Readonly<Record<string, number | "replayed" | "skipped" | "cancelled" | readonly ["failed", number]>>;
  readonly total?: number;
  readonly status?: string;
  readonly machine?: string;
  readonly categories?: Readonly<Record<string, number>>;
}

/** The line of the run number `index`, an hour after the one before. */
function line(
  index: number,
  { steps, total, status = "passed", machine = "m", categories = { code: 1 } }: Made,
): string {
  const rows = Object.entries(steps).map(([id, value]) => {
    const [outcome, seconds] =
      typeof value === "number" ? ["passed", value] : typeof value === "string" ? [value, 0] : value;
    return { id, outcome, seconds, attempts: 1 };
  });
  const time = new Date(Date.UTC(2026, 0, 1, index)).toISOString();
  return JSON.stringify({
    version: 1,
    run_id: `run-${index}`,
    commit: `commit-${index}`,
    machine,
    workflow_id: "w",
    start_time: time,
    end_time: time,
    total_duration: total ?? rows.reduce((sum, { seconds }) => sum + seconds, 0),
    status,
    steps_completed: rows.length,
    total_steps: rows.length,
    optimizations: {},
    step_timings: {},
    ai_stats: {},
    resource_usage: {},
    changes: { total: 1, categories },
    steps: rows,
  });
}

/** Judges one run after the other, as they would have been when they ended. */
function replay(rules: Rules, runs: readonly Made[]): readonly AlertEvaluation[] {
  let state: AlertState = EMPTY_ALERT_STATE;
  const lines = runs.map((run, index) => line(index, run));
  return lines.map((_, index) => {
    const history = findLastRun(lines.slice(0, index + 1));
    if (history === undefined) throw new Error("the test's own line is wrong");
    const evaluation = evaluateRun(history, rules, state);
    state = evaluation.nextState;
    return evaluation;
  });
}

/** What each run told, such as `fire run`, `resolve lint`, `suppress lint`. */
function told(rules: Rules, runs: readonly Made[]): readonly string[] {
  return replay(rules, runs).map(({ fire, resolved, suppressed }) =>
    [
      ...fire.map(({ step }) => `fire ${step ?? "run"}`),
      ...resolved.map(({ step }) => `resolve ${step ?? "run"}`),
      ...suppressed.map(({ alert }) => `suppress ${alert.step ?? "run"}`),
    ].join(", "),
  );
}

const SLOW: Rules = [{ kind: "slow-run", thresholdMs: 10_000, cooldownMs: 0 }];

describe("a rule for slow runs", () => {
  test("tells once that a run is slow, and once that it is over", () => {
    expect(
      told(
        SLOW,
        [5, 12, 13, 4, 4].map((a) => ({ steps: { a } })),
      ),
    ).toEqual(["", "fire run", "suppress run", "resolve run", ""]);
  });

  test("is not content with a run that was fast because less of it ran", () => {
    const slow = { steps: { lint: 1, test: 12 } };
    const runs: readonly Made[] = [
      slow,
      { steps: { lint: 1, test: "replayed" } },
      { steps: { lint: "skipped", test: "skipped" } },
      { steps: { lint: ["failed", 1], test: "cancelled" }, status: "failed" },
      { steps: { lint: 1, test: ["failed", 2] }, status: "failed" },
      { steps: { lint: 1, test: 5 } },
    ];
    expect(told(SLOW, runs)).toEqual(["fire run", "", "", "", "", "resolve run"]);
  });

  test("counts a failed run as slow, and a failed step", () => {
    const rules: Rules = [{ kind: "slow-run", thresholdMs: 10_000, scope: "run-and-steps" }];
    expect(told(rules, [{ steps: { a: ["failed", 11] }, status: "failed" }])).toEqual(["fire a, fire run"]);
  });

  test("judges each rule by its own threshold", () => {
    const rules: Rules = [
      { id: "warn", kind: "slow-run", thresholdMs: 10_000, cooldownMs: 0 },
      { id: "late", kind: "slow-run", thresholdMs: 30_000, cooldownMs: 0 },
    ];
    const evaluations = replay(rules, [
      { steps: { a: 40 } },
      // It failed: too long for the one rule, and for the other it says nothing.
      { steps: { a: ["failed", 20] }, status: "failed" },
      { steps: { a: 20 } },
    ]);
    expect(evaluations.map(({ resolved }) => resolved.map(({ rule }) => rule))).toEqual([[], [], ["late"]]);
    expect(evaluations.map(({ suppressed }) => suppressed.map(({ alert }) => alert.rule))).toEqual([
      [],
      ["warn"],
      ["warn"],
    ]);
  });

  test("looks at the steps that are named", () => {
    const rules: Rules = [{ kind: "slow-run", thresholdMs: 10_000, scope: { steps: ["b"] } }];
    expect(told(rules, [{ steps: { a: 20, b: 20 } }])).toEqual(["fire b"]);
  });
});

const DEGRADED: Rules = [{ kind: "degradation", cooldownMs: 0 }];

/** Durations that scatter by 2 %, without chance. */
const around = (seconds: number, index: number): number => seconds * (1 + 0.02 * Math.sin(index * 2.4));

const series = (from: number, count: number, seconds: number, more: Partial<Made> = {}): readonly Made[] =>
  Array.from({ length: count }, (_, index) => ({ steps: { a: around(seconds, from + index) }, ...more }));

describe("a rule for degradation", () => {
  test("tells of a step and of the whole run that have become slower, and since which commit", () => {
    const evaluations = replay(DEGRADED, [...series(0, 35, 20), ...series(35, 5, 30)]);
    const first = evaluations.findIndex(({ fire }) => fire.length > 0);
    expect(first).toBeGreaterThan(35);
    expect(first).toBeLessThan(40);
    expect(evaluations[first]?.fire).toMatchObject([
      { step: "a", evidence: { kind: "degradation", windowCount: 5, thresholdShare: 0.2, sinceCommit: "commit-35" } },
      { evidence: { kind: "degradation", sinceCommit: "commit-35" } },
    ]);
    expect(evaluations.slice(first + 1).flatMap(({ fire }) => fire)).toEqual([]);
  });

  test("says nothing while there is too little to go by", () => {
    expect(told(DEGRADED, [...series(0, 20, 20), ...series(20, 14, 60)]).join("")).toBe("");
  });

  test("tolerates what it is told to tolerate", () => {
    const runs = [...series(0, 35, 20), ...series(35, 5, 30)];
    expect(told([{ kind: "degradation", thresholdShare: 0.6 }], runs).join("")).toBe("");
  });

  test("compares only runs of one machine and one kind of change, and is not content with another kind", () => {
    const docs: Partial<Made> = { categories: { docs: 1 } };
    expect(told(DEGRADED, [...series(0, 35, 20), ...series(35, 5, 60, { machine: "slow" })]).join("")).toBe("");
    const history = [...series(0, 35, 20, docs), ...series(35, 35, 20), ...series(70, 5, 30)];
    const all = told(DEGRADED, [...history, ...series(75, 1, 20, docs), ...series(76, 1, 30)]);
    expect(all.slice(0, 70).join("")).toBe("");
    expect(all.slice(70, 75).filter((one) => one.startsWith("fire"))).toHaveLength(1);
    expect(all[75]).toBe("");
    expect(all[76]).toBe("suppress a, suppress run");
  });

  test("a run in which other steps ran is not compared as a whole", () => {
    const two = (from: number, count: number): readonly Made[] =>
      Array.from({ length: count }, (_, index) => ({
        steps: { a: around(20, from + index), b: around(100, from + index) },
      }));
    const all = told(DEGRADED, [...series(0, 35, 20), ...two(35, 5)]);
    expect(all.join("")).toBe("");
  });
});

test("nothing a history may hold makes it throw, and an alert that fires is one that a rule is about", () => {
  const step = fc.oneof(
    fc.double({ min: 0, max: 1e9, noNaN: true }),
    fc.constantFrom<"replayed" | "skipped" | "cancelled">("replayed", "skipped", "cancelled"),
  );
  const made = fc.record({
    steps: fc.dictionary(fc.string(), step, { maxKeys: 4 }),
    total: fc.double({ min: 0, max: 1e9, noNaN: true }),
    status: fc.constantFrom("passed", "failed", "partial", "inconclusive"),
  });
  fc.assert(
    fc.property(fc.array(made, { minLength: 1, maxLength: 6 }), (runs) => {
      for (const { fire } of replay([...SLOW, ...DEGRADED], runs)) {
        for (const { evidence, kind } of fire) {
          expect(kind).toBe("slow-run");
          expect(evidence.kind === "slow-run" && evidence.durationMs).toBeGreaterThan(10_000);
        }
      }
    }),
  );
});
