import { EngineError } from "@ai-workflow/engine";
import { CancelledError } from "../cancelled-error.ts";
import { EXIT, exitCodeOfSignal } from "../exit-code.ts";
import { errorLink } from "./error-link.ts";
import { errorReason } from "./error-reason.ts";
import { printable, printableLog } from "./printable.ts";

/** Problems that are listed one by one; the rest is counted. */
const LISTED_PROBLEMS = 20;

/** What to print for an error, and the exit code: what, where or why, what to do, where there is more; a stack only for mistakes of this program. */
export function renderError(given: unknown): { readonly text: string; readonly exitCode: number } {
  const error = isFolderGone(given)
    ? new EngineError("ENGINE_TARGET_MISSING", "the folder that the command was started in is gone", {
        hint: "Change to a folder that is there, also where one of the same name is there again",
        cause: given,
      })
    : given;
  if (error instanceof CancelledError) {
    return { text: `ai-workflow: ${error.message}\n`, exitCode: exitCodeOfSignal(error.signal) };
  }
  if (!(error instanceof EngineError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      text: `ai-workflow: internal error; this is a bug, please report it\n${printableLog(stack)}\n${errorLink("CLI_INTERNAL")}\n`,
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

/** Whether it is what `process.cwd()` throws where somebody removed the folder that this process is in. */
function isFolderGone(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall === "uv_cwd";
}
