import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryPipeline } from "../test/arbitrary-stages.ts";
import { defineStages } from "./define-stages.ts";
import { evaluateGate, type StepOutcome, type StepResult } from "./evaluate-gate.ts";
import { nextStage, stageStates, type RunFacts } from "./next-stage.ts";

const results = (outcomes: Readonly<Record<string, StepOutcome>>): Map<string, StepResult> =>
  new Map(Object.entries(outcomes).map(([id, outcome]) => [id, { outcome }]));

const stages = defineStages(
  [
    { id: "core", steps: ["lint", "unit"] },
    { id: "extended", steps: ["e2e"] },
    { id: "release", steps: ["tag"], trigger: "manual" },
    { id: "report", steps: ["mail"], trigger: "auto" },
  ],
  ["lint", "unit", "e2e", "tag", "mail"],
);

const actionAfter = (outcomes: Readonly<Record<string, StepOutcome>>, approvals: readonly string[] = []): string => {
  const next = nextStage(stages, results(outcomes), new Set(approvals));
  return next.action === "done" ? "done" : `${next.action} ${next.stage.id}`;
};
const statesAfter = (outcomes: Readonly<Record<string, StepOutcome>>, approvals: readonly string[] = []): string[] =>
  stageStates(stages, results(outcomes), new Set(approvals)).map(({ state }) => state);

describe("nextStage()", () => {
  test("runs stage after stage, waits for an approval last, and is done when every gate is open", () => {
    expect(actionAfter({})).toBe("run core");
    expect(actionAfter({ lint: "passed" })).toBe("run core");
    expect(actionAfter({ lint: "passed", unit: "replayed" })).toBe("run extended");
    const extended = { lint: "passed", unit: "passed", e2e: "passed" } as const;
    expect(actionAfter(extended)).toBe("run report");
    expect(actionAfter({ ...extended, mail: "passed" })).toBe("await-approval release");
    expect(actionAfter({ ...extended, mail: "passed" }, ["release"])).toBe("run release");
    expect(actionAfter(extended, ["release"])).toBe("run release");
    expect(actionAfter({ ...extended, tag: "passed", mail: "passed" })).toBe("done");
  });

  test("stops at a closed gate once the stages that run anyway have run, and approval changes nothing", () => {
    const failed = { lint: "passed", unit: "failed" } as const;
    expect(actionAfter(failed)).toBe("run report");
    expect(actionAfter({ ...failed, mail: "passed" })).toBe("stop core");
    expect(actionAfter({ ...failed, mail: "passed" }, ["release"])).toBe("stop core");
    expect(statesAfter({ ...failed, mail: "passed" })).toEqual(["failed", "blocked", "blocked", "passed"]);
  });

  test("does not start an approved stage before the earlier gates opened", () => {
    expect(actionAfter({}, ["release"])).toBe("run core");
    expect(statesAfter({}, ["release"])).toEqual(["ready", "pending", "pending", "pending"]);
  });

  test("asks no approval for a stage none of whose steps has to run", () => {
    expect(actionAfter({ lint: "passed", unit: "passed", e2e: "passed", tag: "skipped", mail: "passed" })).toBe("done");
  });

  test("is done at once without stages", () => {
    expect(nextStage(defineStages([], ["a"]), new Map())).toMatchObject({ action: "done" });
  });
});

