import path from "node:path";
import { checkOutput, writeOutput } from "@ai-workflow/engine";

/**
 * Where a command's result goes: the file that `--output` names, which is looked at at once, or standard output. Gives what writes the result.
 *
 * @throws {EngineError} ENGINE_OUTPUT_UNWRITABLE – now, or when it is written
 */
export function openOutput(output: string | undefined): (text: string) => void {
  if (output === undefined) return (text) => void process.stdout.write(text);
  const file = path.resolve(output);
  checkOutput(file);
  return (text) => writeOutput(file, text);
}
