import type { EnvironmentRecord } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import type { OwnConfig } from "../../test/own-config.ts";
import type { Objective } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { createFirstFailure } from "../stages/first-failure.ts";
import { resolveOptions } from "./resolve-options.ts";
import { scheduleSteps, type StepSchedule } from "./schedule-steps.ts";

const machine: EnvironmentRecord = {
  platform: "p",
  arch: "a",
  nodeVersion: "n",
  cpuModel: "c",
  cpuCount: 2,
  memoryBytes: 2 ** 30,
  loadAverage1m: 0,
  ci: false,
};

const config: OwnConfig = {
  stages: [{ id: "core" }, { id: "extended" }],
  steps: {
    long: { run: "x", stage: "core" },
    middle: { run: "x", stage: "core" },
    short: { run: "x", stage: "core" },
    late: { run: "x", stage: "extended" },
  },
};
const durationsMs = new Map([
  ["long", 100],
  ["middle", 60],
  ["short", 10],
  ["late", 5],
]);

/** In every other run "short" fails, and "late" in the others. */
const history = Array.from({ length: 20 }, (_, run) => ({
  steps: Object.keys(config.steps).map((id) => {
    const fails = id === (run % 2 === 0 ? "short" : "late");
    return { id, outcome: fails ? ("failed" as const) : ("passed" as const), seconds: 1 };
  }),
}));

function schedule(objective: Objective | undefined, knowsHistory: boolean): StepSchedule {
  const { workflow, problems } = normalise(config, "name");
  expect(problems).toEqual([]);
  const loaded = { workflow, directory: "/d", file: "/d/f" };
  const resolved = resolveOptions({ loaded, toolVersion: "t", objective }, machine, {});
  const decisions = [...workflow.steps.keys()].map(
    (stepId) => ({ stepId, action: "run", reason: "forced", explanation: "" }) as const,
  );
  const firstFailure = knowsHistory ? createFirstFailure(history) : undefined;
  const scheduled = scheduleSteps(workflow, decisions, resolved, machine, {
    durationsMs,
    memoryMb: new Map(),
    firstFailure,
  });
  if (scheduled === undefined) throw new Error("nothing is scheduled");
  return scheduled;
}

const startsOf = ({ planned }: StepSchedule): Readonly<Record<string, number>> =>
  Object.fromEntries(planned.planned.map(({ id, startMs }) => [id, startMs]));

test("without a history to go by, steps are scheduled for the makespan and nothing is compared", () => {
  const scheduled = schedule(undefined, false);
  expect(startsOf(scheduled)).toEqual({ long: 0, middle: 0, short: 60, late: 100 });
  expect(scheduled.planned).toMatchObject({ objective: "makespan", objectives: undefined });
});

test("for the first failure what fails goes first inside its stage, on every slot, and later stages stay behind", () => {
  const scheduled = schedule("first-failure", true);
  expect(startsOf(scheduled)).toEqual({ short: 0, middle: 0, long: 10, late: 110 });
  expect(scheduled.planned.plannedMakespanMs).toBe(115);
});

test("both objectives are compared, whichever is chosen, and the plan is that of the chosen one", () => {
  const [late, early] = [schedule("makespan", true), schedule("first-failure", true)];
  expect(startsOf(late)).toEqual(startsOf(schedule("makespan", false)));
  expect(early.planned.objectives).toEqual(late.planned.objectives);
  const { makespan, firstFailure, runs } = late.planned.objectives ?? ({} as never);
  expect({ runs, late: makespan.makespanMs, early: firstFailure.makespanMs }).toEqual({
    runs: 20,
    late: 105,
    early: 115,
  });
  expect(firstFailure.expectedMs).toBeLessThan(makespan.expectedMs);
});
