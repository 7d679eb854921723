import type { Finding, ModuleStepResult } from "@ai-workflow/engine";
import type { Diagnostic } from "../../diagnostics/parse-diagnostics.ts";
import { printable } from "../../text/printable.ts";
import type { TestFailure } from "./failure.ts";
import type { Counts, Verdict } from "./judge-end.ts";

/** What came of one command. */
export interface CommandResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** What was run of it, and by what. */
  readonly note?: string | undefined;
  readonly counts?: Counts | undefined;
  readonly failures: readonly TestFailure[];
  /** What compilers said where no test is known to have failed. @defaultValue nothing */
  readonly errors?: readonly Diagnostic[] | undefined;
  /** The last line that it printed. */
  readonly lastLine?: string | undefined;
  /** Whether somebody asked for this command. */
  readonly isAsked: boolean;
}

/** What a user may say of it. */
export interface ResultRules {
  /** Whether a command that ran no test has passed. */
  readonly allowEmpty: boolean;
  readonly maxFindings: number;
}

/** Turns what came of the commands into the result of the step. Pure. */
export function toResult(
  results: readonly CommandResult[],
  { allowEmpty, maxFindings }: ResultRules,
): ModuleStepResult & { readonly findings: readonly Finding[] } {
  if (results.length === 0) {
    const message = "nothing in the repository names a command that runs tests";
    return {
      message,
      findings: [
        {
          rule: "no-test-command",
          severity: "info",
          message,
          suggestion: "name it in `test_commands` of the configuration",
        },
      ],
    };
  }
  const failures = results.flatMap(({ failures: failed, errors = [] }) => [
    ...failed.map((failure) => toFinding(failure)),
    ...errors.map((error) => toCompileError(error)),
  ]);
  const others = results.flatMap((result) => findingsOf(result, allowEmpty));
  const left = failures.length - maxFindings;
  const more: readonly Finding[] =
    left > 0
      ? [{ rule: "more-failures", severity: "info", message: `${left} more failed; the log of the step has them all` }]
      : [];
  const unknown = results.some(({ verdict, isAsked }) =>
    verdict.kind === "no-tests"
      ? !allowEmpty
      : (verdict.kind === "missing" || verdict.kind === "no-network") && !isAsked,
  );
  return {
    ...(unknown ? { outcome: "inconclusive" as const } : {}),
    ...(failures.length > 0 || others.some(({ severity }) => severity === "error")
      ? { outcome: "failed" as const }
      : {}),
    message: results.map((result) => describe(result)).join("; "),
    findings: [...failures.slice(0, maxFindings), ...more, ...others],
  };
}

/** What programs print can be long. */
const MAX_MESSAGE = 400;

function told(text: string): string {
  return printable(text, MAX_MESSAGE);
}

function toFinding({ name, message, file, line }: TestFailure): Finding {
  const text = message === "" ? `the test "${name}" failed` : `the test "${name}" failed: ${message}`;
  return {
    rule: "test-failed",
    severity: "error",
    message: told(text),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

function toCompileError({ message, file, line }: Diagnostic): Finding {
  return {
    rule: "compile-error",
    severity: "error",
    message: told(`the tests cannot be built: ${message}`),
    file,
    line,
  };
}

/** What is to be said of a command beside the tests that failed. */
function findingsOf(
  { name, verdict, failures, errors = [], lastLine = "", isAsked }: CommandResult,
  allowEmpty: boolean,
): readonly Finding[] {
  const command = `\`${name}\``;
  switch (verdict.kind) {
    case "passed": {
      return [];
    }
    case "failed": {
      if (failures.length + errors.length > 0) return [];
      const why = lastLine === "" ? "" : `; it ended with: ${lastLine}`;
      return [
        {
          rule: "tests-failed",
          severity: "error",
          message: told(`${command} failed, and does not say which test did${why}`),
        },
      ];
    }
    case "timed-out": {
      return [
        {
          rule: "tests-timed-out",
          severity: "error",
          message: told(`${command} did not end within \`timeout_minutes\``),
        },
      ];
    }
    case "no-tests": {
      if (allowEmpty) return [];
      return [
        {
          rule: "no-tests",
          severity: "warning",
          message: told(`${command} ran no test, which proves nothing`),
          suggestion: "set `allow_empty` where that is as it should be",
        },
      ];
    }
    case "missing": {
      return [
        {
          rule: "runner-missing",
          severity: isAsked ? "error" : "warning",
          message: told(`${command} could not run: ${verdict.message}`),
          suggestion: "install what the repository depends on",
        },
      ];
    }
    case "no-network": {
      return [
        {
          rule: "network-missing",
          severity: isAsked ? "error" : "warning",
          message: told(`${command} could not run: it asks the network, which did not answer (${verdict.message})`),
          suggestion: "install what the repository depends on where there is a network",
        },
      ];
    }
  }
}

function describe({ name, verdict, counts, note }: CommandResult): string {
  const words = {
    passed: "passed",
    failed: "failed",
    "timed-out": "timed out",
    "no-tests": "ran no test",
    missing: "could not run",
    "no-network": "could not run",
  };
  const numbers =
    counts === undefined
      ? ""
      : ` (${[
          [counts.passed, "passed"] as const,
          [counts.failed, "failed"] as const,
          [counts.skipped, "skipped"] as const,
        ]
          .filter(([number]) => number > 0)
          .map(([number, what]) => `${number} ${what}`)
          .join(", ")})`;
  return told(
    `${name} ${words[verdict.kind]}${numbers === " ()" ? "" : numbers}${note === undefined ? "" : `, ${note}`}`,
  );
}
