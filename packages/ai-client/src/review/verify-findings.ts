import type { Finding } from "./finding.ts";

/** The longest evidence that is looked for, white space aside; longer one counts as missing. */
export const MAX_EVIDENCE_LENGTH = 4000;
/** How long evidence must be, white space aside, to say by itself which lines are meant. */
export const MIN_MOVABLE_EVIDENCE_LENGTH = 12;

/** Lines that a match may have beyond those of the evidence: blank ones, and lines that the model joined. */
const EXTRA_LINES = 2;
/** The number before a line, as prompts show it: `12|`, `12+|`, `12 | ` or `L12: `. */
const ROW_NUMBER = /^[ \t]*L?\d{1,7}[ \t]*[+-]?[ \t]*[|:]/;

/** Why a finding was dropped. */
export type DropReason = "file-not-in-prompt" | "lines-out-of-range" | "evidence-missing";

/** A finding whose evidence stands on other lines than it said. */
export interface MovedFinding {
  /** The finding with the lines on which its evidence stands. */
  readonly finding: Finding;
  /** The first line it had said. */
  readonly fromStartLine: number;
  /** The last line it had said. */
  readonly fromEndLine: number;
}

/** What is left of a model's findings, and what is not. */
export interface VerifiedFindings {
  /** Findings whose file, lines and evidence are there, those that were moved among them. */
  readonly kept: readonly Finding[];
  /** Findings of `kept` that had wrong lines, and were put where their evidence stands. */
  readonly moved: readonly MovedFinding[];
  /** The others, each with the first check it failed. */
  readonly dropped: readonly { readonly finding: Finding; readonly reason: DropReason }[];
  /** How many were dropped, by reason. */
  readonly droppedCounts: Readonly<Record<DropReason, number>>;
}

/** A file to look evidence up in. */
interface SearchableFile {
  readonly lines: readonly string[];
  /** All lines with white space reduced, joined by single spaces. */
  readonly text: string;
  /** Where each line that is not blank begins in `text`, and its number. */
  readonly starts: readonly { readonly offset: number; readonly line: number }[];
}

function normalise(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function readFile(content: string): SearchableFile {
  const lines = content.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  const starts: { offset: number; line: number }[] = [];
  const parts: string[] = [];
  let offset = 0;
  for (const [index, raw] of lines.entries()) {
    const line = normalise(raw);
    if (line === "") continue;
    starts.push({ offset, line: index + 1 });
    parts.push(line);
    offset += line.length + 1;
  }
  return { lines, text: parts.join(" "), starts };
}

/** Number of the line in which `offset` of the text lies. */
function findLine({ starts }: SearchableFile, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle]?.offset ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return starts[low]?.line ?? 1;
}

/** The lines on which `evidence` stands, if that is one place only and it is long enough to mean it. */
function findOnlyPlace(file: SearchableFile, evidence: string): { startLine: number; endLine: number } | undefined {
  const text = normalise(evidence);
  if (text.length < MIN_MOVABLE_EVIDENCE_LENGTH) return undefined;
  const offset = file.text.indexOf(text);
  if (offset < 0 || file.text.includes(text, offset + 1)) return undefined;
  const startLine = findLine(file, offset);
  const endLine = findLine(file, offset + text.length - 1);
  // Lines that are far apart touch here when all between them are blank, as in a file that was shown in part.
  const lineCount = evidence.trim().split(/\r\n|\n|\r/).length;
  return endLine - startLine < lineCount + EXTRA_LINES ? { startLine, endLine } : undefined;
}

function withoutRowNumbers(evidence: string): string | undefined {
  const rows = evidence.split(/\r\n|\n|\r/).filter((row) => row.trim() !== "");
  if (rows.length === 0 || !rows.every((row) => ROW_NUMBER.test(row))) return undefined;
  return rows.map((row) => row.replace(ROW_NUMBER, "")).join("\n");
}

function isOnLines(file: SearchableFile, { startLine, endLine }: Finding, evidence: string): boolean {
  return normalise(file.lines.slice(startLine - 1, endLine).join("\n")).includes(normalise(evidence));
}

/** The finding as it is true: as it is, without row numbers in its evidence, or moved; or why it is not. */
function check(finding: Finding, file: SearchableFile | undefined): Finding | DropReason {
  if (file === undefined) return "file-not-in-prompt";
  const { startLine, endLine } = finding;
  const areNumbers = Number.isSafeInteger(startLine) && Number.isSafeInteger(endLine);
  const isInRange = areNumbers && startLine >= 1 && endLine >= startLine && endLine <= file.lines.length;
  const failure = isInRange ? "evidence-missing" : "lines-out-of-range";
  if (finding.evidence.length > 2 * MAX_EVIDENCE_LENGTH) return failure;
  const plain = withoutRowNumbers(finding.evidence);
  const readings = [finding.evidence, ...(plain === undefined ? [] : [plain])].filter((evidence) => {
    const { length } = normalise(evidence);
    return length > 0 && length <= MAX_EVIDENCE_LENGTH;
  });
  for (const evidence of isInRange ? readings : []) {
    if (isOnLines(file, finding, evidence)) return evidence === finding.evidence ? finding : { ...finding, evidence };
  }
  for (const evidence of readings) {
    const place = findOnlyPlace(file, evidence);
    if (place !== undefined) return { ...finding, ...place, evidence };
  }
  return failure;
}

/**
 * Sorts out findings that cannot be true: the file was not in the prompt, the lines do not exist, or the quoted evidence
 * does not stand on them (white space and row numbers aside). A finding with wrong lines whose evidence stands in the same file
 * at exactly one place, and is at least {@link MIN_MOVABLE_EVIDENCE_LENGTH} characters long, is moved there and reported in
 * `moved`: models quote better than they count. For each finding the time is linear in the size of its file.
 *
 * @param files content of every file that was in the prompt, by the name it had there
 */
export function verifyFindings(findings: readonly Finding[], files: ReadonlyMap<string, string>): VerifiedFindings {
  const kept: Finding[] = [];
  const moved: MovedFinding[] = [];
  const dropped: { finding: Finding; reason: DropReason }[] = [];
  const droppedCounts = { "file-not-in-prompt": 0, "lines-out-of-range": 0, "evidence-missing": 0 };
  const read = new Map<string, SearchableFile>();
  for (const finding of findings) {
    const content = files.get(finding.file);
    let file = read.get(finding.file);
    if (file === undefined && content !== undefined) {
      file = readFile(content);
      read.set(finding.file, file);
    }
    const checked = check(finding, file);
    if (typeof checked === "string") {
      dropped.push({ finding, reason: checked });
      droppedCounts[checked] += 1;
      continue;
    }
    kept.push(checked);
    const { startLine: fromStartLine, endLine: fromEndLine } = finding;
    const isMoved = checked.startLine !== fromStartLine || checked.endLine !== fromEndLine;
    if (isMoved) moved.push({ finding: checked, fromStartLine, fromEndLine });
  }
  return { kept, moved, dropped, droppedCounts };
}
