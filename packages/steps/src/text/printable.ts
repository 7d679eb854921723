/** The text on one line with nothing that a terminal obeys: control characters and what turns the direction of text become escapes. Pure. */
export function printable(text: string, maxLength: number = 200): string {
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  const escaped = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) =>
    character === "\n" || character === "\t" ? " " : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return escaped.length > maxLength ? `${escaped.slice(0, maxLength - 1)}…` : escaped;
}
