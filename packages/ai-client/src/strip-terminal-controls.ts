// String sequences (OSC, DCS, SOS, PM, APC) up to their end; then CSI; then other escapes. No alternative can start inside the body
// of another, so that each character is looked at a bounded number of times.
const ESCAPES =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u0090\u0098\u009C-\u009F]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|\u001B[ -/]*[0-~]?/g;
// C0 but line feed and tab, C1, separators of lines, marks that turn the writing direction.
const CONTROLS =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
// What nobody sees and a text can hide other text in: zero-width spaces, invisible operators, annotations, tags.
const INVISIBLES = /[\u180E\u200B\u2060-\u2064\u206A-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
const JOINERS = /[\u200C\u200D]+/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const LINE_COMMAND = /^([^\S\n]*):(?=:)/gm;
const BRACKET_COMMAND = /#(?=#[a-z]*\[)/gi;
const SECTION_COMMAND = /section_(?:start|end)(?=:)/gi;

// Joiners belong to emoji and to scripts such as Persian; beside ASCII, or at the edge of a text, they only hide something.
function keepJoiners(joiners: string, offset: number, text: string): string {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset + joiners.length);
  return before > 0x7f && after > 0x7f ? joiners : "";
}

/**
 * `text` as it may be printed: without terminal escape sequences, control characters (line feeds and tabs stay; a carriage return is
 * a line feed), invisible characters and characters that turn the writing direction; half a surrogate pair is U+FFFD. Whatever a CI
 * runner would obey is broken up with a space: lines that start with `::command`, and `##[command]`, `##vso[command]`,
 * `##teamcity[command]` and `section_start:` anywhere. Doing it twice changes nothing more. Linear in the text.
 *
 * Sources: ECMA-48 for the sequences; the documentation of GitHub Actions, Azure Pipelines, TeamCity and GitLab for the commands.
 */
export function stripTerminalControls(text: string): string {
  return text
    .replace(LONE_SURROGATES, "\uFFFD")
    .replace(/\r\n?/g, "\n")
    .replace(ESCAPES, "")
    .replace(CONTROLS, "")
    .replace(INVISIBLES, "")
    .replace(JOINERS, keepJoiners)
    .replace(LINE_COMMAND, "$1: ")
    .replace(BRACKET_COMMAND, "# ")
    .replace(SECTION_COMMAND, "$& ");
}
