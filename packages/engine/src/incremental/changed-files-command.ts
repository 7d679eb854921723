import { quoteForShell } from "@ai-workflow/change-detection";

/** Word of a command that stands for the changed files. */
const PLACEHOLDER = "{changed_files}";

/** Variable that names a file with the changed files. */
export const CHANGED_FILES_VARIABLE = "WORKFLOW_CHANGED_FILES";

/**
 * Bytes of a command with its files: the shell is given it as one argument, and Linux takes 128 KiB for one, of which the line that joins
 * the group of processes and more is left room for.
 */
const LIMIT_BYTES = 120_000;

/** Files are given room of at least so many bytes, however long the command is. */
const LEAST_ROOM_BYTES = 20_000;

/** Whether a command asks for the changed files alone. */
export function asksForChangedFiles(command: string): boolean {
  return command.includes(PLACEHOLDER) || command.includes(CHANGED_FILES_VARIABLE);
}

/** Whether a command has a place for them, rather than reading the list. */
export function takesFilesAsWords(command: string): boolean {
  return command.includes(PLACEHOLDER);
}

/** What is wrong with the place where a command has its files; `undefined`: nothing. */
export function changedFilesProblem(command: string): string | undefined {
  const at = command.indexOf(PLACEHOLDER);
  if (at < 0) return undefined;
  if (command.includes(PLACEHOLDER, at + 1)) return `\`${PLACEHOLDER}\` stands there twice`;
  if (isQuoted(command, at)) return `\`${PLACEHOLDER}\` must not be quoted: each file becomes a word of its own`;
  const before = command.charAt(at - 1);
  const after = command.charAt(at + PLACEHOLDER.length);
  if (/^[^\s;|&(]$/.test(before) || /^[^\s;|&)<>]$/.test(after)) return `\`${PLACEHOLDER}\` must be a word of its own`;
  return undefined;
}

/**
 * The command for each batch of files, in order: as few as its limit of length allows, and one alone where the command has no place for
 * them. Each file is one word, whatever its name holds; one that begins with a dash gets `./` before it.
 *
 * @param files - paths relative to the working directory of the command; at least one
 */
export function fillInChangedFiles(
  command: string,
  files: readonly string[],
  limitBytes: number = LIMIT_BYTES,
): readonly string[] {
  const [before = "", after] = command.split(PLACEHOLDER);
  if (after === undefined) return [command];
  const room = Math.max(LEAST_ROOM_BYTES, limitBytes - Buffer.byteLength(command));
  const batches: string[] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const file of files) {
    const word = quoteForShell([file]);
    const more = Buffer.byteLength(word) + 1;
    if (batch.length > 0 && bytes + more > room) {
      batches.push(batch.join(" "));
      batch = [];
      bytes = 0;
    }
    batch.push(word);
    bytes += more;
  }
  batches.push(batch.join(" "));
  return batches.map((words) => before + words + after);
}

/** Whether a place of a command lies between quotes. */
function isQuoted(command: string, at: number): boolean {
  let quote = "";
  for (let index = 0; index < at; index++) {
    const character = command.charAt(index);
    if (character === "\\" && quote !== "'") index++;
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = "";
  }
  return quote !== "";
}
