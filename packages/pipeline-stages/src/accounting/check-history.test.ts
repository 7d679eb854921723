import fc from "fast-check";
import { expect, test } from "vitest";
import { accountStages } from "./account-stages.ts";
import type { PastRun } from "./history.ts";
import { recommendAssignment } from "./recommend-assignment.ts";

const stages = [
  { id: "one", steps: ["a"] },
  { id: "two", steps: ["b"] },
];

test("a time that is none is refused by name, wherever it stands, rather than made into figures", () => {
  const wrong = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1);
  fc.assert(
    fc.property(fc.nat(59), fc.constantFrom("seconds" as const, "started" as const), wrong, (place, field, value) => {
      const history: PastRun[] = Array.from({ length: 60 }, (_, run) => ({
        steps: [
          {
            id: "a",
            outcome: run % 3 === 0 ? "failed" : "passed",
            seconds: 5,
            ...(run === place ? { [field]: value } : {}),
          },
          { id: "b", outcome: "passed", seconds: 60 },
        ],
      }));
      const message = `\`${field}\` of step "a" must be a time of at least 0, got ${value}`;
      expect(() => accountStages(history, stages)).toThrow(message);
      expect(() => recommendAssignment(history, { stages })).toThrow(message);
    }),
  );
});
