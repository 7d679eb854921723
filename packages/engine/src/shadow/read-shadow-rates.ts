import path from "node:path";
import { readHistory } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "../config/config.ts";
import { HISTORY_FILE } from "../run/state-directory.ts";
import { findShadowRates, type ShadowRate } from "./shadow-rates.ts";

/**
 * How often each rule would have been wrong, by the shadow samples of a target's history.
 *
 * @param directory - absolute path of the target directory
 */
export function readShadowRates(directory: string): readonly ShadowRate[] {
  return findShadowRates(readHistory(path.join(directory, STATE_FOLDER_NAME, HISTORY_FILE)).entries);
}
