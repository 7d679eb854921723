/** The longest answer that is parsed, in UTF-16 code units. */
export const MAX_ANSWER_LENGTH = 4_000_000;
/** How deep an answer may be nested. */
export const MAX_ANSWER_DEPTH = 100;
/** How many values an answer may hold, containers included. */
export const MAX_ANSWER_VALUES = 100_000;

/** What a check says of a value: the typed value, or what is wrong with it. */
export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks a value of unknown shape. A check that throws has refused. */
export type Validate<T> = (value: unknown) => Validation<T>;

const FENCE = /^[ \t]*```[ \t]*([^`\r\n]*)$/;

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** The text in each fenced block of JSON or of nothing said, one pass over the lines. A block that is never closed is none. */
function readFencedJson(text: string): string[] {
  const blocks: string[] = [];
  let open: { readonly isJson: boolean; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const info = FENCE.exec(line)?.[1]?.trim().toLowerCase();
    if (open === undefined) {
      if (info !== undefined) open = { isJson: info === "" || info === "json", lines: [] };
    } else if (info === "") {
      if (open.isJson) blocks.push(open.lines.join("\n"));
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return blocks;
}

/** What is too much in `value`, found without recursion, as a recursive check could run out of stack. */
function findExcess(value: unknown): string | undefined {
  let level: unknown[] = [value];
  let valueCount = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_ANSWER_DEPTH) return `The answer is nested deeper than ${MAX_ANSWER_DEPTH} levels`;
    valueCount += level.length;
    if (valueCount > MAX_ANSWER_VALUES) return `The answer holds more than ${MAX_ANSWER_VALUES} values`;
    level = level.flatMap((item) =>
      typeof item === "object" && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return undefined;
}

/**
 * The value that a model's answer holds, checked by `validate`. The answer must be JSON, or text around exactly one fenced
 * block of JSON; which of several blocks is meant is not guessed. Answers beyond {@link MAX_ANSWER_LENGTH},
 * {@link MAX_ANSWER_DEPTH} or {@link MAX_ANSWER_VALUES} are refused. A key `__proto__` is a key like others and changes no
 * prototype.
 */
export function parseStructuredAnswer<T>(text: string, validate: Validate<T>): Validation<T> {
  if (text.length > MAX_ANSWER_LENGTH) {
    return { ok: false, problems: [`The answer is longer than ${MAX_ANSWER_LENGTH} characters`] };
  }
  let parsed = parseJson(text);
  if (parsed === undefined) {
    const readable = readFencedJson(text)
      .map(parseJson)
      .filter((block) => block !== undefined);
    if (readable.length > 1) return { ok: false, problems: ["The answer holds more than one JSON block"] };
    parsed = readable[0];
  }
  if (parsed === undefined) return { ok: false, problems: ["The answer is not JSON"] };
  const excess = findExcess(parsed.value);
  if (excess !== undefined) return { ok: false, problems: [excess] };
  try {
    return validate(parsed.value);
  } catch {
    return { ok: false, problems: ["The answer does not have the expected shape"] };
  }
}
