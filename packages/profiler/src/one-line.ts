/**
 * Keeps a text on one line of a terminal or a document: control characters, Unicode line ends, marks that change the direction of text and
 * halves of characters are written as escapes.
 */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${hex}`;
  });
}
