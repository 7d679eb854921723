import { listRuns, stepIdOf } from "@ai-workflow/engine";
import { renderHistory } from "../render/history.ts";
import { renderJson } from "../render/json.ts";
import { createStyle } from "../render/style.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of `history` as commander hands them over. */
interface HistoryFlags {
  readonly limit: number;
  readonly step?: string;
  readonly target?: string;
  readonly json?: boolean;
}

/** `ai-workflow history`. */
export async function historyCommand(given: object): Promise<void> {
  const { limit, step: name, target, json } = given as HistoryFlags;
  const { directory, workflow } = await readTarget(target);
  const step = name === undefined ? undefined : stepIdOf(name, workflow);
  const runs = listRuns({ directory, limit, step });
  process.stdout.write(
    json === true ? renderJson({ runs }) : renderHistory(runs, createStyle(process.stdout.isTTY, process.env)),
  );
}
