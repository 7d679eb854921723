import { stripVTControlCharacters } from "node:util";

/** What begins a line that GitHub takes for a command (`::error::`): it looks past white space. */
const LINE_COMMAND = /^([^\S\n]*):(?=:)/gm;
/** What GitHub (`##[error]`) and Azure Pipelines (`##vso[...]`) take for a command wherever in a line it stands. */
const BRACKET_COMMAND = /#(?=#[a-z]*\[)/gi;

/** Text that is safe on one line of a terminal and in CI: control characters, also bidirectional ones, are shown as escapes, commands to CI are broken up with a space. */
export function printable(text: string): string {
  const escaped = text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`,
  );
  return withoutCommands(escaped);
}

/** Characters of a message that are printed; the record has all. */
const MAX_MESSAGE = 2_000;

/** {@link printable}, cut where it is longer than anybody reads, such as a file in one line. */
export function printableMessage(text: string): string {
  const more = text.length - MAX_MESSAGE;
  return more <= 0 ? printable(text) : `${printable(text.slice(0, MAX_MESSAGE))}… and ${more} more characters`;
}

/**
 * A step's output made safe for a terminal and for CI: escape sequences and what turns the direction of text go, line breaks and tabs stay,
 * and what CI would take for a command of ours is broken up with a space.
 */
export function printableLog(text: string): string {
  const plain = stripVTControlCharacters(text)
    .replace(/\r\n/g, "\n")
    .replace(/[^\P{Cc}\n\t]|[\u2028-\u202E\u2066-\u2069]/gu, "");
  return withoutCommands(plain);
}

// Sources: actions/runner, ActionCommand.cs; the logging commands of Azure Pipelines.
function withoutCommands(text: string): string {
  return text.replace(LINE_COMMAND, "$1: ").replace(BRACKET_COMMAND, "# ");
}
