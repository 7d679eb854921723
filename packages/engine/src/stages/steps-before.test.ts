import { expect, test } from "vitest";
import { stepsBefore } from "./steps-before.ts";

const needs: Readonly<Record<string, readonly string[]>> = {
  a: [],
  b: ["between"],
  between: ["deeper", "gate"],
  deeper: ["a"],
  gate: ["c"],
  c: [],
  d: ["d", "loop"],
  loop: ["loop", "d", "b"],
};
const needsOf = (id: string): readonly string[] => needs[id] ?? [];

test("what comes before a member is found through what is none, and not behind another member or what is opaque", () => {
  const before = stepsBefore(new Set(["a", "b", "c", "d"]), needsOf, (id) => id === "gate");
  expect(Object.fromEntries(before)).toEqual({ a: [], b: ["a"], c: [], d: ["b"] });
});

test("nothing is opaque unless it is said", () => {
  expect(stepsBefore(new Set(["b", "c"]), needsOf).get("b")).toEqual(["c"]);
});
