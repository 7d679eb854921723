import type { Finding, RunRecord } from "@ai-workflow/engine";
import fc from "fast-check";
import { expect, test } from "vitest";
import { groupFindings } from "./group-findings.ts";

const stepsOf = (...findings: readonly (readonly Finding[])[]): RunRecord["steps"] =>
  findings.map((some, index) => ({ id: `s${index}`, findings: some }) as unknown as RunRecord["steps"][number]);
const warning = (rule: string, file?: string): Finding => ({
  rule,
  severity: "warning",
  message: "m",
  ...(file === undefined ? {} : { file }),
});

test("groupFindings() counts by file what comes after the first few of a rule, the most first", () => {
  const [group, other] = groupFindings(
    stepsOf([
      ...["a", "b", "a", "b", "c", "c", "b"].map((file) => warning("long", file)),
      warning("short", "a"),
      ...Array.from({ length: 4 }, () => warning("short", "b")),
    ]),
  );
  expect(group?.told.map(({ file }) => file)).toEqual(["a", "b", "a"]);
  expect(group?.others).toEqual([
    { file: "b", count: 2 },
    { file: "c", count: 2 },
  ]);
  expect([other?.told.length, other?.others]).toEqual([3, [{ file: "b", count: 2 }]]);
});

test("groupFindings() tells a rest of one, and ten errors before it counts", () => {
  const error = (file: string): Finding => ({ ...warning("long", file), severity: "error" });
  expect(groupFindings(stepsOf(["a", "b", "c", "d"].map((file) => warning("long", file))))).toMatchObject([
    { told: [{}, {}, {}, {}], others: [] },
  ]);
  const all = Array.from({ length: 12 }, (_, place) => error(`${place}`));
  expect(groupFindings(stepsOf(all))[0]?.told).toHaveLength(10);
});

test("groupFindings() loses nothing and puts nothing together that differs", () => {
  const finding = fc.record({
    rule: fc.constantFrom("a", "b", '","', ""),
    severity: fc.constantFrom("error" as const, "warning" as const, "info" as const),
    message: fc.constant("m"),
    file: fc.option(fc.constantFrom("x", "y", "__proto__"), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(finding, { maxLength: 60 }), { maxLength: 3 }), (all) => {
      const groups = groupFindings(stepsOf(...all));
      for (const { told } of groups)
        expect(new Set(told.map(({ rule, severity }) => JSON.stringify([rule, severity]))).size).toBe(1);
      const counted = groups.map(({ told, others }) => told.length + others.reduce((sum, { count }) => sum + count, 0));
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(all.flat().length);
    }),
  );
});
