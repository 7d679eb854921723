import { parseStructuredAnswer, type Validation } from "../answers/parse-structured-answer.ts";

function readItems(value: unknown): Validation<readonly unknown[]> {
  const items: unknown = typeof value === "object" && value !== null && "items" in value ? value.items : undefined;
  return Array.isArray(items) ? { ok: true, value: items } : { ok: false, problems: ["There is no list `items`"] };
}

/**
 * The answers in a packed answer, by id. What has no id of `ids`, has no answer, or shares its id with another item is left
 * out: which of two is meant is not guessed. Nothing when the answer is not of the form.
 */
export function unpackAnswers(text: string, ids: readonly string[]): ReadonlyMap<string, unknown> {
  const items = parseStructuredAnswer(text, readItems);
  const answers = new Map<string, unknown>();
  if (!items.ok) return answers;
  const known = new Set(ids);
  const seen = new Set<string>();
  for (const item of items.value) {
    if (typeof item !== "object" || item === null || !Object.hasOwn(item, "id")) continue;
    const { id, answer } = item as { readonly id: unknown; readonly answer?: unknown };
    if (typeof id !== "string" || !known.has(id)) continue;
    if (seen.has(id)) answers.delete(id);
    else if (Object.hasOwn(item, "answer")) answers.set(id, answer);
    seen.add(id);
  }
  return answers;
}

/** The texts that `answer` may stand for as the answer to a question alone, in the order to try them. */
export function readAnswerTexts(answer: unknown, isStructured: boolean): readonly string[] {
  if (!isStructured) return typeof answer === "string" ? [answer] : [];
  // Some models put the JSON of an answer into a string.
  return typeof answer === "string" ? [JSON.stringify(answer), answer] : [JSON.stringify(answer)];
}
