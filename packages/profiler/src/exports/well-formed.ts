/**
 * Gives `text` without halves of surrogate pairs: they cannot be written as UTF-8 and stop strict readers. Each becomes U+FFFD.
 */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, "\uFFFD");
}