describe("stages whose trigger is an expression", () => {
  const defined = defineStages(
    [
      { id: "core", steps: ["lint"], failFast: true, minimumSeverity: "error" },
      { id: "docs", steps: ["links"], trigger: 'changed("docs") and stage("core").passed' },
      { id: "rescue", steps: ["mail"], trigger: 'stage("core").failed or stage("docs").failed' },
      { id: "ship", steps: ["tag"], trigger: 'findings("core", "warning") < 2 and (ci or approved)' },
      { id: "last", steps: ["end"] },
    ],
    ["lint", "links", "mail", "tag", "end"],
  );
  const given = (outcomes: Readonly<Record<string, StepOutcome>>, warning = 0): Map<string, StepResult> =>
    new Map(
      [...results(outcomes)].map(([id, result]) => [id, id === "lint" ? { ...result, findings: { warning } } : result]),
    );
  const look = (
    outcomes: Map<string, StepResult>,
    facts: RunFacts,
    approvals: readonly string[] = [],
  ): { states: string; next: string } => {
    const next = nextStage(defined, outcomes, new Set(approvals), facts);
    return {
      states: stageStates(defined, outcomes, new Set(approvals), facts)
        .map(({ state }) => state)
        .join(" "),
      next: next.action === "done" ? "done" : `${next.action} ${next.stage.id}`,
    };
  };
  const ci = (value: boolean): RunFacts => ({ changed: new Set(["code"]), environment: new Map([["ci", value]]) });

  test("run when it is true, and are not missed by later stages when it is false", () => {
    expect(look(given({}), ci(true))).toEqual({ states: "ready skipped pending pending pending", next: "run core" });
    expect(look(given({ lint: "passed" }), ci(true))).toEqual({
      states: "passed skipped skipped ready pending",
      next: "run ship",
    });
    expect(look(given({ lint: "passed", tag: "passed" }), ci(true)).next).toBe("run last");
    const done = nextStage(defined, given({ lint: "passed", tag: "passed", end: "passed" }), new Set(), ci(true));
    expect(done).toEqual({ action: "done", reason: 'Every gate is open; not wanted: "docs", "rescue"' });
  });

  test("run after a closed gate where the expression says so", () => {
    const failed = given({ lint: "failed" });
    expect(look(failed, ci(false))).toEqual({ states: "failed skipped ready pending blocked", next: "run rescue" });
    expect(look(given({ lint: "failed", mail: "passed" }, 9), ci(true))).toEqual({
      states: "failed skipped passed skipped blocked",
      next: "stop core",
    });
  });

  test("wait for an approval only where it decides", () => {
    expect(look(given({ lint: "passed" }), ci(false)).next).toBe("await-approval ship");
    expect(look(given({ lint: "passed" }), ci(false), ["ship"]).next).toBe("run ship");
    expect(look(given({ lint: "passed" }, 2), ci(false), ["ship"])).toEqual({
      states: "passed skipped skipped skipped ready",
      next: "run last",
    });
  });

  test("do not start while a fact they depend on is unknown, and say which", () => {
    const next = nextStage(defined, given({ lint: "passed", tag: "passed" }));
    expect(next).toMatchObject({ action: "await-facts", stage: { id: "docs" } });
    expect(next.reason).toBe('The trigger of stage "docs" is undecided until it is known: changed("docs")');
    // Not known, but that does not matter where an approval would do.
    expect(look(given({ lint: "passed" }), { changed: new Set() }).next).toBe("await-approval ship");
  });

  test("stay as they are when the steps of a stage that was not wanted are given as skipped", () => {
    expect(look(given({ lint: "passed", links: "skipped" }), ci(true)).states).toBe(
      "passed skipped skipped ready pending",
    );
  });

  test("leave their gate open when they are not wanted, but what has run of them counts", () => {
    const skipped = stageStates(defined, given({}), new Set(), ci(true))[1];
    expect(skipped).toMatchObject({
      state: "skipped",
      gate: {
        state: "open",
        reason: "nothing-ran",
        explanation: 'The trigger of stage "docs" is false: changed("docs")',
      },
    });
    const two = defineStages(
      [
        { id: "docs", steps: ["links", "spelling"], trigger: "ci" },
        { id: "last", steps: ["end"] },
      ],
      ["links", "spelling", "end"],
    );
    const after = (outcomes: Readonly<Record<string, StepOutcome>>, facts: RunFacts = ci(false)): string[] =>
      stageStates(two, results(outcomes), new Set(), facts).map(({ state, gate }) => `${state} ${gate.state}`);
    expect(after({ links: "passed" })).toEqual(["skipped open", "ready undecided"]);
    expect(after({ links: "passed", spelling: "skipped" })).toEqual(["passed open", "ready undecided"]);
    expect(after({ links: "skipped", spelling: "skipped" })).toEqual(["skipped open", "ready undecided"]);
    expect(after({ links: "failed" })).toEqual(["failed closed", "blocked undecided"]);
    expect(after({}, { ...ci(false), timeLimitReached: new Set(["docs"]) })[0]).toBe("failed closed");
  });

  test("can ask what waits for a person, and what will not run", () => {
    const four = defineStages(
      [
        { id: "core", steps: ["a"] },
        { id: "ship", steps: ["b"], trigger: "manual" },
        { id: "remind", steps: ["c"], trigger: 'stage("ship").waiting' },
        { id: "tidy", steps: ["d"], trigger: 'stage("ship").skipped' },
      ],
      ["a", "b", "c", "d"],
    );
    const after = (outcomes: Readonly<Record<string, StepOutcome>>, approvals: readonly string[] = []): string =>
      stageStates(four, results(outcomes), new Set(approvals))
        .map(({ state }) => state)
        .join(" ");
    expect(after({ a: "passed" })).toBe("passed waiting ready pending");
    expect(after({ a: "passed" }, ["ship"])).toBe("passed ready pending pending");
    expect(after({ a: "passed", b: "passed" }, ["ship"])).toBe("passed passed skipped skipped");
    expect(after({ a: "failed" })).toBe("failed blocked skipped ready");
    // What failed while it was wanted stays failed when the answer changes with the approval.
    expect(after({ a: "passed", b: "passed", c: "failed" }, ["ship"])).toBe("passed passed failed skipped");
  });

  test("wait for an approval also where it would keep them from starting", () => {
    const one = defineStages([{ id: "x", steps: ["a"], trigger: "not approved" }], ["a"]);
    expect(nextStage(one, new Map()).action).toBe("await-approval");
    expect(nextStage(one, new Map(), new Set(["x"])).action).toBe("done");
  });

  test("know what will not run any more once a stage has ended", () => {
    const two = defineStages(
      [
        { id: "core", steps: ["a", "b"], failFast: true },
        { id: "after", steps: ["c"], trigger: 'step("b").over' },
      ],
      ["a", "b", "c"],
    );
    const failed = results({ a: "failed" });
    expect(nextStage(two, failed)).toMatchObject({ action: "await-facts", stage: { id: "after" } });
    expect(nextStage(two, failed, new Set(), { ended: new Set(["core"]) })).toMatchObject({ action: "run" });
  });

  test("never start twice, before an earlier stage is over, or against their expression, in any order of results", () => {
    const trigger = fc.constantFrom(
      'stage("s0").passed',
      'stage("s0").failed or changed("docs")',
      'not stage("s0").over',
      "approved",
      'approved and stage("s0").passed',
      'findings("s0", "error") == 0',
      'step("s0.0").passed and not ci',
    );
    fc.assert(
      fc.property(
        arbitraryPipeline,
        fc.array(fc.option(trigger), { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        fc.boolean(),
        ({ definitions, stepIds, outcomes }, triggers, approve, isCi) => {
          const all = defineStages(
            definitions.map((one, index) =>
              index > 0 && triggers[index] ? { ...one, trigger: triggers[index] } : one,
            ),
            stepIds,
          );
          const facts: RunFacts = { changed: new Set(), environment: new Map([["ci", isCi]]) };
          const known = new Map<string, StepResult>();
          const approvals = new Set<string>();
          const started: string[] = [];
          for (;;) {
            const next = nextStage(all, known, approvals, facts);
            const states = stageStates(all, known, approvals, facts);
            expect(states.filter(({ state }) => state === "ready").length).toBe(next.action === "run" ? 1 : 0);
            if (next.action === "await-approval" && approve) {
              expect(approvals).not.toContain(next.stage.id);
              approvals.add(next.stage.id);
              continue;
            }
            // Every fact is known, so nothing waits for one.
            expect(next.action).not.toBe("await-facts");
            if (next.action !== "run") {
              for (const { stage, state } of states)
                expect(state === "skipped" && started.includes(stage.id)).toBe(false);
              return;
            }
            expect(started).not.toContain(next.stage.id);
            started.push(next.stage.id);
            for (const id of next.stage.steps) known.set(id, outcomes.get(id) as StepResult);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("any pipeline", () => {
  const walk = fc.record({ pipeline: arbitraryPipeline, approved: fc.array(fc.nat(4)) });

  test("ends; starts no stage twice; starts a stage only as its trigger allows; runs nothing after stop or done", () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(walk, ({ pipeline: { definitions, stepIds, outcomes }, approved }) => {
        const defined = defineStages(definitions, stepIds);
        const approvals = new Set(approved.map((index) => `s${index}`));
        const known = new Map<string, StepResult>();
        const started: string[] = [];
        for (;;) {
          const next = nextStage(defined, known, approvals);
          if (next.action !== "run") {
            ends.set(next.action, (ends.get(next.action) ?? 0) + 1);
            if (next.action === "await-approval") {
              expect(next.stage.trigger).toBe("manual");
              expect(approvals.has(next.stage.id)).toBe(false);
            } else {
              // Whatever becomes known or approved later, nothing runs any more.
              const everything = new Set(defined.stages.map(({ id }) => id));
              for (const [id, result] of outcomes) {
                if (!known.has(id)) known.set(id, result);
                expect(nextStage(defined, known, everything).action).not.toBe("run");
              }
            }
            return;
          }
          const { stage } = next;
          expect(started).not.toContain(stage.id);
          started.push(stage.id);
          if (stage.trigger !== "auto") {
            const earlier = defined.stages.slice(0, defined.stages.indexOf(stage));
            for (const one of earlier) expect(evaluateGate(one, known).state).toBe("open");
          }
          if (stage.trigger === "manual") expect(approvals.has(stage.id)).toBe(true);
          for (const id of stage.steps) known.set(id, outcomes.get(id) as StepResult);
        }
      }),
      { numRuns: 500 },
    );
    expect([...ends.keys()].toSorted()).toEqual(["await-approval", "done", "stop"]);
  });

  test("agrees between nextStage() and stageStates(), for results known in any part", () => {
    fc.assert(
      fc.property(walk, fc.array(fc.boolean()), ({ pipeline: { definitions, stepIds, outcomes }, approved }, mask) => {
        const defined = defineStages(definitions, stepIds);
        const approvals = new Set(approved.map((index) => `s${index}`));
        const known = new Map([...outcomes].filter((_, index) => mask[index] ?? false));
        const states = stageStates(defined, known, approvals);
        const ready = states.filter(({ state }) => state === "ready");
        expect(ready.length).toBeLessThanOrEqual(1);
        const next = nextStage(defined, known, approvals);
        expect(next.action === "run").toBe(ready.length === 1);
        if (next.action === "run") expect(next.stage).toBe(ready[0]?.stage);
        if (next.action === "done") expect(states.every(({ state }) => state === "passed")).toBe(true);
      }),
    );
  });
});
