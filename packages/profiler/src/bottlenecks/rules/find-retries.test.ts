import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told } from "../../../test/build-run.ts";

describe("findRetries()", () => {
  test("tells what attempts before the last one took", () => {
    const [found] = told("retries", runOf([ran("e2e", 0, 25, { attempts: 3, durationMs: 8000 })]));
    expect(found).toMatchObject({
      cause: "it fails now and then without a change",
      expectedGainSeconds: 17,
      steps: ["e2e"],
    });
    expect(figure(found, "attempts")).toBe(3);
    expect(figure(found, "before the last attempt")).toBe(17);
  });

  test("retries that did not help are told as such", () => {
    const record = runOf([ran("e2e", 0, 25, { attempts: 3, durationMs: 8000, outcome: "failed" })]);
    expect(told("retries", record)).toMatchObject([{ cause: "further attempts did not help" }]);
  });

  test("says nothing of a single attempt", () => {
    expect(told("retries", runOf([ran("e2e", 0, 25, { durationMs: 20_000 })]))).toEqual([]);
  });
});
