import type { PastRun, StepOutcome } from "@ai-workflow/pipeline-stages";
import type { EnvironmentRecord } from "@ai-workflow/profiler";
import { dump, load } from "js-yaml";
import { describe, expect, test } from "vitest";
import type { OwnConfig } from "../../test/own-config.ts";
import { normalise } from "../config/normalise.ts";
import { parseConfig } from "../config/parse-config.ts";
import { resolveOptions } from "../run/resolve-options.ts";
import { recommendStages, type StageRecommendation } from "./recommend-stages.ts";

const machine: EnvironmentRecord = {
  platform: "p",
  arch: "a",
  nodeVersion: "n",
  cpuModel: "c",
  cpuCount: 1,
  memoryBytes: 2 ** 30,
  loadAverage1m: 0,
  ci: false,
};

function recommend(config: OwnConfig, history: readonly PastRun[]): StageRecommendation {
  const { workflow, problems } = normalise(config, "name");
  expect(problems).toEqual([]);
  const loaded = { workflow, directory: "/d", file: "/d/f" };
  const resolved = resolveOptions({ loaded, toolVersion: "t" }, machine, {});
  return recommendStages({ workflow, history, resolved, machine });
}

/** Runs in which each step takes the seconds given, and fails in every run that its number divides. */
function historyOf(
  runs: number,
  steps: Readonly<Record<string, readonly [seconds: number, every: number]>>,
): PastRun[] {
  return Array.from({ length: runs }, (_, run) => ({
    steps: Object.entries(steps).map(([id, [seconds, every]]) => {
      const outcome: StepOutcome = run % every === every - 1 ? "failed" : "passed";
      return { id, outcome, seconds: seconds + (run % 5) / 10 };
    }),
  }));
}

/** The configuration with the lines pasted into it. */
function paste(config: OwnConfig, yaml: string): OwnConfig {
  const lines = load(yaml) as Pick<OwnConfig, "stages"> & {
    readonly steps: Readonly<Record<string, { stage: string }>>;
  };
  const steps = Object.fromEntries(
    Object.entries(config.steps).map(([id, step]) => [id, { ...step, ...lines.steps[id] }]),
  );
  const pasted = { ...config, ...(lines.stages === undefined ? {} : { stages: lines.stages }), steps };
  expect(parseConfig(dump(pasted), "f", "name")).toMatchObject({ ok: true });
  return pasted;
}

describe("of a workflow with stages", () => {
  const stages: OwnConfig["stages"] = [{ id: "core" }, { id: "extended" }, { id: "release", trigger: "manual" }];
  const wrongWayRound: OwnConfig = {
    stages,
    steps: {
      e2e: { run: "x", stage: "core" },
      unit: { run: "x", stage: "extended" },
      tag: { run: "x", stage: "release" },
    },
  };

  test("another assignment is recommended with what both took on later runs, and with the lines that make it so", () => {
    const history = historyOf(120, { e2e: [300, 999], unit: [20, 4], tag: [1, 999] });
    const recommendation = recommend(wrongWayRound, history);
    if (recommendation.kind !== "recommended") throw new Error(JSON.stringify(recommendation));
    const { figures, yaml } = recommendation;
    expect(figures).toMatchObject({ earlierRuns: 80, laterRuns: 40, laterFailures: 10 });
    expect(figures.currentSeconds - figures.proposedSeconds).toBeGreaterThan(50);
    expect(figures.savedSeconds.low).toBeGreaterThan(0);
    const pasted = paste(wrongWayRound, yaml);
    expect(pasted.steps).toMatchObject({
      unit: { stage: "core" },
      e2e: { stage: "extended" },
      tag: { stage: "release" },
    });
    expect(recommend(pasted, history)).toMatchObject({ kind: "none" });
  });

  test("a step stays behind what it needs through one that is in no stage", () => {
    const needing: OwnConfig = {
      ...wrongWayRound,
      steps: {
        ...wrongWayRound.steps,
        unit: { run: "x", stage: "extended", needs: ["between"] },
        between: { run: "x", needs: ["e2e"] },
      },
    };
    const recommendation = recommend(needing, historyOf(120, { e2e: [300, 999], unit: [20, 4], between: [1, 999] }));
    expect(recommendation).toMatchObject({ kind: "none", reason: "nothing-better" });
  });

  test("no step comes to wait for a person: stages behind one that does not just start on success are left alone", () => {
    const manualFirst: OwnConfig = {
      stages: [{ id: "core" }, { id: "approved", trigger: "manual" }, { id: "last" }],
      steps: {
        e2e: { run: "x", stage: "core" },
        confirm: { run: "x", stage: "approved" },
        unit: { run: "x", stage: "last" },
      },
    };
    const recommendation = recommend(
      manualFirst,
      historyOf(120, { e2e: [300, 999], confirm: [1, 999], unit: [20, 4] }),
    );
    expect(recommendation).toMatchObject({ kind: "none", reason: "one-stage" });
  });

  test("a short history, or one with few failures, recommends nothing and says so", () => {
    const few = recommend(wrongWayRound, historyOf(12, { e2e: [300, 999], unit: [20, 4] }));
    expect(few).toMatchObject({ kind: "none", reason: "too-few-runs" });
    expect(few).toHaveProperty("explanation", "12 runs are too few: at least 30 are needed");
    const passing = recommend(wrongWayRound, historyOf(120, { e2e: [300, 999], unit: [20, 60] }));
    expect(passing).toMatchObject({ kind: "none", reason: "too-few-failures" });
  });
});

