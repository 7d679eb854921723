import { EngineError } from "@ai-workflow/engine";

/** What options of `run` with an optional value take, by their name. */
const VALUES: Readonly<Record<string, RegExp>> = {
  "--continue": /^(?:never|dependencies-successful|always)$/,
  "--dry-run": /^(?:text|json)$/,
  "--shadow": /^(?:0|1|0?\.\d+|\d+%)$/,
};

/**
 * Gives what to tell for an error: where a step that is not there is the value of the option before it, that the value belongs behind `=`. Any
 * other error stays as it is. Pure.
 */
export function hintAtValue(error: unknown, words: readonly string[]): unknown {
  if (!(error instanceof EngineError) || error.code !== "ENGINE_UNKNOWN_STEP") return error;
  for (const [index, flag] of words.entries()) {
    const value = words[index + 1] ?? "";
    if (VALUES[flag]?.test(value) !== true || error.message !== `unknown step "${value}"`) continue;
    const hint = `A value of ${flag} stands behind \`=\`: \`${flag}=${value}\``;
    return new EngineError(error.code, error.message, { hint, cause: error });
  }
  return error;
}
