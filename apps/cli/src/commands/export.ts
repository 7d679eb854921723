import path from "node:path";
import { checkOutput, exportRun, listExportFormats, writeOutput } from "@ai-workflow/engine";
import { readTarget } from "./read-target.ts";

/** Options of `export` as commander hands them over. */
interface ExportFlags {
  readonly output?: string;
  readonly target?: string;
}

/** `ai-workflow export [format] [run]`. */
export async function exportCommand(format: string | undefined, run: string, given: object): Promise<void> {
  if (format === undefined) {
    const formats = await listExportFormats();
    const width = Math.max(...formats.map((one) => one.format.length));
    process.stdout.write(formats.map((one) => `${one.format.padEnd(width)}  ${one.about}\n`).join(""));
    return;
  }
  const { output, target } = given as ExportFlags;
  const { directory } = await readTarget(target);
  if (output !== undefined) checkOutput(path.resolve(output));
  const text = await exportRun({ directory, format, run });
  if (output === undefined) process.stdout.write(text);
  else writeOutput(path.resolve(output), text);
}
