import fc from "fast-check";
import { expect, test } from "vitest";
import { comparePairs } from "../comparing/compare-pairs.ts";
import type { Pair } from "../comparing/measurement.ts";
import { formatComparison } from "./format-comparison.ts";

const pairs = (count: number, ratio: number): Pair[] =>
  Array.from({ length: count }, (_, pair) => ({
    baseline: { cpuMs: 1_200 + pair, wallMs: 2_000 },
    compare: { cpuMs: (1_200 + pair) * ratio, wallMs: 1_000 },
  }));

test("formatComparison() says what was saved, in all and step by step", () => {
  const report = formatComparison(comparePairs(pairs(6, 0.25)), {
    title: "Before and after",
    steps: [
      { step: "build", baselineMs: 95_000, compareMs: 20_000, why: "4 of 5 packages from the cache" },
      { step: "docs", baselineMs: 800, why: "skipped" },
      { step: "lint", baselineMs: 100, compareMs: 350 },
      { step: "new", compareMs: 5 },
    ],
  });
  expect(report).toBe(`# Before and after

**faster**: optimised takes less CPU time than baseline (−75.0 %).

## Summary

| measure | baseline | optimised | saved | change | 90 % interval | pairs | verdict |
| --- | --: | --: | --: | --: | --: | --: | --: |
| CPU time | 1.20 s | 301 ms | 902 ms | −75.0 % | −75.0 % to −75.0 % | 6 | faster |
| wall time | 2.00 s | 1.00 s | 1.00 s | −50.0 % | −50.0 % to −50.0 % | 6 | faster |

## Step by step

| step | why | baseline | optimised | saved |
| --- | --- | --: | --: | --: |
| build | 4 of 5 packages from the cache | 95.0 s | 20.0 s | 75.0 s |
| docs | skipped | 800 ms | – | 800 ms |
| lint |  | 100 ms | 350 ms | −250 ms |
| new |  | – | 5.0 ms | – |
`);
});

test("formatComparison() has a sentence for every verdict", () => {
  const sentence = (all: readonly Pair[]) => formatComparison(comparePairs(all)).split("\n").at(2);
  expect(sentence(pairs(6, 2))).toBe("**slower**: optimised takes more CPU time than baseline (+100.0 %).");
  expect(sentence(pairs(6, 1))).toBe(
    "**same**: CPU time of optimised and baseline differs by less than 10 % (±0.0 %).",
  );
  expect(sentence(pairs(4, 2))).toBe(
    "**inconclusive**: 4 pairs are too few to tell; about 1 further pair would decide.",
  );
  expect(sentence([...pairs(4, 2), ...pairs(4, 0.5)])).toMatch(
    /^\*\*inconclusive\*\*: CPU time scatters too much to tell \(\S+ %\); about \d+ further pairs would decide\.$/,
  );
  expect(sentence([])).toBe("**inconclusive**: nothing was measured.");
});

test("formatComparison() counts what was set aside, but not measures that nobody took", () => {
  const odd = [...pairs(6, 1), { baseline: { cpuMs: Number.NaN }, compare: { cpuMs: 1 } }];
  const report = formatComparison(comparePairs(odd));
  expect(report).toContain("Set aside: 1 pair of CPU time (not-finite), 1 pair of wall time (missing).\n");
});

test("formatComparison() keeps every name in its cell", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (step, why) => {
      const report = formatComparison(comparePairs(pairs(6, 1)), {
        baseline: why,
        steps: [{ step, why, baselineMs: 1 }],
      });
      const rows = report.split("\n").filter((row) => row.startsWith("|"));
      expect(rows).toHaveLength(7);
      const columns = rows.map((row) => row.replaceAll(/\\./g, "").split("|").length);
      expect(columns).toEqual([10, 10, 10, 10, 7, 7, 7]);
    }),
  );
  const report = formatComparison(comparePairs([]), { steps: [{ step: "a|b\n<img>`x`", why: "[x](y)" }] });
  expect(report).toContain(String.raw`| a\|b \<img\>\`x\` | \[x\](y) | – | – | – |`);
});
