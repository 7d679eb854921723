import type { StepVerdict } from "./step-run.ts";
import { countOf } from "../text/count-of.ts";

/**
 * The verdict on a module where only findings in files that changed count: the others become notes, and a module that failed by nothing but
 * them passes, for now. Findings without a file count always. Pure.
 *
 * @param changed - paths relative to the target
 */
export function judgeChanged(verdict: StepVerdict, changed: ReadonlySet<string>): StepVerdict {
  let errors = 0;
  let set = 0;
  const findings = verdict.findings.map((finding) => {
    if (finding.severity === "info") return finding;
    if (finding.file === undefined || changed.has(finding.file)) {
      if (finding.severity === "error") errors += 1;
      return finding;
    }
    set += 1;
    return { ...finding, severity: "info" as const };
  });
  if (set === 0) return verdict;
  const isPass = verdict.outcome === "passed" || (verdict.failedBy === "findings" && errors === 0);
  if (!isPass) return { ...verdict, findings };
  const message = `${countOf(set, "finding")} in files that did not change`;
  const { failedBy: _, ...rest } = verdict;
  return {
    ...rest,
    outcome: "passed",
    message: rest.outcome === "passed" && rest.message !== undefined ? `${rest.message}; ${message}` : message,
    findings,
    // Replayed in a run in which everything counts, it would hide them.
    provisional: true,
  };
}
