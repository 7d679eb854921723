import { scriptsOf, type Table } from "../../project/read-data.ts";

/** How a repository calls markdownlint itself. */
export interface LinterCommand {
  /** Path of the configuration that the call names. */
  readonly config: string | undefined;
  /** Where in that file the configuration stands, as a JSON pointer. */
  readonly pointer: string | undefined;
}

const CALL = /\bmarkdownlint(?:-cli2?)?(?:\s|$)/;
const WORD = /"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g;

/**
 * Reads the first call of markdownlint out of the scripts of a manifest; `undefined` where none calls it. Where several do, the first that
 * names a configuration is taken. Pure.
 */
export function readCommand(manifest: Table): LinterCommand | undefined {
  const calls = [...scriptsOf(manifest).values()]
    .flatMap((script) => script.split(/&&|\|\||;|\|/))
    .filter((command) => CALL.test(command))
    .map((command) => {
      const words = [...command.matchAll(WORD)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
      return { config: valueOf(words, ["--config", "-c"]), pointer: valueOf(words, ["--configPointer"]) };
    });
  return calls.find(({ config }) => config !== undefined) ?? calls[0];
}

function valueOf(words: readonly string[], names: readonly string[]): string | undefined {
  for (const [place, word] of words.entries()) {
    if (names.includes(word)) return words[place + 1];
    const name = names.find((one) => word.startsWith(`${one}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return undefined;
}
