import { existsSync } from "node:fs";
import path from "node:path";
import { STATE_FOLDER_NAME, type RunRecord } from "@ai-workflow/engine";

/** Path of a record of a target, from the working directory; `undefined` where it is not written, as that of a run that was killed just now. */
export function recordFileOf({ runId }: Pick<RunRecord, "runId">, directory: string): string | undefined {
  const file = path.join(directory, STATE_FOLDER_NAME, "runs", runId, "run.json");
  return existsSync(file) ? path.relative(process.cwd(), file) : undefined;
}
