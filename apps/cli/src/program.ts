import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { RUN_DEFAULTS } from "./commands/run-defaults.ts";
import { parseConcurrency } from "./concurrency.ts";
import { EXIT } from "./exit-code.ts";
import { VERSION } from "./version.ts";

/** Options with an optional value take it only behind `=`, so that `run --dry-run test` names a step. */
const OPTIONAL_VALUES: Readonly<Record<string, string>> = {
  "--dry-run": "--dry-run=text",
  "--continue": "--continue=dependencies-successful",
};

function withValue(argument: string): string {
  return OPTIONAL_VALUES[argument] ?? argument;
}

/** Parses the arguments and runs the command they name; wrong ones end with a message and an exit code. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    // An empty variable is an unset one.
    if (process.env["MAX_PARALLEL_JOBS"] === "") delete process.env["MAX_PARALLEL_JOBS"];
    await createProgram().parseAsync(argv.map(withValue));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has printed the message or the help already.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

/** The command line as a commander program; each command's code is loaded when it is called. */
function createProgram(): Command {
  const program = new Command("ai-workflow")
    .description("Runs a repository's pipeline, and of it only what a change needs.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showSuggestionAfterError(true)
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride();

  program
    .command("run")
    .description("run the steps that the change needs")
    .argument("[steps...]", "only these steps")
    .addOption(new Option("--steps <list>", "only these steps, separated by commas").argParser(parseList))
    .addOption(
      new Option(
        "--target <dir>",
        "directory that holds the configuration (default: here or the nearest above)",
      ).argParser(parseText),
    )
    .addOption(new Option("--base <ref>", "compare with this commit, branch or tag").argParser(parseText))
    .addOption(new Option("--since <ref>", "the same as --base").argParser(parseText).conflicts("base"))
    .option("--force", "run every step, whatever is proved")
    .option("--baseline", "all optimisations and every cache off")
    .option("--smart-execution", "skip and replay what the change cannot affect (default: as configured)")
    .option("--no-smart-execution", "run every step")
    .option("--parallel", "run independent steps at the same time (default: as configured)")
    .option("--no-parallel", "one step at a time")
    .option("--multi-stage", "pass stages with gates (default: as configured)")
    .option("--no-multi-stage", "ignore stages")
    .option("--manual-trigger", "start stages that wait for a person")
    .addOption(
      new Option("--concurrency <n>", "steps at the same time, a number or a share of the CPUs such as 50%")
        .env("MAX_PARALLEL_JOBS")
        .argParser(parseConcurrency),
    )
    .addOption(
      new Option("--continue [policy]", "what goes on after a failure")
        .choices(["never", "dependencies-successful", "always"])
        .default(RUN_DEFAULTS.continue),
    )
    .addOption(new Option("--dry-run [format]", "decide and explain, run nothing").choices(["text", "json"]))
    .addOption(
      new Option("--output-logs <which>", "whose output is printed")
        .choices(["full", "new-only", "errors-only", "none"])
        .default(RUN_DEFAULTS.outputLogs),
    )
    .addOption(
      new Option("--inconclusive <as>", "what a run without an answer counts as")
        .choices(["pass", "fail", "report"])
        .default(RUN_DEFAULTS.inconclusive),
    )
    .option("--require-complete", "exit with 3 when steps were left out (a stage waits)")
    .addOption(new Option("--json", "print events as JSON lines").conflicts(["quiet", "verbose"]))
    .addOption(new Option("--quiet", "print only what went wrong").conflicts("verbose"))
    .option("--verbose", "print the reason of every decision")
    .action(async (steps: string[], options: object) => {
      const { runCommand } = await import("./commands/run.ts");
      await runCommand(steps, options);
    });
  return program;
}

function parseText(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

function parseList(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Give names separated by commas.");
  return names;
}
