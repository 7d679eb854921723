import { exportRun, readRunRecord, type RunRecord } from "@ai-workflow/engine";
import type { ReportFormat } from "./report-file.ts";
import { createStyle } from "../render/style.ts";
import { renderSummary } from "../render/summary.ts";

/** A run in one of the formats of `report`, as text. */
export async function createReport(
  format: ReportFormat,
  {
    directory,
    run,
    isTerminal,
  }: { readonly directory: string; readonly run: string | RunRecord; readonly isTerminal: boolean },
): Promise<string> {
  if (format !== "text") return exportRun({ directory, format, run });
  const record = typeof run === "string" ? readRunRecord({ directory, run }) : run;
  return renderSummary(record, createStyle(isTerminal, process.env), {
    quiet: false,
    recordFile: undefined,
    allFindings: true,
  });
}
