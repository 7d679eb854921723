import { createInterface } from "node:readline";

/** Asks the person at the terminal whether a stage may start. No answer is a no. */
export function askApproval(stage: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    // Ctrl-C and the end of the input close it; whatever was answered before stays.
    terminal.once("close", () => resolve(false));
    terminal.once("SIGINT", () => terminal.close());
    // After Ctrl-Z and `fg` the question stands above what the shell said, and nothing is heard until it is asked again.
    terminal.on("SIGCONT", () => terminal.prompt(true));
    terminal.question(`stage ${stage} waits for a person: start it now? [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      terminal.close();
    });
  });
}
