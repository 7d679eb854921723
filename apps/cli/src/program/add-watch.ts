import { type Command, Option } from "commander";
import { parseTime } from "./option-values.ts";
import {
  baseOption,
  concurrencyOption,
  continueOption,
  outputLogsOption,
  sinceOption,
  stepsOption,
} from "./shared-options.ts";
import { targetOption } from "./target-option.ts";

/** Adds `watch`. */
export function addWatch(program: Command): void {
  program
    .command("watch")
    .description("run the steps that a change needs, and again whenever something changes")
    .argument("[steps...]", "only these steps")
    .addOption(stepsOption())
    .addOption(targetOption())
    .addOption(baseOption())
    .addOption(sinceOption())
    .addOption(
      new Option("--poll <time>", "look so often, such as 2s, instead of letting the system tell").argParser(parseTime),
    )
    .addOption(concurrencyOption())
    .addOption(continueOption())
    .addOption(outputLogsOption())
    .addOption(new Option("--json", "print events as JSON lines").conflicts(["quiet", "verbose"]))
    .addOption(new Option("--quiet", "print only what went wrong").conflicts("verbose"))
    .option("--verbose", "print the reason of every decision")
    .action(async (steps: readonly string[], options: object) => {
      const { watchCommand } = await import("../commands/watch.ts");
      await watchCommand(steps, options);
    });
}
