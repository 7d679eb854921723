import type { ModelAnswer } from "./cache-entry.ts";

/** Whether an answer is what was asked for. `undefined`: every answer is. */
export type AnswerCheck = ((answer: ModelAnswer) => boolean) | undefined;

/** Whether `check` accepts `answer`; a check that stumbles over an answer has not accepted it. */
export function accepts(check: AnswerCheck, answer: ModelAnswer): boolean {
  try {
    return check === undefined || check(answer);
  } catch {
    return false;
  }
}
