import { printable } from "../render/printable.ts";

/** What a line that somebody typed means: an answer, or why it is none. */
export type AnswerChoice<T extends string> = { readonly answer: T } | { readonly refusal: string };

/** Finds the answer that a line is, or is the beginning of; an empty line is the default. Case does not matter. Pure. */
export function chooseAnswer<T extends string>(line: string, answers: readonly T[], byDefault: T): AnswerChoice<T> {
  const typed = line.trim().toLowerCase();
  if (typed === "") return { answer: byDefault };
  const exact = answers.find((answer) => answer === typed);
  if (exact !== undefined) return { answer: exact };
  const meant = answers.filter((answer) => answer.startsWith(typed));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return { answer: only };
  return {
    refusal:
      meant.length === 0
        ? `"${printable(line.trim())}" is none of the answers: ${answers.join(", ")}`
        : `"${printable(line.trim())}" may be ${meant.slice(0, -1).join(", ")} or ${meant.at(-1) ?? ""}`,
  };
}
