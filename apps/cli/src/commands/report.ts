import { createReport } from "../output/create-report.ts";
import { openOutput } from "../output/open-output.ts";
import { readTarget } from "../target/read-target.ts";
import type { ReportFormat } from "../output/report-file.ts";

/** Options of `report` as commander hands them over. */
interface ReportFlags {
  readonly from: string;
  readonly format: ReportFormat;
  readonly output?: string;
  readonly target?: string;
}

/** `ai-workflow report`. */
export async function reportCommand(given: object): Promise<void> {
  const { from, format, output, target } = given as ReportFlags;
  const { directory } = await readTarget(target);
  const write = openOutput(output);
  const text = await createReport(format, {
    directory,
    run: from,
    isTerminal: output === undefined && process.stdout.isTTY,
  });
  write(text);
}
