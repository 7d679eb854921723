// String sequences (OSC, DCS, SOS, PM, APC) up to their end; then CSI; then other escapes.
const ESCAPES =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|\u001B[ -/]*[0-~]?/g;
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const LINE_COMMAND = /^([\s\u200B-\u200D\u2060\uFEFF]*):(?=:)/gm;
const BRACKET_COMMAND = /#(?=#(?:\[|vso\[))/gi;

/**
 * `text` as it may be printed: without terminal escape sequences, control characters (line feeds and tabs stay) and
 * characters that turn the writing direction; lines that a CI runner would obey (`::command`, `##[command]`,
 * `##vso[command]`) are broken up with a space. Doing it twice changes nothing more.
 *
 * Sources: ECMA-48 for the sequences; GitHub Actions and Azure Pipelines documentation for the commands.
 */
export function stripTerminalControls(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(ESCAPES, "")
    .replace(CONTROLS, "")
    .replace(LINE_COMMAND, "$1: ")
    .replace(BRACKET_COMMAND, "# ");
}
