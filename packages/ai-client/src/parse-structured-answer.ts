/** What a check says of a value: the typed value, or what is wrong with it. */
export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks a value of unknown shape. A check that throws has refused. */
export type Validate<T> = (value: unknown) => Validation<T>;

const FENCED_BLOCK = /^[ \t]*```[ \t]*(?:json)?[ \t]*\r?\n(.*?)^[ \t]*```[ \t]*$/gims;

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/**
 * The value that a model's answer holds, checked by `validate`. The answer must be JSON, or text around exactly one fenced
 * block of JSON; which of several blocks is meant is not guessed.
 */
export function parseStructuredAnswer<T>(text: string, validate: Validate<T>): Validation<T> {
  let parsed = parseJson(text);
  if (parsed === undefined) {
    const blocks = Array.from(text.matchAll(FENCED_BLOCK), (match) => parseJson(match[1] ?? ""));
    const readable = blocks.filter((block) => block !== undefined);
    if (readable.length > 1) return { ok: false, problems: ["The answer holds more than one JSON block"] };
    parsed = readable[0];
  }
  if (parsed === undefined) return { ok: false, problems: ["The answer is not JSON"] };
  try {
    return validate(parsed.value);
  } catch {
    return { ok: false, problems: ["The answer does not have the expected shape"] };
  }
}
