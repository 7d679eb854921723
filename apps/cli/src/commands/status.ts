import path from "node:path";
import {
  readRunRecord,
  readShadowRates,
  runInProgress,
  EngineError,
  STATE_FOLDER_NAME,
  type RunRecord,
} from "@ai-workflow/engine";
import { renderJson } from "../render/json.ts";
import { renderInProgress } from "../render/in-progress.ts";
import { renderLastLines } from "../render/step-log.ts";
import { renderShadowRates } from "../render/shadow.ts";
import { createStyle } from "../render/style.ts";
import { renderSummary } from "../render/summary.ts";
import { recordFileOf } from "../target/record-file-of.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of `status` as commander hands them over. */
interface StatusFlags {
  readonly shadow?: boolean;
  readonly watch?: boolean;
  readonly target?: string;
  readonly json?: boolean;
}

/** `ai-workflow status`. */
export async function statusCommand(given: object): Promise<void> {
  const flags = given as StatusFlags;
  const { directory } = await readTarget(flags.target);
  if (flags.watch === true) {
    await (await import("./watch-status.ts")).watchStatus(directory, flags.json === true);
    return;
  }
  if (flags.shadow === true) {
    const rates = readShadowRates(directory);
    process.stdout.write(flags.json === true ? renderJson({ rates }) : renderShadowRates(rates));
    return;
  }
  const running = runInProgress(directory);
  const record = lastRecord(directory, running !== undefined);
  if (flags.json === true) {
    process.stdout.write(renderJson({ record: record ?? null, running: running ?? null }));
    return;
  }
  const style = createStyle(process.stdout.isTTY, process.env);
  if (running !== undefined) process.stdout.write(`${renderInProgress(running, Date.now(), style)}\n`);
  if (record === undefined) return;
  if (running !== undefined) process.stdout.write("the last one before it:\n");
  const lastLines = renderLastLines(record.steps, path.join(directory, STATE_FOLDER_NAME));
  const recordFile = recordFileOf(record, directory);
  process.stdout.write(renderSummary(record, style, { quiet: false, recordFile, lastLines }));
}

/** The first run of a target has no other before it. */
function lastRecord(directory: string, mayBeMissing: boolean): RunRecord | undefined {
  try {
    return readRunRecord({ directory });
  } catch (error) {
    if (mayBeMissing && error instanceof EngineError && error.code === "ENGINE_RUN_MISSING") return undefined;
    throw error;
  }
}
