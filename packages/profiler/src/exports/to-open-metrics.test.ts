import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { parseOpenMetrics } from "../../test/exports/parse-open-metrics.ts";
import type { RunRecord } from "../run-record.ts";
import { toOpenMetrics } from "./to-open-metrics.ts";

const hostile = 'a "quoted" \\ name\nwith\u0000 {braces}, =, \uD800 and \u{1F600}';

const rich: RunRecord = {
  ...exampleRunRecord,
  workflowId: hostile,
  steps: exampleRunRecord.steps.map((step, index) =>
    index === 0
      ? {
          ...step,
          id: hostile,
          predictedMs: 1e-9,
          resources: { method: "proc", cpuMs: 1234.5, peakMemoryBytes: 1e21, readBytes: 1, writeBytes: 0, samples: 2 },
        }
      : step,
  ),
  ai: {
    provider: "local",
    model: "m",
    cacheMode: "on",
    questions: 6,
    cacheHits: 3,
    coalesced: 1,
    cacheMisses: 2,
    calls: 2,
    inputTokens: 100,
    outputTokens: 20,
    costUsd: 0.25,
    savedInputTokens: 300,
    savedOutputTokens: 60,
    inconclusive: { "no-answer": 1 },
  },
  resources: { cpuMs: 3000, toolCpuMs: 500, toolPeakMemoryBytes: 4096 },
};

const valuesOf = (record: RunRecord, name: string): readonly (readonly [string, number])[] =>
  (parseOpenMetrics(toOpenMetrics(record)).find((family) => family.name === name)?.samples ?? []).map(
    ({ labels, value }) => [[...labels.values()].slice(1).join(" "), value],
  );

const promtool = (
  args: readonly string[],
  input?: string,
): { readonly status: number | null; readonly output: string } => {
  const { status, stdout, stderr, error } = spawnSync("promtool", args, { input, encoding: "utf8" });
  return { status: error === undefined ? status : null, output: `${stdout}${stderr}` };
};

const hasPromtool = promtool(["--version"]).status === 0;

