import { EngineError } from "@ai-workflow/engine";
import { CancelledError } from "../cancelled-error.ts";
import { EXIT, exitCodeOfSignal } from "../exit-code.ts";
import { errorLink } from "./error-link.ts";
import { errorReason } from "./error-reason.ts";
import { printable } from "./printable.ts";

/** Problems that are listed one by one; the rest is counted. */
const LISTED_PROBLEMS = 20;

/** What to print for an error, and the exit code: what, where or why, what to do, where there is more; a stack only for mistakes of this program. */
export function renderError(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof CancelledError) {
    return { text: `ai-workflow: ${error.message}\n`, exitCode: exitCodeOfSignal(error.signal) };
  }
  if (!(error instanceof EngineError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      text: `ai-workflow: internal error; this is a bug, please report it\n${stack}\n${errorLink("CLI_INTERNAL")}\n`,
      exitCode: EXIT.internal,
    };
  }
  const lines = [`ai-workflow: ${printable(error.message)}`];
  for (const { file, line, column, message } of error.problems.slice(0, LISTED_PROBLEMS)) {
    const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
    lines.push(`  ${printable(place)}: ${printable(message)}`);
  }
  const reason = errorReason(error);
  if (reason !== undefined) lines.push(`  why: ${reason}`);
  const more = error.problems.length - LISTED_PROBLEMS;
  if (more > 0) lines.push(`  and ${more} more`);
  lines.push(`  ${printable(error.hint)}`, errorLink(error.code));
  return { text: `${lines.join("\n")}\n`, exitCode: error.code === "ENGINE_LOCKED" ? EXIT.locked : EXIT.usage };
}
