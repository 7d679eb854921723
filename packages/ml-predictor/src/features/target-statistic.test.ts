import { expect, test } from "vitest";
import { TargetStatistic } from "./target-statistic.ts";

test("a level is its mean, drawn to the mean of all; one never met is the mean of all", () => {
  const statistic = new TargetStatistic();
  expect(statistic.of("a")).toBeNaN();
  for (let time = 0; time < 5; time += 1) {
    statistic.add("a", 1);
    statistic.add("b", 3);
  }
  expect(statistic.of("a")).toBe(1.5);
  expect(statistic.of("b")).toBe(2.5);
  expect(statistic.of("__proto__")).toBe(2);
});
