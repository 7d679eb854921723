import { displayWidth } from "./display-width.ts";

/** The text with its lines broken between words where they are wider than the terminal; what follows begins with two spaces. Pure. */
export function wrapWords(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => {
      let width = 0;
      return line.replace(/ *[^ ]+ */g, (word) => {
        const fits = width === 0 || width + displayWidth(word.trimEnd()) <= columns;
        width = (fits ? width : 2) + displayWidth(word);
        return fits ? word : `\n  ${word.trimStart()}`;
      });
    })
    .join("\n")
    .replace(/ +\n/g, "\n");
}