describe("of a workflow without stages", () => {
  const config: OwnConfig = {
    steps: {
      e2e: { run: "x", needs: ["build"] },
      build: { run: "x" },
      unit: { run: "x", needs: ["build"] },
      lint: { run: "x" },
      ship: { run: "npm publish", needs: ["unit"] },
      announce: { run: "x", needs: ["ship"] },
      format: { run: "x", writes: ["src/"] },
    },
  };
  const times = {
    e2e: [300, 50],
    build: [10, 999],
    unit: [20, 4],
    lint: [3, 5],
    ship: [5, 999],
    announce: [1, 999],
  } as const;

  test("stages are proposed with what both ways come to, and with the lines that make it so", () => {
    const recommendation = recommend(config, historyOf(100, { ...times, format: [2, 999] }));
    if (recommendation.kind !== "proposed") throw new Error(JSON.stringify(recommendation));
    const { stages, because, expected, yaml, explanation } = recommendation;
    expect(stages.map(({ id, steps, trigger }) => ({ id, steps: [...steps].sort(), trigger }))).toEqual([
      { id: "core", steps: ["build", "lint", "unit"], trigger: undefined },
      { id: "extended", steps: ["e2e"], trigger: undefined },
      { id: "finalisation", steps: ["announce", "format", "ship"], trigger: "manual" },
    ]);
    expect(because).toMatchObject({ ship: "it releases", announce: 'it needs "ship", which is in finalisation' });
    expect(stages[0]?.caughtShare?.share).toBeGreaterThan(0.9);
    expect(stages[0]?.caughtShare?.low).toBeLessThan(stages[0]?.caughtShare?.share ?? 0);
    // 25 of "unit", 20 of "lint" of which 5 are in the same runs, 2 of "e2e" of which each is in one of these.
    expect(expected).toMatchObject({ runs: 100, failingRuns: 40 });
    expect(expected?.proposed.verdictMs).toBeLessThan(expected?.current.verdictMs ?? 0);
    expect(expected?.proposed.firstFailureMs).toBeLessThan(expected?.current.firstFailureMs ?? 0);
    // On one slot nothing is longer or shorter where all pass: 333 s, and a little for what they scatter.
    expect(expected?.proposed.makespanMs).toBeCloseTo(expected?.current.makespanMs ?? 0, 6);
    expect(expected?.current.makespanMs).toBeGreaterThan(333_000);
    expect(explanation).toContain("100 runs of which 40 failed");
    const pasted = paste(config, yaml);
    expect(pasted.stages).toEqual([{ id: "core" }, { id: "extended" }, { id: "finalisation", trigger: "manual" }]);
    expect(Object.values(pasted.steps).every(({ stage }) => stage !== undefined)).toBe(true);
  });

  test("where the history is too short, or does not know a step, stages are proposed and nothing is said of what they come to", () => {
    const few = recommend(config, historyOf(4, { ...times, format: [2, 999] }));
    expect(few).toMatchObject({ kind: "proposed", expected: undefined });
    expect(few).toHaveProperty("explanation", expect.stringContaining("4 runs of which 1 failed are too few"));
    const unknown = recommend(config, historyOf(100, times));
    expect(unknown).toMatchObject({ kind: "proposed", expected: undefined });
    expect(unknown).toHaveProperty("explanation", expect.stringContaining("no run has timed format"));
    expect(recommend(config, [])).toMatchObject({ kind: "proposed", expected: undefined });
  });

  test("where no division helps, none is proposed", () => {
    const same: OwnConfig = { steps: { a: { run: "x" } } };
    expect(recommend(same, historyOf(100, { a: [3, 4] }))).toMatchObject({ kind: "none", reason: "nothing-better" });
  });

  test("steps of units may need themselves of other units; a circle of different ones is proposed nothing for", () => {
    const own: OwnConfig = {
      steps: { build: { run: "x", for_each: "unit", needs: ["^build"] }, e2e: { run: "x", needs: ["build"] } },
    };
    expect(recommend(own, historyOf(100, { build: [3, 4], e2e: [300, 50] }))).toMatchObject({
      kind: "proposed",
      stages: [
        { id: "core", steps: ["build"] },
        { id: "extended", steps: ["e2e"] },
      ],
    });
    const circle: OwnConfig = {
      steps: {
        build: { run: "x", for_each: "unit", needs: ["^test"] },
        test: { run: "x", for_each: "unit", needs: ["build"] },
      },
    };
    expect(recommend(circle, [])).toMatchObject({ kind: "none", reason: "circle-through-units" });
  });
});
