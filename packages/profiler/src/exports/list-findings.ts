import { createHash } from "node:crypto";
import type { Finding, RunRecord } from "../run-record.ts";

/** A finding with the step that told it. */
export interface StepFinding extends Finding {
  readonly step: string;
  /**
   * SHA-256 in hex that stays the same while the finding only moves within its file: over step, rule, file and message with its numbers left
   * out, and which of equal ones it is. Unique within the run.
   */
  readonly fingerprint: string;
}

const ORDER: Readonly<Record<Finding["severity"], number>> = { error: 0, warning: 1, info: 2 };

/** The findings of all steps, the gravest first, then by file and line; one that several steps told in the same words once. Pure. */
export function listFindings(record: Pick<RunRecord, "steps">): readonly StepFinding[] {
  const seen = new Set<string>();
  const occurrences = new Map<string, number>();
  return record.steps
    .flatMap(({ id, findings }) => findings.map((finding) => ({ ...finding, step: id })))
    .filter(({ rule, severity, message, file, line }) => {
      const key = JSON.stringify([rule, severity, message, file, line]);
      return !seen.has(key) && seen.add(key);
    })
    .toSorted(
      (one, other) =>
        ORDER[one.severity] - ORDER[other.severity] ||
        compare(one.file ?? "", other.file ?? "") ||
        (one.line ?? 0) - (other.line ?? 0) ||
        compare(one.step, other.step),
    )
    .map((finding) => {
      const { step, rule, file, message } = finding;
      const same = JSON.stringify([step, rule, file, message.replaceAll(/\d+/g, "0")]);
      const occurrence = occurrences.get(same) ?? 0;
      occurrences.set(same, occurrence + 1);
      return { ...finding, fingerprint: createHash("sha256").update(`${same} ${occurrence}`).digest("hex") };
    });
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
