import type { Finding } from "./finding.ts";

/** Why a finding was dropped. */
export type DropReason = "file-not-in-prompt" | "lines-out-of-range" | "evidence-missing";

/** What is left of a model's findings, and what is not. */
export interface VerifiedFindings {
  /** Findings whose file, lines and evidence are there. */
  readonly kept: readonly Finding[];
  /** The others, each with the first check it failed. */
  readonly dropped: readonly { readonly finding: Finding; readonly reason: DropReason }[];
  /** How many were dropped, by reason. */
  readonly droppedCounts: Readonly<Record<DropReason, number>>;
}

function normalise(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function splitLines(content: string): string[] {
  const lines = content.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function findDropReason(finding: Finding, lines: readonly string[] | undefined): DropReason | undefined {
  if (lines === undefined) return "file-not-in-prompt";
  const { startLine, endLine } = finding;
  const inRange = Number.isSafeInteger(startLine) && Number.isSafeInteger(endLine) && startLine >= 1;
  if (!inRange || endLine < startLine || endLine > lines.length) return "lines-out-of-range";
  const evidence = normalise(finding.evidence);
  const quoted = normalise(lines.slice(startLine - 1, endLine).join("\n"));
  return evidence !== "" && quoted.includes(evidence) ? undefined : "evidence-missing";
}

/**
 * Sorts out findings that cannot be true: the file was not in the prompt, the lines do not exist, or the quoted evidence
 * does not stand on them (white space aside). Linear in the findings and the files they name.
 *
 * @param files content of every file that was in the prompt, by the name it had there
 */
export function verifyFindings(findings: readonly Finding[], files: ReadonlyMap<string, string>): VerifiedFindings {
  const kept: Finding[] = [];
  const dropped: { finding: Finding; reason: DropReason }[] = [];
  const droppedCounts = { "file-not-in-prompt": 0, "lines-out-of-range": 0, "evidence-missing": 0 };
  const linesOf = new Map<string, string[]>();
  for (const finding of findings) {
    const content = files.get(finding.file);
    let lines = linesOf.get(finding.file);
    if (lines === undefined && content !== undefined) {
      lines = splitLines(content);
      linesOf.set(finding.file, lines);
    }
    const reason = findDropReason(finding, lines);
    if (reason === undefined) {
      kept.push(finding);
      continue;
    }
    dropped.push({ finding, reason });
    droppedCounts[reason] += 1;
  }
  return { kept, dropped, droppedCounts };
}
