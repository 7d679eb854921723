import type { Validation } from "./parse-structured-answer.ts";

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
  /** One line. */
  readonly title: string;
  /** What is wrong and when it shows. */
  readonly message: string;
  /** The text of those lines that shows it, quoted. */
  readonly evidence: string;
  /** What to do about it. */
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

function toFinding(value: Finding): Finding {
  const { ruleId, severity, confidence, file, startLine, endLine, title, message, evidence, suggestion } = value;
  const required = { ruleId, severity, confidence, file, startLine, endLine, title, message, evidence };
  return typeof suggestion === "string" ? { ...required, suggestion } : required;
}

/** The findings in `{ "findings": [...] }`, or what is wrong with it. The shape only; {@link verifyFindings} checks the truth. */
export function validateFindings(value: unknown): Validation<readonly Finding[]> {
  const list: unknown = typeof value === "object" && value !== null && "findings" in value ? value.findings : undefined;
  if (!Array.isArray(list)) return { ok: false, problems: ["The answer must be an object with the list `findings`"] };
  const problems = list.flatMap((item, index) => {
    const problem = findProblem(item);
    return problem === undefined ? [] : [`\`findings[${index}]\` ${problem}`];
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: (list as Finding[]).map(toFinding) };
}
