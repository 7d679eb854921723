import { exportRun, listExportFormats } from "@ai-workflow/engine";
import { openOutput } from "../output/open-output.ts";
import { readTarget } from "../target/read-target.ts";

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
  const write = openOutput(output);
  write(await exportRun({ directory, format, run }));
}
