import type { EngineErrorCode } from "@ai-workflow/engine";
import type { CliErrorCode } from "../errors.ts";

/** The page that says of every code what it means, why it happens and what to do. */
const ERRORS_PAGE = "https://github.com/ai-workflow/ai-workflow/blob/main/docs/errors.md";

/** The line of an error that says where there is more about it. */
export function errorLink(code: EngineErrorCode | CliErrorCode): string {
  return `  ${code}: ${ERRORS_PAGE}#${code.toLowerCase()}`;
}
