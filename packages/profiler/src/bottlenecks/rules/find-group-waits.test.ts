import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told, waited } from "../../../test/build-run.ts";
import { exactReplan } from "../../../test/plan-exactly.ts";

const record = runOf([ran("api", 0, 10), ran("e2e", 10, 15, { waits: [waited("group", "database", 0, 10)] })]);

describe("findGroupWaits()", () => {
  test("tells that steps kept each other waiting, and what it would gain if they did not", () => {
    const replan = exactReplan({ api: { group: "database" }, e2e: { group: "database" } }, { maxParallel: 4 });
    const [found] = told("group-wait", record, [], { replan });
    expect(found).toMatchObject({
      symptom: "1 step waited 10.0 s for the group database",
      expectedGainSeconds: 10,
      gainIf: "the group database kept no steps apart",
      steps: ["e2e"],
    });
    expect(figure(found, "waited on the critical path")).toBe(10);
  });

  test("says nothing where it would gain nothing, and without a planner where no step of the critical path waited", () => {
    const replan = exactReplan({ api: { group: "database" }, e2e: { group: "database" } }, { maxParallel: 1 });
    expect(told("group-wait", record, [], { replan })).toEqual([]);
    expect(told("group-wait", record)).toHaveLength(1);
    expect(told("group-wait", runOf([...record.steps, ran("docs", 0, 40)]))).toEqual([]);
  });
});
