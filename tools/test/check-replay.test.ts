import { describe, expect, test } from "vitest";
import { replayProblems } from "../../scripts/check-replay.mjs";

describe("replayProblems()", () => {
  const replayed = { status: "passed", total_steps: 2, steps_completed: 2, step_timings: {} };

  test("has nothing against a run that passed and started no step", () => {
    expect(replayProblems(replayed)).toEqual([]);
  });

  test.each([
    [{ ...replayed, status: "failed" }, "status"],
    [{ ...replayed, step_timings: { lint: 1.5 } }, "it ran lint"],
    [{ ...replayed, steps_completed: 1 }, "1 of 2"],
    [{ ...replayed, total_steps: 0, steps_completed: 0 }, "no steps"],
  ])("refuses %j", (run, problem) => {
    expect(replayProblems(run).join()).toContain(problem);
  });

  test.each([undefined, null, {}, []])("refuses what is no record of a run: %j", (run) => {
    expect(replayProblems(run)).not.toEqual([]);
  });
});
