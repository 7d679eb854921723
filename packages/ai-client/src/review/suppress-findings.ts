import { splitLines } from "../prompts/prompt-file.ts";
import type { Finding } from "./finding.ts";

const MARK = "ai-ignore-next-line";
const COMMENT = /ai-ignore-next-line[ \t]+([^\s,]+(?:,[ \t]*[^\s,]+)*)[ \t]+--[ \t]+(\S.*)$/;
const COMMENT_END = /[ \t]*(?:\*\/|-->|#\}|%>)[ \t]*$/;

/** A finding that a comment in the file has silenced. */
export interface SuppressedFinding {
  /** What would have been reported. */
  readonly finding: Finding;
  /** Line of the comment, counted from 1. */
  readonly line: number;
  /** The reason it gives. */
  readonly reason: string;
}

/** Findings apart from those that comments silence. */
export interface SuppressionResult {
  /** Not silenced. */
  readonly kept: readonly Finding[];
  /** Silenced, to be counted and shown on request. */
  readonly suppressed: readonly SuppressedFinding[];
}

function readReason(text: string | undefined, ruleId: string): string | undefined {
  if (text?.includes(MARK) !== true) return undefined;
  const [, rules = "", reason = ""] = COMMENT.exec(text) ?? [];
  const isNamed = rules.split(",").some((rule) => rule.trim() === ruleId);
  const words = reason.replace(COMMENT_END, "").trim();
  return isNamed && words !== "" ? words : undefined;
}

/**
 * Takes out findings that a comment on the line before silences: `ai-ignore-next-line <rule>[, <rule>] -- <reason>`, in whatever comment the
 * language has. Several such lines may follow each other. A comment without a reason, or for another rule, silences nothing.
 *
 * @param contents text of the files by path
 */
export function suppressFindings(
  findings: readonly Finding[],
  contents: ReadonlyMap<string, string>,
): SuppressionResult {
  const kept: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  const linesOf = new Map<string, readonly string[]>();
  for (const finding of findings) {
    const { file, ruleId, startLine, endLine } = finding;
    let lines = linesOf.get(file);
    if (lines === undefined) linesOf.set(file, (lines = splitLines(contents.get(file) ?? "")));
    // Models often take the comment for the first line of the place.
    let line = lines[startLine - 1]?.includes(MARK) === true && startLine < endLine ? startLine : startLine - 1;
    let reason = readReason(lines[line - 1], ruleId);
    while (reason === undefined && lines[line - 1]?.includes(MARK) === true) {
      line -= 1;
      reason = readReason(lines[line - 1], ruleId);
    }
    if (reason === undefined) kept.push(finding);
    else suppressed.push({ finding, line, reason });
  }
  return { kept, suppressed };
}
