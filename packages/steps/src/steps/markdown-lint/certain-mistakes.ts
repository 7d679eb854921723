import { lint } from "markdownlint/promise";
import { readProblems, type MarkdownProblem } from "./problem.ts";

/** Rules whose breach no author means, whatever the style of the repository. */
export const CERTAIN_RULES = {
  default: false,
  // (text)[address]
  MD011: true,
  // #Heading, ##Heading##
  MD018: true,
  MD020: true,
  // ** bold **
  MD037: true,
  // [text]()
  MD042: true,
  // A row with other cells than the table.
  MD056: true,
};

/** Problems of documents for which the repository names no rules: only those that are surely mistakes. */
export async function findCertainMistakes(texts: ReadonlyMap<string, string>): Promise<readonly MarkdownProblem[]> {
  // To parse a document takes longer than to see that nothing in it can be one of these mistakes.
  const doubtful = [...texts].filter(([, text]) => mayHoldMistake(text));
  if (doubtful.length === 0) return [];
  const results = await lint({
    strings: Object.fromEntries(doubtful),
    config: CERTAIN_RULES,
    handleRuleFailures: true,
  });
  return Object.entries(results).flatMap(([fileName, problems]) => {
    const lines = (texts.get(fileName) ?? "").split(/\r\n|\n|\r/);
    return readProblems(problems.map((problem) => ({ fileName, ...problem }))).filter((problem) =>
      isCertain(problem, lines),
    );
  });
}

/** Whether a text holds anything that one of the rules could mean and {@link isCertain} would let through. Pure. */
export function mayHoldMistake(text: string): boolean {
  // An address that is empty, in a link or a definition.
  if (/\]\(\s*(?:<\s*>|#)?\s*[)"'(]|\]:\s*(?:#|<\s*>)?\s*(?:["'(]|$)/m.test(text)) return true;
  const lines = text.split(/\r\n|\n|\r/);
  return lines.some(
    (line, index) =>
      line.includes("|") ||
      /#.*#\s*$/.test(line) ||
      isLinkTurnedRound(line) ||
      hasSpaceInEmphasis(line) ||
      isHeadingWithoutSpace(line, lines[index - 1] ?? "", index === 0),
  );
}

/** Whether it is a mistake and nothing that only looks like one. Pure. */
export function isCertain({ ruleNames: [rule], line, detail }: MarkdownProblem, lines: readonly string[]): boolean {
  const text = lines[line - 1] ?? "";
  switch (rule) {
    case "MD018":
      return isHeadingWithoutSpace(text, lines[line - 2] ?? "", line === 1);
    case "MD011":
      return isLinkTurnedRound(text);
    case "MD037":
      return hasSpaceInEmphasis(text);
    case "MD056":
      // Cells that are missing stay empty, cells too many are not shown.
      return /Too many/.test(detail ?? "");
    case "MD020":
    case "MD042":
      return true;
    case undefined:
    default:
      // A comment in a document can turn on what is off here.
      return false;
  }
}

/** `f(x)[0]` is code in prose, `(see)[^1]` a footnote; an address says that a link was meant. */
function isLinkTurnedRound(line: string): boolean {
  return /\([^()]+\)\[(?:https?:\/\/|\.{0,2}\/|#|mailto:)[^\]]*\]|\([^()]+\)\[[^\]\s]+\.(?:md|html?)(?:#[^\]]*)?\]/i.test(
    line,
  );
}

/**
 * `##Title` is surely meant as a heading; `#Title` may be a tag, an issue or a directive of a language, unless it stands alone and begins
 * as a title does, or is all of the first line.
 */
function isHeadingWithoutSpace(line: string, before: string, isFirst: boolean): boolean {
  if (/^ {0,3}#{2,6}[^\s#\d!]/.test(line)) return true;
  const isTitle = isFirst ? /^#\p{L}[\w.-]*\s*$/u : /^ {0,3}#\p{Lu}[^#]*$/u;
  return before.trim() === "" && isTitle.test(line);
}

/** Markers with a space on one side only, or at the beginning of a line: arithmetic and lists of globs have theirs in the middle, with spaces around. */
function hasSpaceInEmphasis(line: string): boolean {
  return (
    /(?:^|[\s(])(\*\*|__)[^\s*_][^*_]*\s\1(?:[\s.,;:!?)]|$)/.test(line) ||
    /(?:^|[\s(])(\*\*|__)\s[^*_]*[^\s*_]\1(?:[\s.,;:!?)]|$)/.test(line) ||
    /^\s*(?:[-+*]\s|\d+[.)]\s|>\s)?(\*\*|__)\s[^*_]*[^\s*_]\s\1(?:[\s.,;:!?)]|$)/.test(line)
  );
}
