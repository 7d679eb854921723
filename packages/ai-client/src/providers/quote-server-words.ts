import { shorten } from "./failed-answer.ts";

/** What must not appear in a message. */
export interface PrivateTexts {
  /** Keys and other header values that authenticate. */
  readonly secrets: readonly string[];
  /** Prompt and system instructions. */
  readonly texts: readonly string[];
}

const MAX_QUOTE_LENGTH = 200;
const SHARED_LENGTH = 20;
/** Texts that look like keys, wherever they stand. */
export const KEY_LIKE: RegExp =
  /\b(?:sk|pk|rk|xai|gsk|hf|ghp|gho|github_pat)[-_][\w*.-]{6,}|\bAIza[\w*-]{8,}|\bBearer\s+\S+/g;

/**
 * A server's words as they may stand in a message: short, on one line, keys blotted out.
 *
 * @returns `undefined` when they repeat 20 or more characters of a prompt, or when nothing is left
 */
export function quoteServerWords(
  words: string,
  { secrets, texts }: PrivateTexts,
  maxLength: number = MAX_QUOTE_LENGTH,
): string | undefined {
  let quote = words.slice(0, 16 * maxLength);
  for (const secret of secrets) if (secret.length >= 4) quote = quote.replaceAll(secret, "***");
  quote = shorten(quote.replace(KEY_LIKE, "***"), maxLength);
  if (quote === "") return undefined;
  // A prompt is repeated with its line breaks, with escaped ones or in one line: compare without white space.
  const squeeze = (text: string): string => text.replace(/\\[nrt]|\s+/g, "");
  const squeezed = squeeze(quote);
  const squeezedTexts = texts.map(squeeze);
  for (let start = 0; start + SHARED_LENGTH <= squeezed.length; start += 1) {
    const part = squeezed.slice(start, start + SHARED_LENGTH);
    if (squeezedTexts.some((text) => text.includes(part))) return undefined;
  }
  return quote;
}
