import { stripVTControlCharacters } from "node:util";
import { eastAsianWidth } from "get-east-asian-width";

/** What fills a column a character, as nearly everything does. */
const PLAIN = /^[\u0020-\u007E]*$/;

/** What joins the character before it and fills no column of its own. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;

/** What is drawn as a picture, two columns wide. */
const PICTURE = /^\p{Emoji_Presentation}|\uFE0F/u;

let segmenter: Intl.Segmenter | undefined;

/** Columns that a text fills on a terminal. Escape sequences fill none, East Asian wide characters and pictures two, accents that join a letter none. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of charactersOf(stripVTControlCharacters(text))) width += characterWidth(character);
  return width;
}

/** A text with spaces behind it up to a width in columns; one that is wider stays as it is. */
export function padColumns(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

/** A text without escape sequences that is no wider than so many columns, with `…` where something is missing. */
export function cutColumns(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let left = columns - 1;
  for (const character of charactersOf(text)) {
    left -= characterWidth(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Characters as people see them: a letter with its accents, a picture with what it is joined from. */
function* charactersOf(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

function characterWidth(character: string): number {
  if (ZERO.test(character)) return 0;
  if (PICTURE.test(character)) return 2;
  return eastAsianWidth(character.codePointAt(0) ?? 0);
}
