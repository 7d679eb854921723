import { appendFileSync } from "node:fs";
import path from "node:path";
import { EngineError, exportRun, writeOutput, type RunRecord } from "@ai-workflow/engine";
import type { ReportFile } from "./report-file.ts";
import { renderError } from "../render/error.ts";
import { createReport } from "./create-report.ts";

/** GitHub takes no job summary above this size: https://docs.github.com/en/actions (workflow commands). */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/** Where a finished run is told, beside the terminal. */
export interface RunReports {
  readonly files: readonly ReportFile[];
  /** Annotations and a job summary of GitHub Actions. */
  readonly github: boolean;
}

/** Writes the reports of a finished run. One that cannot be written is told on standard error and does not keep the others from it. */
export async function writeReports(
  record: RunRecord,
  directory: string,
  { files, github }: RunReports,
): Promise<boolean> {
  const tasks: (() => Promise<void>)[] = files.map(({ format, file }) => async () => {
    writeOutput(path.resolve(file), await createReport(format, { directory, run: record, isTerminal: false }));
  });
  if (github) {
    tasks.push(async () => void process.stderr.write(await exportRun({ directory, format: "github", run: record })));
    const summary = process.env["GITHUB_STEP_SUMMARY"] ?? "";
    if (summary !== "") {
      tasks.push(async () => {
        const text = await exportRun({ directory, format: "markdown", run: record });
        if (Buffer.byteLength(text) < MAX_SUMMARY_BYTES) appendFileSync(summary, `${text}\n`);
      });
    }
  }
  let areWritten = true;
  for (const task of tasks) {
    try {
      await task();
    } catch (error) {
      areWritten = false;
      process.stderr.write(renderError(explain(error)).text);
    }
  }
  return areWritten;
}

function explain(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = `a report was not written: ${(error as Error).message}`;
  return new EngineError("ENGINE_OUTPUT_UNWRITABLE", message, {
    hint: "`ai-workflow report` writes it again",
    cause: error,
  });
}
