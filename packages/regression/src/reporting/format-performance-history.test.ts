import { expect, test } from "vitest";
import { normalDurations } from "../../test/normal-values.ts";
import { parseHistory } from "../history/parse-history.ts";
import { formatPerformanceHistory } from "./format-performance-history.ts";

function lines(seconds: readonly number[], id = "build"): string[] {
  return seconds.map((value, run) =>
    JSON.stringify({
      version: 1,
      run_id: `${id}-${run}`,
      machine: "linux|2",
      commit: `c${run}`,
      start_time: `day ${run}`,
      status: "failed",
      total_duration: value,
      changes: { total: 1, categories: { code: 1 } },
      steps: [{ id, outcome: "passed", seconds: value }],
    }),
  );
}

test("formatPerformanceHistory() shows what became slower, since when, and a chart", () => {
  const seconds = [...Array.from({ length: 30 }, (_, run) => 10 + (run % 3)), 20, 21, 22, 20, 21];
  const page = formatPerformanceHistory(parseHistory([...lines(seconds), ...lines([1, 2], "rare"), "{"]));
  expect(page).toBe(`# Performance history

37 runs; set aside: 1 malformed. Charts are on a logarithmic scale of their own, newest on the right.

1 of 2 series have fewer than 5 runs and are not shown.

## Steps

| step | change | cache | machine | chart | state | runs | last 5 | trend a run |
| --- | --- | --- | --- | --- | --- | --: | --: | --: |
| build | code | unused | linux\\|2 | ▂▁▁▂▁▁▂▁▁▂▁▁▂▁▁▂▁▁▂▁▁▂▁▁▂█████ | degraded (+87.7 %) | 35 | 21.0 s | steady |

## Changes of level

| step | from run | commit | started | before | after | change |
| --- | --- | --- | --- | --: | --: | --: |
| build | build-30 | c30 | day 30 | 11.0 s | 21.0 s | +90.9 % |
`);
});

test("formatPerformanceHistory() tells the total apart from steps, and gives the same page again", () => {
  const passed = lines(normalDurations(12, 60, 0.1, 1)).map((line) => line.replace('"failed"', '"passed"'));
  const history = parseHistory(passed);
  const page = formatPerformanceHistory(history, { title: "Speed", chartLength: 4 });
  expect(page).toContain("# Speed\n");
  expect(page).toMatch(
    /## Total\n\n\|.*\n\|.*\n\| \(all\) \| code \| unused \| linux\\\|2 \| [▁-█]{4} \| learning \(23 more\) \| 12 \|/,
  );
  expect(formatPerformanceHistory(history, { title: "Speed", chartLength: 4 })).toBe(page);
});

test("formatPerformanceHistory() is stricter where many series are watched", () => {
  const slower = [...Array.from({ length: 30 }, (_, run) => 10 + 0.1 * (run % 3)), 12, 12.1, 12, 12.1, 12];
  const many = Array.from({ length: 11 }, (_, step) => lines(slower, `s${step}`)).flat();
  expect(formatPerformanceHistory(parseHistory(lines(slower)))).toContain("| degraded (");
  expect(formatPerformanceHistory(parseHistory(many))).not.toContain("| degraded (");
  expect(formatPerformanceHistory(parseHistory(many.slice(35)))).toContain("| degraded (");
});

test("formatPerformanceHistory() makes a page of nothing, and refuses options out of range", () => {
  expect(formatPerformanceHistory(parseHistory([]))).toBe(
    "# Performance history\n\n0 runs. There is a chart of what ran 5 times or more on one machine, with the same kind of change and cache.\n",
  );
  expect(formatPerformanceHistory(parseHistory(lines([1, 1, 1, 1, 1])))).toContain("| ▄▄▄▄▄ | learning (30 more) |");
  for (const options of [{ minRuns: 0 }, { chartLength: 1 }, { chartLength: 201 }]) {
    expect(() => formatPerformanceHistory(parseHistory([]), options)).toThrow(RangeError);
  }
});
