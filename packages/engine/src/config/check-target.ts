import { statSync } from "node:fs";
import { EngineError } from "../errors.ts";

/**
 * Refuses a target that is no directory, or of which the system does not say what it is, such as a link to itself.
 *
 * @param target - absolute path
 * @param hint - what to give instead
 * @throws {EngineError} ENGINE_TARGET_MISSING
 */
export function checkTarget(target: string, hint: string): void {
  let cause: unknown;
  try {
    if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) return;
  } catch (error) {
    cause = error;
  }
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const reason = code === undefined ? "" : ` (${code})`;
  throw new EngineError("ENGINE_TARGET_MISSING", `${target} is not a directory${reason}`, { hint, cause });
}
