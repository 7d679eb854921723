import { expect, test } from "vitest";
import type { AlertSettings } from "../config/workflow.ts";
import { scopeOfUnits } from "./scope-of-units.ts";

test("a rule for a step of units looks at all of its steps, others at what they name", () => {
  const settings: AlertSettings = {
    rules: [
      { kind: "slow-run", thresholdMs: 1, scope: { steps: ["build", "lint", "gone"] } },
      { kind: "slow-run", id: "all", thresholdMs: 1, scope: "run" },
    ],
    channels: [],
    fail: false,
  };
  const { rules } = scopeOfUnits(settings, ["build@web", "build@@shop/ui", "lint", "builder@x"]);
  expect(rules.map(({ scope }) => scope)).toEqual([{ steps: ["build@web", "build@@shop/ui", "lint", "gone"] }, "run"]);
});
