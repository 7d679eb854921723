import type { Finding } from "@ai-workflow/engine";
import type { Diagnostic } from "../../diagnostics/parse-diagnostics.ts";
import { findNetworkFailure } from "../../processes/find-network-failure.ts";
import { isMissingProgram } from "../../processes/is-missing-program.ts";
import type { CommandEnd } from "../../processes/run-command.ts";
import { printable } from "../../text/printable.ts";
import { ownErrors } from "../../diagnostics/own-errors.ts";
import { countOf } from "../../text/count-of.ts";

/** How a command of the build ended, and what was read of it. */
export interface BuildEnd {
  readonly name: string;
  /** Whether somebody asked for it, so that it has to be there. */
  readonly isAsked: boolean;
  readonly end: Pick<CommandEnd, "code" | "isTimedOut">;
  readonly lines: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What came of it. */
export interface BuildVerdict {
  readonly status: "passed" | "failed" | "missing";
  readonly findings: readonly Finding[];
}

const MAX_MESSAGE = 400;

/** Judges a build by its exit code; what compilers said tells where it failed. Pure. */
export function judgeBuild({ name, isAsked, end, lines, diagnostics }: BuildEnd, maxFindings: number): BuildVerdict {
  const command = `\`${name}\``;
  const told = (rule: string, severity: Finding["severity"], message: string): Finding => ({
    rule,
    severity,
    message: printable(message, MAX_MESSAGE),
  });
  if (end.isTimedOut) {
    return {
      status: "failed",
      findings: [told("build-timed-out", "error", `${command} did not end within \`timeout_minutes\``)],
    };
  }
  if (end.code === 0) return { status: "passed", findings: warnings(diagnostics) };
  const errors = ownErrors(diagnostics);
  if (errors.length === 0 && isMissingProgram(end.code, lines)) {
    const message = `${command} could not run: a program that it starts is not installed`;
    return {
      status: isAsked ? "failed" : "missing",
      findings: [told("builder-missing", isAsked ? "error" : "warning", message)],
    };
  }
  const noAnswer = errors.length === 0 ? findNetworkFailure(lines) : undefined;
  if (noAnswer !== undefined) {
    const message = `${command} could not run to its end: it asks the network, which did not answer (${noAnswer})`;
    return {
      status: isAsked ? "failed" : "missing",
      findings: [told("network-missing", isAsked ? "error" : "warning", message)],
    };
  }
  if (errors.length === 0) {
    const lastLine = lines.findLast((line) => line.trim() !== "")?.trim() ?? "";
    const why = lastLine === "" ? "" : `; it ended with: ${lastLine}`;
    return { status: "failed", findings: [told("build-failed", "error", `${command} failed${why}`)] };
  }
  const left = errors.length - maxFindings;
  return {
    status: "failed",
    findings: [
      ...errors.slice(0, maxFindings).map(({ file, line, column, code, message }) => ({
        ...told("compile-error", "error", code === undefined ? message : `${message} (${code})`),
        file,
        line,
        ...(column === undefined ? {} : { column }),
      })),
      ...(left > 0
        ? [told("more-errors", "info", `${countOf(left, "more error")}; the log of the step has them all`)]
        : []),
    ],
  };
}

/** Warnings of compilers are of all weights; where the first is, and how many there are. */
function warnings(diagnostics: readonly Diagnostic[]): readonly Finding[] {
  const all = diagnostics.filter(({ severity }) => severity === "warning");
  const [first] = all;
  if (first === undefined) return [];
  const count = all.length === 1 ? "the compiler warns" : `the first of ${all.length} warnings of compilers`;
  return [
    {
      rule: "compile-warnings",
      severity: "info",
      message: printable(`${count}: ${first.message}`, MAX_MESSAGE),
      file: first.file,
      line: first.line,
    },
  ];
}
