import { expect, test } from "vitest";
import { renderPlan } from "./plan.ts";

test("what is unknown is said with its remedy, also where nothing runs", () => {
  const plan = renderPlan({
    decisions: [],
    changeSet: { known: false, code: "unknown-ref", message: 'no "nope"\u001b', remedy: "git fetch origin nope" },
  });
  expect(plan).toContain('note: what changed is unknown: no "nope"\\u{1b} (git fetch origin nope)\n');
});
