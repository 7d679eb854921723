import { suggest } from "@ai-workflow/engine";
import type { Command, CommanderError } from "commander";
import { calledElsewhere } from "./called-elsewhere.ts";
import { errorLink } from "./error-link.ts";
import { printable } from "./printable.ts";

/** Why, by commander's code, where its message does not say it. */
const REASONS: Readonly<Record<string, (command: string) => string>> = {
  "commander.unknownCommand": (command) => `\`${command}\` has no such command`,
  "commander.unknownOption": (command) => `\`${command}\` has no such option`,
  "commander.missingArgument": (command) => `\`${command}\` cannot do without it`,
  "commander.missingMandatoryOptionValue": (command) => `\`${command}\` cannot do without it`,
  "commander.optionMissingArgument": () => "the option has no meaning without a value",
  "commander.conflictingOption": () => "the two contradict each other",
  "commander.error": () => "without the other it would have no effect",
};

/** What to print for arguments that make no sense: what, why, what to do, where there is more. */
export function renderUsageError(
  { message, code }: CommanderError,
  program: Command,
  words: readonly string[],
): string {
  const [, said = "", meant] = /^(?:error: )?(.*?)(?:\n\(Did you mean (.*)\?\))?$/s.exec(message.trim()) ?? [];
  const { command, known } = commandOf(program, words);
  const [what = "", ...sentences] = said.split(/(?<=is invalid(?: for argument '[^']*')?|for '[^']*')\. /);
  const reason = sentences.join(". ") || REASONS[code]?.(command);
  const [, unknown] = /^unknown (?:command|option) '(.*)'$/s.exec(said) ?? [];
  const elsewhere = unknown === undefined ? undefined : calledElsewhere(unknown, known);
  const nearest = elsewhere ?? meant?.replace(/^one of /, "") ?? nearestChoice(said);
  const asStep = code === "commander.unknownCommand" && command === "ai-workflow";
  return [
    `ai-workflow: ${printable(what)}`,
    ...(reason === undefined ? [] : [`  why: ${printable(reason)}`]),
    nearest === undefined
      ? `  ${asStep ? "`ai-workflow run <step>` runs a step; " : ""}\`${command} --help\` says what ${command === "ai-workflow" ? "there is" : "it takes"}`
      : `  Did you mean ${printable(nearest)}?`,
    errorLink("CLI_USAGE"),
    "",
  ].join("\n");
}

/** The command that the words name, as it is written in full, and the names of its options and commands. */
function commandOf(
  program: Command,
  words: readonly string[],
): { readonly command: string; readonly known: readonly string[] } {
  let command = program;
  const names = [program.name()];
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    names.push(word);
    command = next;
  }
  const options = command.options.map(({ long }) => long ?? "");
  const commands = command.commands.map((one) => one.name());
  return { command: names.join(" "), known: [...options, ...commands] };
}

/** Of a value that is none of the choices the one that was meant. */
function nearestChoice(said: string): string | undefined {
  const [, value, choices] =
    /(?:argument|value) '(.*)' is invalid(?: for argument '[^']*')?\. Allowed choices are (.+)\.$/s.exec(said) ?? [];
  return value === undefined || choices === undefined ? undefined : suggest(value, choices.split(", "));
}
