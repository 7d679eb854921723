import { findMissingLine, isMissingProgram } from "../../processes/is-missing-program.ts";
import type { CommandEnd } from "../../processes/run-command.ts";
import { findNetworkFailure } from "../../processes/find-network-failure.ts";

/** Tests by outcome. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a command came to. */
export type Verdict =
  | { readonly kind: "passed" | "failed" | "timed-out" }
  /** It ran no test. */
  | { readonly kind: "no-tests" }
  /** What was to run them is not there. */
  | { readonly kind: "missing"; readonly message: string }
  /** It could not fetch what it needs. */
  | { readonly kind: "no-network"; readonly message: string };

/** What runners say that found nothing to run. */
const NO_TESTS =
  /^(?:1\.\.0(?: .*)?$|No test files found|No tests found, exiting with code [01]|no tests ran in |collected 0 items$|No tests executed!|0 passing \(|Error: No test files found:|=+ no tests ran|Ran 0 tests in |No tests were found!!!|NO TESTS RAN)/;

/** mocha says that none passed as well where all of them failed. */
const FAILED_TESTS = /^[1-9]\d* failing$/;

const PYTEST_NO_TESTS = 5;

/** Judges how a command that runs tests ended. Its exit code decides; the output tells of the reasons behind it. Pure. */
export function judgeEnd(
  { code, isTimedOut }: CommandEnd,
  lines: readonly string[],
  counts: Counts | undefined,
): Verdict {
  if (isTimedOut) return { kind: "timed-out" };
  const total = counts === undefined ? undefined : counts.passed + counts.failed + counts.skipped;
  if ((total ?? 0) === 0 && isMissingProgram(code, lines)) {
    return { kind: "missing", message: findMissingLine(lines) ?? "a program that it starts is not installed" };
  }
  const saysNone =
    lines.some((line) => NO_TESTS.test(line.trim())) && !lines.some((line) => FAILED_TESTS.test(line.trim()));
  const ranNone = total === undefined ? saysNone || isEmptyGo(lines) : total === 0;
  if (ranNone && (code === 0 || code === PYTEST_NO_TESTS || saysNone)) return { kind: "no-tests" };
  return { kind: code === 0 ? "passed" : "failed" };
}

/**
 * The verdict on a command of which no test and no line of the code is known to have failed: what could not be fetched says nothing of either.
 * Pure.
 */
export function excuseNetwork(verdict: Verdict, lines: readonly string[], counts: Counts | undefined): Verdict {
  const hasRun = counts !== undefined && counts.passed + counts.failed + counts.skipped > 0;
  if (verdict.kind !== "failed" || hasRun) return verdict;
  const message = findNetworkFailure(lines);
  return message === undefined ? verdict : { kind: "no-network", message };
}

/** Packages of Go without tests are told one a line, and nothing else. */
function isEmptyGo(lines: readonly string[]): boolean {
  const told = lines.filter((line) => line.trim() !== "");
  const isNone = (line: string): boolean =>
    /^\?\s+\S+\s+\[no test files\]$|^ok\s+\S+\s.*\[no tests to run\]$|^\s+\S+\s+coverage: 0\.0%/.test(line);
  return told.length > 0 && told.every((line) => isNone(line));
}
