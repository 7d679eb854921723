import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { ran, runOf, waited } from "../../test/build-run.ts";
import { findExecutedPath } from "./find-executed-path.ts";
import { timeSteps } from "./timed-step.ts";

const pathOf = (steps: Parameters<typeof runOf>[0]): readonly string[] =>
  findExecutedPath(timeSteps(runOf(steps))).map(({ stepId }) => stepId);

describe("findExecutedPath()", () => {
  test("goes back through needs, resources, groups and slots", () => {
    expect(
      pathOf([
        ran("first", 0, 4),
        ran("holder", 4, 3, { waits: [waited("need", "first", 0, 4)] }),
        ran("waiter", 7, 3, { waits: [waited("need", "first", 0, 4), waited("resource", "memory_mb", 4, 7)] }),
        ran("grouped", 10, 5, { waits: [waited("group", "port", 7, 10)] }),
        ran("short", 0, 1),
        ran("last", 15, 1, { waits: [waited("slot", "slot", 0, 15)] }),
      ]),
    ).toEqual(["first", "holder", "waiter", "grouped", "last"]);
  });

  test("a need that ended before others that were not waited for is followed all the same", () => {
    const test1 = ran("test", 5.5, 9, { waits: [waited("need", "build", 0, 5)] });
    expect(pathOf([ran("build", 0, 5), ran("lint", 0, 5.4), test1])).toEqual(["build", "test"]);
  });

  test("behind a gate comes what ended last before it", () => {
    const deploy = ran("deploy", 8, 9, { waits: [waited("need", "gate of stage check", 0, 8)] });
    expect(pathOf([ran("lint", 0, 8), ran("unit", 0, 7), deploy])).toEqual(["lint", "deploy"]);
  });

  test("the pause after an attempt lets others start, also where its end was read a little later", () => {
    const steps = [
      ran("build", 0, 3),
      ran("flaky", 3, 3, { attempts: 2, durationMs: 1000, waits: [waited("need", "build", 0, 3)] }),
      ran("e2e", 4.001, 6, { waits: [waited("need", "build", 0, 3), waited("slot", "slot", 3, 4.001)] }),
    ];
    const spans = [
      { id: 1, name: "attempt", step: "flaky", startMs: 3001, endMs: 4002.1 },
      { id: 2, name: "attempt", step: "flaky", startMs: 5001, endMs: 6001 },
    ];
    const links = findExecutedPath(timeSteps(runOf(steps, { spans })));
    expect(links.map(({ stepId, startedMs, finishedMs }) => [stepId, startedMs, finishedMs])).toEqual([
      ["build", 0, 3000],
      ["flaky", 3000, 4001],
      ["e2e", 4001, 10_001],
    ]);
  });

  test("ends at a step that did not wait, and is empty where none started", () => {
    expect(pathOf([ran("early", 0, 1), ran("only", 2, 5)])).toEqual(["only"]);
    expect(pathOf([])).toEqual([]);
  });

  test("of any record it goes forward only, and ends with the last end", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const steps = timeSteps(record);
        const path = findExecutedPath(steps);
        expect(path.at(-1)?.finishedMs).toBe(
          steps.length === 0 ? undefined : Math.max(...steps.map((step) => step.finishedMs)),
        );
        let reachedMs = 0;
        for (const { startedMs, finishedMs } of path) {
          expect(startedMs).toBeGreaterThanOrEqual(reachedMs);
          reachedMs = finishedMs;
        }
        expect(new Set(path.map(({ stepId }) => stepId)).size).toBe(path.length);
      }),
    );
  });
});
