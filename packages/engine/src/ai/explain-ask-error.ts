import { EngineError } from "../errors.ts";
import { AiSettingError } from "./ai-error.ts";

/** What the user can mend of what kept a model from being asked, in words; a mistake of this program has none. Pure. */
export function explainAskError(error: unknown): string | undefined {
  if (error instanceof AiSettingError) return error.message;
  if (error instanceof EngineError) return `${error.message}. ${error.hint}`;
  // Arguments that come from the configuration: variables of the template, limits that leave no room for a question.
  return error instanceof TypeError || error instanceof RangeError ? error.message : undefined;
}
