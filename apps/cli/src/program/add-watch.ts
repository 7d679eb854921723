import { type Command, Option } from "commander";
import { RUN_DEFAULTS } from "../commands/run-defaults.ts";
import { parseConcurrency } from "../concurrency.ts";
import { parseList, parseText, parseTime } from "./option-values.ts";
import { targetOption } from "./target-option.ts";

/** Adds `watch`. */
export function addWatch(program: Command): void {
  program
    .command("watch")
    .description("run the steps that a change needs, and again whenever something changes")
    .argument("[steps...]", "only these steps")
    .addOption(new Option("--steps <list>", "only these steps, separated by commas").argParser(parseList))
    .addOption(targetOption())
    .addOption(new Option("--base <ref>", "compare with this commit, branch or tag").argParser(parseText))
    .addOption(new Option("--since <ref>", "the same as --base").argParser(parseText).conflicts("base"))
    .addOption(
      new Option("--poll <time>", "look so often, such as 2s, instead of letting the system tell").argParser(parseTime),
    )
    .addOption(
      new Option("--concurrency <n>", "steps at the same time, a number or a share of the CPUs such as 50%")
        .env("MAX_PARALLEL_JOBS")
        .argParser(parseConcurrency),
    )
    .addOption(
      new Option("--continue [policy]", "what goes on after a failure").choices([
        "never",
        "dependencies-successful",
        "always",
      ]),
    )
    .addOption(
      new Option("--output-logs <which>", "whose output is printed")
        .choices(["full", "new-only", "errors-only", "none"])
        .default(RUN_DEFAULTS.outputLogs),
    )
    .addOption(new Option("--json", "print events as JSON lines").conflicts(["quiet", "verbose"]))
    .addOption(new Option("--quiet", "print only what went wrong").conflicts("verbose"))
    .option("--verbose", "print the reason of every decision")
    .action(async (steps: readonly string[], options: object) => {
      const { watchCommand } = await import("../commands/watch.ts");
      await watchCommand(steps, options);
    });
}
