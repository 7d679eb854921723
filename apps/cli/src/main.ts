import { RUN_DEFAULTS } from "./commands/run-defaults.ts";
import { watchOutput } from "./process/watch-output.ts";

/** Runs the program on the arguments of this process and sets its exit code. */
export async function main(): Promise<void> {
  watchOutput();
  try {
    if (isBareRun(process.argv.slice(2), process.env)) {
      const { runCommand } = await import("./commands/run.ts");
      await runCommand([], RUN_DEFAULTS);
    } else {
      const { runProgram } = await import("./program.ts");
      await runProgram(process.argv);
    }
  } catch (error) {
    const { renderError } = await import("./render/error.ts");
    const { text, exitCode } = renderError(error);
    process.stderr.write(text);
    process.exitCode = exitCode;
  }
}

/** `ai-workflow run` alone leaves nothing to parse, and the parser takes longer to load than such a run may take. */
function isBareRun(words: readonly string[], environment: NodeJS.ProcessEnv): boolean {
  return words.length === 1 && words[0] === "run" && environment["MAX_PARALLEL_JOBS"] === undefined;
}
