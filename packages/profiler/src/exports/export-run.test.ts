import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { parseHistoryLine } from "../history-entry.ts";
import { toHistoryLine } from "../to-history-line.ts";
import { EXPORT_FORMATS, exportRun, isExportFormat, type ExportFormat } from "./export-run.ts";
import { toBenchmarkActionJson } from "./to-benchmark-action-json.ts";
import { toOpenMetrics } from "./to-open-metrics.ts";
import { toOtlpMetrics } from "./to-otlp-metrics.ts";
import { toOtlpTraces } from "./to-otlp-traces.ts";
import { toTraceEvents } from "./to-trace-events.ts";

const formats = Object.keys(EXPORT_FORMATS).filter(isExportFormat);

describe("exportRun()", () => {
  test.each([
    ["trace", toTraceEvents],
    ["otlp-traces", toOtlpTraces],
    ["otlp-metrics", toOtlpMetrics],
    ["github-action-benchmark", toBenchmarkActionJson],
  ] as const)("gives %s as JSON", (format, make) => {
    const text = exportRun(format, { record: exampleRunRecord, history: [] });
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(make(exampleRunRecord))));
  });

  test("gives openmetrics as text", () => {
    expect(exportRun("openmetrics", { record: exampleRunRecord, history: [] })).toBe(toOpenMetrics(exampleRunRecord));
  });

  test("takes the run into the timings once, whether the history has it or not", () => {
    const own = parseHistoryLine(toHistoryLine(exampleRunRecord));
    if (own.kind !== "entry") throw new Error(own.kind);
    const earlier = { ...own.entry, run_id: "earlier" };
    const timesIn = (history: readonly (typeof earlier)[]): unknown =>
      (
        JSON.parse(exportRun("hyperfine", { record: exampleRunRecord, history })) as {
          readonly results: readonly { readonly command: string; readonly times: readonly number[] }[];
        }
      ).results.map(({ command, times }) => [command, times]);
    expect(timesIn([])).toEqual([
      ["code_review", [12.4]],
      ["lint", [1.5]],
    ]);
    expect(timesIn([earlier])).toEqual(timesIn([earlier, own.entry]));
  });

  test("ends with a line end in every format, for any record", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, fc.constantFrom(...formats), (record, format) => {
        const text = exportRun(format, { record, history: [] });
        // Where there is nothing to tell of, no annotation is the right number.
        if (format === "github" && text === "") return;
        expect(text).toMatch(/[^\n]\n$/u);
      }),
    );
  });

  test("throws for a format that is not there", () => {
    expect(isExportFormat("toString")).toBe(false);
    expect(() => exportRun("csv" as ExportFormat, { record: exampleRunRecord, history: [] })).toThrow(
      new RangeError(
        'Cannot export run: `format` must be one of markdown, junit, sarif, github, gitlab, trace, otlp-traces, otlp-metrics, openmetrics, hyperfine, github-action-benchmark, got "csv"',
      ),
    );
  });
});
