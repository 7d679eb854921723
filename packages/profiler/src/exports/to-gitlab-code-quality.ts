import type { Finding, RunRecord } from "../run-record.ts";
import { listFindings } from "./list-findings.ts";
import { wellFormed } from "./well-formed.ts";

/** One entry of a code quality report. */
export interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: "major" | "minor" | "info";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const SEVERITIES: Readonly<Record<Finding["severity"], CodeQualityIssue["severity"]>> = {
  error: "major",
  warning: "minor",
  info: "info",
};

/**
 * Gives the findings of a run as a code quality report of GitLab. Each entry there stands at a line of a file: a finding about a whole file
 * stands at its first, one about no file is left out.
 *
 * @param prefix - folder of the configuration within the repository, with `/` at its end, for GitLab's paths begin at the root
 *
 * Source: GitLab Docs, "Code Quality", report format.
 */
export function toGitlabCodeQuality(record: RunRecord, prefix = ""): readonly CodeQualityIssue[] {
  return listFindings(record).flatMap(({ severity, step, rule, message, file, line, fingerprint }) =>
    file === undefined
      ? []
      : [
          {
            description: wellFormed(message),
            check_name: wellFormed(`${step}/${rule}`),
            fingerprint,
            severity: SEVERITIES[severity],
            location: { path: wellFormed(prefix + file), lines: { begin: line ?? 1 } },
          },
        ],
  );
}
