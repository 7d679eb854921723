import { listRuns } from "@ai-workflow/engine";
import type { Command } from "commander";
import { completeWords, describeWord, type KnownNames } from "../completion/complete-words.ts";
import { readTarget } from "../target/read-target.ts";

/** Runs that are offered at most. */
const MAX_RUNS = 20;
/** Stands for names of files among the words that a shell is answered; no word of ours begins with a colon. */
const FILES = ":files";

/**
 * `ai-workflow complete`: what a shell asks. Prints a word a line, with what it does behind a tab where that is asked for, and never an error, for that would stand in the middle of what is being
 * written.
 */
export async function completeCommand(
  program: Command,
  given: readonly string[],
  { line, describe = false }: { readonly line?: string; readonly describe?: boolean },
): Promise<void> {
  const words = line === undefined ? given : line.split(/\s+/).slice(1);
  const at = words.indexOf("--target");
  const target = at === -1 ? undefined : words[at + 1];
  const names = async (list: () => Promise<readonly string[]>): Promise<readonly string[]> => {
    try {
      return await list();
    } catch {
      // Without a configuration, or with one that is wrong, no name is known.
      return [];
    }
  };
  const known: KnownNames = {
    steps: () => names(async () => [...(await readTarget(target)).workflow.steps.keys()]),
    stages: () => names(async () => (await readTarget(target)).workflow.stages.map(({ id }) => id)),
    runs: () =>
      names(async () =>
        listRuns({ directory: (await readTarget(target)).directory, limit: MAX_RUNS }).map(({ runId }) => runId),
      ),
  };
  const { words: found, files } = await completeWords(program, words.length === 0 ? [""] : words, known);
  const described = found.map((word) => {
    const about = describe ? describeWord(program, words, word) : undefined;
    return about === undefined ? word : `${word}\t${about}`;
  });
  process.stdout.write([...described, ...(files ? [FILES] : [])].map((word) => `${word}\n`).join(""));
}
