import type { Argument, Command, Option } from "commander";

/** Names that only a repository knows. */
export interface KnownNames {
  readonly steps: () => Promise<readonly string[]>;
  readonly stages: () => Promise<readonly string[]>;
  readonly runs: () => Promise<readonly string[]>;
}

/** What a word may be: these, and with `files` also the name of a file or folder. */
export interface Completion {
  readonly words: readonly string[];
  readonly files: boolean;
}

const NONE: Completion = { words: [], files: false };

/**
 * Says what the last word of a command line may become: a command, a flag that is not there yet, a value of a flag, a step, a stage or a
 * run. Reads the program as it is defined, so that nothing is listed twice.
 *
 * @param program - with all of its commands
 * @param words - what stands behind the name of the program; the last one is being written and may be empty
 */
export async function completeWords(
  program: Command,
  words: readonly string[],
  known: KnownNames,
): Promise<Completion> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const { command, rest } = descend(program, before);
  const options = command.options.filter(({ hidden }) => !hidden);

  const [, flag, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  const assigned = options.find(({ long }) => long === flag);
  if (flag !== undefined && value !== undefined && assigned !== undefined) {
    const { words: values, files } = await valuesOf(assigned, value, known);
    return { words: values.map((one) => `${flag}=${one}`), files };
  }
  const waiting = options.find(({ long, short, required }) => required && [long, short].includes(before.at(-1)));
  if (waiting !== undefined) return valuesOf(waiting, current, known);
  if (current.startsWith("-")) {
    const given = new Set(before.map((word) => word.replace(/=.*$/s, "")));
    const flags = options.flatMap(({ long, variadic }) =>
      typeof long === "string" && (variadic || !given.has(long)) ? [long] : [],
    );
    return matching([...flags, "--help"], current);
  }
  if (rest.length === 0 && command.commands.length > 0) {
    return matching(
      command.commands.filter((one) => !isHidden(one)).map((one) => one.name()),
      current,
    );
  }
  const operands = operandsIn(rest, options);
  const place = operands.length;
  const argument =
    command.registeredArguments[place] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
  if (argument === undefined) return NONE;
  const { words: values, files } = await argumentValues(argument, current, known);
  // Nobody names one of several twice.
  return { words: argument.variadic ? values.filter((one) => !operands.includes(one)) : values, files };
}

/** What a command or a flag among the completions of these words does; `undefined` for words of other kinds. */
export function describeWord(program: Command, words: readonly string[], word: string): string | undefined {
  const { command } = descend(program, words.slice(0, -1));
  return (
    command.options.find(({ long }) => long === word)?.description ??
    command.commands.find((one) => one.name() === word)?.description()
  );
}

/** Follows names of commands as far as they go. */
function descend(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  let command = program;
  let place = 0;
  for (; place < words.length; place += 1) {
    const next = command.commands.find((one) => one.name() === words[place]);
    if (next === undefined) break;
    command = next;
  }
  return { command, rest: words.slice(place) };
}

/** Words that are neither flags nor their values. */
function operandsIn(words: readonly string[], options: readonly Option[]): readonly string[] {
  return words.filter((word, index) => {
    if (word.startsWith("-")) return false;
    const previous = words[index - 1];
    return !options.some(
      ({ long, short, required }) => required && previous !== undefined && [long, short].includes(previous),
    );
  });
}

async function valuesOf(option: Option, current: string, known: KnownNames): Promise<Completion> {
  if (option.argChoices !== undefined) return matching(option.argChoices, current);
  const { flags } = option;
  if (/<(?:dir|file|format=file)>/.test(flags)) return { words: [], files: true };
  if (option.long === "--steps") {
    // Names separated by commas: the last one is being written.
    const [, head = "", tail = ""] = /^(.*,)?([^,]*)$/s.exec(current) ?? [];
    const given = new Set(head.split(","));
    const steps = (await known.steps()).filter((step) => step.startsWith(tail) && !given.has(step));
    return { words: steps.map((step) => head + step), files: false };
  }
  if (option.long === "--step") return matching(await known.steps(), current);
  if (/<run>/.test(flags)) return matching(["latest", ...(await known.runs())], current);
  return NONE;
}

async function argumentValues(argument: Argument, current: string, known: KnownNames): Promise<Completion> {
  if (argument.argChoices !== undefined) return matching(argument.argChoices, current);
  const name = argument.name();
  if (name === "step" || name === "steps") return matching(await known.steps(), current);
  if (name === "stage") return matching(await known.stages(), current);
  if (name === "run") return matching(["latest", ...(await known.runs())], current);
  return { words: [], files: true };
}

function matching(words: readonly string[], current: string): Completion {
  return { words: words.filter((word) => word.startsWith(current)), files: false };
}

/** Commander tells this by its help alone. */
function isHidden(command: Command): boolean {
  return (command as Command & { readonly _hidden?: boolean })._hidden === true;
}
