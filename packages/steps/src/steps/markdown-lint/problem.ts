import { isTable } from "../../project/read-data.ts";

/** A problem as markdownlint tells it. */
export interface MarkdownProblem {
  /** Relative to the target, with `/`. */
  readonly file: string;
  readonly line: number;
  /** Such as `MD018` and `no-missing-space-atx`; rules of the repository's own may have others. */
  readonly ruleNames: readonly string[];
  readonly description: string;
  readonly detail: string | undefined;
  /** The text that it is about. */
  readonly excerpt: string | undefined;
  readonly isWarning: boolean;
  /** How it is mended, as markdownlint's `applyFixes` takes it. */
  readonly fixInfo: FixInfo | undefined;
}

/** Parts of one line that change. */
export interface FixInfo {
  readonly lineNumber?: number | undefined;
  readonly editColumn?: number | undefined;
  readonly deleteCount?: number | undefined;
  readonly insertText?: string | undefined;
}

/** Reads what markdownlint's programs tell in any of their versions; what is no problem is left out. */
export function readProblems(told: unknown): readonly MarkdownProblem[] {
  if (!Array.isArray(told)) return [];
  return told.flatMap((one: unknown) => {
    if (!isTable(one)) return [];
    const { fileName, lineNumber, ruleNames, ruleDescription, errorDetail, errorContext, severity, fixInfo } = one;
    if (typeof fileName !== "string" || typeof lineNumber !== "number") return [];
    const names = Array.isArray(ruleNames) ? ruleNames.filter((name) => typeof name === "string") : [];
    return [
      {
        file: fileName,
        line: lineNumber,
        ruleNames: names.length > 0 ? names : ["markdownlint"],
        description: textOf(ruleDescription) ?? "",
        detail: textOf(errorDetail),
        excerpt: textOf(errorContext),
        isWarning: severity === "warning",
        fixInfo: isTable(fixInfo) ? fixInfo : undefined,
      },
    ];
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
