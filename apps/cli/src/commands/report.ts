import { createReport } from "./create-report.ts";
import { openOutput } from "./open-output.ts";
import { readTarget } from "./read-target.ts";
import type { ReportFile } from "../program/option-values.ts";

/** Options of `report` as commander hands them over. */
interface ReportFlags {
  readonly from: string;
  readonly format: ReportFile["format"];
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