describe("toOpenMetrics()", () => {
  test("tells when the last run ended, how, and what it took", () => {
    expect(valuesOf(exampleRunRecord, "ai_workflow_last_run_timestamp_seconds")).toEqual([["", 1_795_428_013]]);
    expect(valuesOf(exampleRunRecord, "ai_workflow_last_run_duration_seconds")).toEqual([["", 13]]);
    expect(valuesOf(exampleRunRecord, "ai_workflow_last_run_status")).toEqual([
      ["passed", 1],
      ["failed", 0],
      ["inconclusive", 0],
      ["partial", 0],
      ["cancelled", 0],
    ]);
    expect(valuesOf(exampleRunRecord, "ai_workflow_last_run_steps")).toEqual([
      ["passed", 2],
      ["failed", 0],
      ["timed-out", 0],
      ["cancelled", 0],
      ["inconclusive", 0],
      ["replayed", 0],
      ["skipped", 1],
    ]);
    expect(valuesOf(exampleRunRecord, "ai_workflow_last_run_saved_seconds")).toEqual([
      ["replay", 0],
      ["skip", 2],
      ["parallel", 1.4],
    ]);
    expect(valuesOf(exampleRunRecord, "ai_workflow_step_duration_seconds")).toEqual([
      ["code_review", 12.4],
      ["lint", 1.5],
    ]);
    expect(valuesOf(exampleRunRecord, "ai_workflow_step_outcome")).toEqual([
      ["code_review passed", 1],
      ["lint passed", 1],
      ["documentation_updates skipped", 1],
    ]);
    expect(valuesOf(exampleRunRecord, "ai_workflow_step_findings")).toEqual([
      ["code_review", 0],
      ["lint", 1],
      ["documentation_updates", 0],
    ]);
  });

  test("tells resources and the use of models where they were measured, and is silent where not", () => {
    expect(valuesOf(rich, "ai_workflow_last_run_cpu_seconds")).toEqual([
      ["steps", 3],
      ["tool", 0.5],
    ]);
    expect(valuesOf(rich, "ai_workflow_last_run_peak_memory_bytes")).toEqual([["tool", 4096]]);
    expect(valuesOf(rich, "ai_workflow_last_run_ai_tokens")).toEqual([
      ["local m input yes", 100],
      ["local m output yes", 20],
      ["local m input no", 300],
      ["local m output no", 60],
    ]);
    expect(valuesOf(rich, "ai_workflow_last_run_ai_cost_dollars")).toEqual([["local m yes", 0.25]]);
    expect(valuesOf(rich, "ai_workflow_last_run_ai_inconclusive")).toEqual([["local m no-answer", 1]]);
    const names = parseOpenMetrics(toOpenMetrics(exampleRunRecord)).map(({ name }) => name);
    expect(names.filter((name) => /cpu|memory|disk|ai_(?!workflow)/u.test(name.slice("ai_workflow".length)))).toEqual(
      [],
    );
  });

  test("writes names so that they can be read back", () => {
    const [family] = parseOpenMetrics(toOpenMetrics(rich)).filter(
      ({ name }) => name === "ai_workflow_step_cpu_seconds",
    );
    expect(family?.unit).toBe("seconds");
    expect(family?.samples[0]?.labels.get("step")).toBe(
      'a "quoted" \\ name\nwith\uFFFD {braces}, =, \uFFFD and \u{1F600}',
    );
  });

  test("has each series once, also where names differ only in what cannot be written", () => {
    const [step] = exampleRunRecord.steps;
    const steps = ["\uD800", "\uDC00"].flatMap((id) => (step === undefined ? [] : [{ ...step, id }]));
    expect(valuesOf({ ...exampleRunRecord, steps }, "ai_workflow_step_attempts")).toEqual([["\uFFFD", 1]]);
  });

  test("keeps to the grammar for any record", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const families = parseOpenMetrics(toOpenMetrics(record));
        expect(families.length).toBeGreaterThan(0);
      }),
    );
  });

  test.each([
    "a 1\n# EOF\n",
    "# HELP a x\n# TYPE a gauge\na{} 1\n",
    "# HELP a x\n# TYPE a gauge\na{} 1\na{} 2\n# EOF\n",
    '# HELP a x\n# TYPE a gauge\na{b="\\x"} 1\n# EOF\n',
    '# HELP a x\n# TYPE a gauge\na{b="1",b="2"} 1\n# EOF\n',
    "# HELP a x\n# TYPE a gauge\n# UNIT a seconds\na{} 1\n# EOF\n",
    "# HELP a x\n# TYPE a gauge\na{} NaN\n# EOF\n",
    "# HELP a x\n# TYPE a gauge\na{} 1\n\n# EOF\n",
  ])("is told from text that is not OpenMetrics: %j", (text) => {
    expect(() => parseOpenMetrics(text)).toThrow();
  });

  test.skipIf(!hasPromtool)("has nothing that promtool complains of (needs promtool)", () => {
    for (const record of [exampleRunRecord, rich, ...fc.sample(arbitraryRunRecord, 30)]) {
      expect(promtool(["check", "metrics"], toOpenMetrics(record))).toEqual({ status: 0, output: "" });
    }
    expect(promtool(["check", "metrics"], "# TYPE a_ms gauge\na_ms 1\n").status).not.toBe(0);
  });

  test.skipIf(!hasPromtool)("is read by the OpenMetrics parser of Prometheus (needs promtool)", () => {
    const folder = mkdtempSync(join(tmpdir(), "openmetrics-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "metrics.txt");
    const text = toOpenMetrics(rich);
    // The importer wants a time for each sample, which a scrape must not have.
    const write = (changed: string): void =>
      writeFileSync(file, changed.replaceAll(/^(?!#)(?<line>.+)$/gmu, "$<line> 1"));
    write(text);
    const data = join(folder, "data");
    expect(promtool(["tsdb", "create-blocks-from", "openmetrics", file, data])).toMatchObject({ status: 0 });
    // Prometheus itself would make this folder.
    mkdirSync(join(data, "wal"));
    const dump = promtool(["tsdb", "dump", data])
      .output.split("\n")
      .filter((line) => line.startsWith("{"));
    const samples = parseOpenMetrics(text).flatMap((family) => family.samples);
    expect(dump).toHaveLength(samples.length);
    expect(dump.find((line) => line.includes("ai_workflow_step_cpu_seconds"))).toMatch(/ 1\.2345 1000$/u);
    write(text.replace("# UNIT ai_workflow_step_cpu_seconds seconds", "# UNIT ai_workflow_step_cpu_seconds parsecs"));
    expect(promtool(["tsdb", "create-blocks-from", "openmetrics", file, join(folder, "no")]).status).not.toBe(0);
  });
});
