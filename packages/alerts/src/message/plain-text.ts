// String sequences (OSC, DCS, SOS, PM, APC) up to their end; then CSI; then other escapes.
const ESCAPES =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u0090\u0098\u009C-\u009F]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|\u001B[ -/]*[0-~]?/g;
// What nobody sees, and what turns the writing direction.
const INVISIBLES =
  /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;
// oxlint-disable-next-line no-control-regex
const BLANKS = /[\s\u0000-\u001F\u007F-\u009F]+/g;

/** `text` with at most `maxLength` UTF-16 units, of which the last is `…` where something was cut off. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxLength - 2)) ? maxLength - 2 : maxLength - 1;
  return `${text.slice(0, end)}…`;
}

/**
 * `text` from outside as one line that means nothing but itself: without terminal sequences, control characters, invisible
 * characters and those that turn the writing direction; blanks and line ends are single spaces. Markup of chat programs is left
 * as it is: each channel escapes it in its own way.
 */
export function plainText(text: string, maxLength: number): string {
  // What is dropped may be long; what is looked at is bounded all the same.
  const looked = text.slice(0, maxLength * 16);
  const line = looked
    .replace(ESCAPES, "")
    .replace(LONE_SURROGATES, "\uFFFD")
    .replace(INVISIBLES, "")
    .replace(BLANKS, " ")
    .trim();
  return truncate(looked.length < text.length && line.length <= maxLength ? `${line}…` : line, maxLength);
}
