import type { Finding } from "@ai-workflow/engine";
import { countOf } from "../../text/count-of.ts";
import { isTestFile, needsNoTest, subjectOf } from "./test-files.ts";

/** Told one by one. */
const MAX_FILES = 20;

/** What changed code is compared with. */
export interface UntestedInput {
  /** Files of code that were added or changed, tests among them. */
  readonly changed: readonly string[];
  /** All files of code. */
  readonly files: readonly string[];
  /** Text of a test; empty where it cannot be read. */
  readonly read: (file: string) => string;
}

/**
 * Tells of changed code whose tests did not change, and of changed code that no test is about: none has its name, and none imports it.
 * Where a change has tests at all, one of which imports the code, nothing is said of it. Pure but for `read`.
 */
export function findUntested({ changed, files, read }: UntestedInput): readonly Finding[] {
  const tests = files.filter((file) => isTestFile(file));
  if (tests.length === 0) return [];
  const changedTests = new Set(changed.filter((file) => isTestFile(file)));
  const bySubject = new Map<string, string[]>();
  for (const test of tests) bySubject.set(subjectOf(test), [...(bySubject.get(subjectOf(test)) ?? []), test]);
  let texts: ReadonlyMap<string, string> | undefined;
  const importersOf = (file: string): readonly string[] => {
    texts ??= new Map(tests.map((test) => [test, read(test)]));
    const pattern = importOf(file);
    return [...texts].filter(([, text]) => pattern.test(text)).map(([test]) => test);
  };
  const findings: Finding[] = [];
  for (const file of changed) {
    if (isTestFile(file) || needsNoTest(file)) continue;
    const named = bySubject.get(subjectOf(file)) ?? [];
    if (named.some((test) => changedTests.has(test))) continue;
    const importers = importersOf(file);
    if (importers.some((test) => changedTests.has(test))) continue;
    const [test] = [...named, ...importers];
    findings.push(
      test === undefined
        ? {
            rule: "untested-code",
            severity: "info",
            message: "this code changed, and no test has its name or imports it",
            file,
          }
        : {
            rule: "tests-not-changed",
            severity: "info",
            message: `this code changed, and its tests did not, such as ${test}`,
            file,
          },
    );
  }
  const more = findings.length - MAX_FILES;
  return more > 0
    ? [
        ...findings.slice(0, MAX_FILES),
        {
          rule: "untested-code",
          severity: "info",
          message: `${countOf(more, "more file")} changed without ${more === 1 ? "its" : "their"} tests`,
        },
      ]
    : findings;
}

/** An import of the module that the file is, as the languages write it. */
function importOf(file: string): RegExp {
  const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`["'/]${escaped}(?:\\.[cm]?[jt]sx?)?["']|^\\s*(?:from|import)\\s.*\\b${escaped}\\b`, "m");
}
