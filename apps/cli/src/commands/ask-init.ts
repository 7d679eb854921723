import { createInterface } from "node:readline";
import { CancelledError } from "../cancelled-error.ts";
import { wrapWords } from "../render/wrap-words.ts";

/** A question with the answers that it takes. */
export interface Question<T extends string> {
  readonly text: string;
  readonly answers: readonly T[];
  /** What an empty answer means. */
  readonly byDefault: T;
}

/** Asks a person at the terminal. */
export interface Asker extends Disposable {
  /** Asks until the answer is one of those, or the beginning of exactly one. Rejects with {@link CancelledError} on Ctrl-C and Ctrl-D. */
  readonly ask: <T extends string>(question: Question<T>) => Promise<T>;
}

/** Opens the terminal for questions; what is typed ahead is kept for the next one. */
export function createAsker(): Asker {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const lines: string[] = [];
  let waiting: { readonly resolve: (line: string) => void; readonly reject: (error: unknown) => void } | undefined;
  let closed = false;
  terminal.on("line", (line) => {
    if (waiting === undefined) lines.push(line);
    else waiting.resolve(line);
    waiting = undefined;
  });
  terminal.on("SIGINT", () => terminal.close());
  terminal.on("close", () => {
    closed = true;
    if (waiting === undefined) return;
    // What follows is no part of the question's line.
    process.stderr.write("\n");
    waiting.reject(cancelled());
  });
  const read = (text: string): Promise<string> => {
    process.stderr.write(text);
    const [line] = lines.splice(0, 1);
    if (line !== undefined) return Promise.resolve(line);
    if (closed) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => (waiting = { resolve, reject }));
  };
  return {
    ask: async ({ text, answers, byDefault }) => {
      for (;;) {
        const asked = `${text} (${answers.join(", ")}) [${byDefault}] `;
        const line = (await read(wrapWords(asked, process.stderr.columns || 80))).trim().toLowerCase();
        if (line === "") return byDefault;
        const exact = answers.find((answer) => answer === line);
        const [meant, ...others] = answers.filter((answer) => answer.startsWith(line));
        if (exact !== undefined) return exact;
        if (meant !== undefined && others.length === 0) return meant;
        process.stderr.write("That is none of the answers.\n");
      }
    },
    [Symbol.dispose]: () => terminal.close(),
  };
}

function cancelled(): CancelledError {
  return new CancelledError("SIGINT");
}
