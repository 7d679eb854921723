import type { Validation } from "../answers/parse-structured-answer.ts";
import { stripTerminalControls } from "../strip-terminal-controls.ts";

/** The most findings an answer may hold. An answer with more is sent back. */
export const MAX_FINDINGS = 1000;

const MAX_LINE_LENGTH = 200;
const MAX_TEXT_LENGTH = 4000;

/** The severities, worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
/** How bad a finding is. */
export type Severity = (typeof SEVERITIES)[number];

/** One problem at a place in a file, as a model reports it. */
export interface Finding {
  /** Stable name of the rule. */
  readonly ruleId: string;
  /** How bad it is. */
  readonly severity: Severity;
  /** How sure the model says it is, from 0 to 1. */
  readonly confidence: number;
  /** The file, named as in the prompt. */
  readonly file: string;
  /** First line, counted from 1. */
  readonly startLine: number;
  /** Last line, itself included. */
  readonly endLine: number;
  /** One line, of at most 200 characters. */
  readonly title: string;
  /** What is wrong and when it shows; at most 4000 characters. */
  readonly message: string;
  /** The text of those lines that shows it, quoted as it stands in the file: print it through {@link stripTerminalControls} only. */
  readonly evidence: string;
  /** What to do about it; at most 4000 characters. */
  readonly suggestion?: string | undefined;
}

const TEXTS = ["ruleId", "file", "title", "message", "evidence"] as const;

function findProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "must be an object";
  const finding = value as Record<string, unknown>;
  for (const name of TEXTS) if (typeof finding[name] !== "string") return `needs the text \`${name}\``;
  if (!SEVERITIES.includes(finding["severity"] as Severity)) return `needs a \`severity\` of ${SEVERITIES.join(", ")}`;
  const confidence = finding["confidence"];
  if (typeof confidence !== "number" || !(confidence >= 0 && confidence <= 1))
    return "needs a `confidence` from 0 to 1";
  for (const name of ["startLine", "endLine"]) {
    if (!Number.isSafeInteger(finding[name])) return `needs the line number \`${name}\``;
  }
  const suggestion = finding["suggestion"] ?? "";
  return typeof suggestion === "string" ? undefined : "has a `suggestion` that is no text";
}

/** `text` safe to print, cut to `maxLength`. Cut before it is cleaned, too, so that a text of megabytes costs little. */
function clean(text: string, maxLength: number): string {
  const safe = stripTerminalControls(text.slice(0, 2 * maxLength)).trim();
  return safe.length <= maxLength ? safe : `${safe.slice(0, maxLength - 1).trimEnd()}…`;
}

function cleanLine(text: string): string {
  return clean(text.slice(0, 2 * MAX_LINE_LENGTH).replace(/\s+/g, " "), MAX_LINE_LENGTH);
}

function toFinding(value: Finding): Finding {
  const { severity, confidence, file, startLine, endLine, evidence, suggestion } = value;
  const ruleId = cleanLine(value.ruleId);
  const title = cleanLine(value.title);
  const message = clean(value.message, MAX_TEXT_LENGTH);
  const required = { ruleId, severity, confidence, file, startLine, endLine, title, message, evidence };
  return typeof suggestion === "string" ? { ...required, suggestion: clean(suggestion, MAX_TEXT_LENGTH) } : required;
}

/**
 * The findings in `{ "findings": [...] }`, or what is wrong with it. The shape only; {@link verifyFindings} checks the truth.
 * Rule, title, message and suggestion come back safe to print; file and evidence as they are, to be compared.
 */
export function validateFindings(value: unknown): Validation<readonly Finding[]> {
  const list: unknown = typeof value === "object" && value !== null && "findings" in value ? value.findings : undefined;
  if (!Array.isArray(list)) return { ok: false, problems: ["The answer must be an object with the list `findings`"] };
  if (list.length > MAX_FINDINGS) {
    return {
      ok: false,
      problems: [`\`findings\` holds ${list.length} findings; report the ${MAX_FINDINGS} worst at most`],
    };
  }
  const problems = list.flatMap((item, index) => {
    const problem = findProblem(item);
    return problem === undefined ? [] : [`\`findings[${index}]\` ${problem}`];
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: (list as Finding[]).map(toFinding) };
}
