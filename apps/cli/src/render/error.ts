import { EngineError } from "@ai-workflow/engine";
import { CancelledError } from "../cancelled-error.ts";
import { EXIT, exitCodeOfSignal } from "../exit-code.ts";
import { printable } from "./printable.ts";

/** The page that says of every code what it means, why it happens and what to do. */
const ERRORS_PAGE = "https://github.com/ai-workflow/ai-workflow/blob/main/docs/errors.md";

/** Problems that are listed one by one; the rest is counted. */
const LISTED_PROBLEMS = 20;

/** What to print for an error, and the exit code: what, where, what to do; a stack only for mistakes of this program. */
export function renderError(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof CancelledError) {
    return { text: `ai-workflow: ${error.message}\n`, exitCode: exitCodeOfSignal(error.signal) };
  }
  if (!(error instanceof EngineError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      text: `ai-workflow: internal error; this is a bug, please report it\n${stack}\n`,
      exitCode: EXIT.internal,
    };
  }
  const lines = [`ai-workflow: ${printable(error.message)}`];
  for (const { file, line, column, message } of error.problems.slice(0, LISTED_PROBLEMS)) {
    const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
    lines.push(`  ${printable(place)}: ${printable(message)}`);
  }
  const more = error.problems.length - LISTED_PROBLEMS;
  if (more > 0) lines.push(`  and ${more} more`);
  lines.push(`  ${printable(error.hint)}`, `  ${error.code}: ${ERRORS_PAGE}#${error.code.toLowerCase()}`);
  return { text: `${lines.join("\n")}\n`, exitCode: error.code === "ENGINE_LOCKED" ? EXIT.locked : EXIT.usage };
}
