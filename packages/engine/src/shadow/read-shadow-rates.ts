import { readRunHistory } from "../records/read-run-history.ts";
import { findShadowRates, type ShadowRate } from "./shadow-rates.ts";

/**
 * How often each rule would have been wrong, by the shadow samples of a target's history.
 *
 * @param directory - absolute path of the target directory
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – the history cannot be read
 */
export function readShadowRates(directory: string): readonly ShadowRate[] {
  return findShadowRates(readRunHistory(directory));
}
