import { createInterface } from "node:readline";
import { CancelledError } from "../cancelled-error.ts";
import { printable } from "../render/printable.ts";
import { wrapWords } from "../render/wrap-words.ts";
import { chooseAnswer } from "./choose-answer.ts";

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
  let show = (): void => {};
  let closed = false;
  terminal.on("line", (line) => {
    if (waiting === undefined) lines.push(line);
    else waiting.resolve(line);
    waiting = undefined;
  });
  terminal.on("SIGINT", () => terminal.close());
  // After Ctrl-Z and `fg` what the shell said stands below the question.
  terminal.on("SIGCONT", () => {
    if (waiting !== undefined) show();
  });
  terminal.on("close", () => {
    closed = true;
    if (waiting === undefined) return;
    // What follows is no part of the question's line.
    process.stderr.write("\n");
    waiting.reject(cancelled());
  });
  const read = (text: string): Promise<string> => {
    const [line] = lines.splice(0, 1);
    if (line !== undefined) {
      process.stderr.write(`${wrapped(text)}${printable(line)}\n`);
      return Promise.resolve(line);
    }
    if (closed) return Promise.reject(cancelled());
    show = () => {
      // Only the line that is typed in is drawn again with each key.
      const [, above = "", prompt = ""] = /^([^]*\n)?(.*)$/.exec(wrapped(text)) ?? [];
      process.stderr.write(above);
      terminal.setPrompt(prompt);
      terminal.prompt(true);
    };
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      show();
    });
  };
  return {
    ask: async ({ text, answers, byDefault }) => {
      let asked = `${text} (${answers.join(", ")}) [${byDefault}] `;
      for (;;) {
        const choice = chooseAnswer(await read(asked), answers, byDefault);
        if ("answer" in choice) return choice.answer;
        // The whole question stands a few lines above.
        asked = `${choice.refusal}\n[${byDefault}] `;
      }
    },
    [Symbol.dispose]: () => terminal.close(),
  };
}

function wrapped(text: string): string {
  return wrapWords(text, process.stderr.columns || 80);
}

function cancelled(): CancelledError {
  return new CancelledError("SIGINT", "cancelled; nothing was written");
}
