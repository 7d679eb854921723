import type { CliErrorCode } from "../errors.ts";
import { errorLink } from "./error-link.ts";
import { printable } from "./printable.ts";

/** A command of this program that did not do what was asked, though nothing is wrong with how it was asked. */
export interface CommandFailure {
  readonly code: CliErrorCode;
  /** What failed. */
  readonly what: string;
  readonly why?: string | undefined;
  /** Lines of the output of what failed, which follow why. */
  readonly said?: readonly string[] | undefined;
  /** Lines that say what to do, at least one. */
  readonly remedy: readonly string[];
}

/** The lines of a failure, in the form of every error: what, why, what to do, where there is more. Pure. */
export function renderFailure({ code, what, why, said = [], remedy }: CommandFailure): string {
  return [
    `ai-workflow: ${printable(what)}`,
    ...(why === undefined ? [] : [`  why: ${printable(why)}`]),
    ...said.map((line) => `  | ${printable(line)}`),
    ...remedy.map((line) => `  ${printable(line)}`),
    errorLink(code),
    "",
  ].join("\n");
}
