import { type Command, Option } from "commander";
import { parseText } from "./option-values.ts";
import { applyOption, autoCommitOption } from "./shared-options.ts";
import { targetOption } from "./target-option.ts";

/** Adds `approve`. */
export function addApprove(program: Command): void {
  program
    .command("approve")
    .description("start a stage that waits for a person: goes on with the last run")
    .argument("[stage]", "id of the stage (default: the first that waits)")
    .addOption(targetOption())
    .addOption(new Option("--run <id>", "the run to go on with (default: latest)").argParser(parseText))
    .addOption(autoCommitOption())
    .addOption(applyOption())
    .option("--no-wait", "exit with 75 when another run of the same target goes on, instead of waiting for it")
    .option("--no-alerts", "tell nobody of slow runs")
    .addOption(new Option("--json", "print events as JSON lines").conflicts(["quiet", "verbose"]))
    .addOption(new Option("--quiet", "print only what went wrong").conflicts("verbose"))
    .option("--verbose", "print the reason of every decision")
    .action(async (stage: string | undefined, options: object) => {
      const { approveCommand } = await import("../commands/approve.ts");
      await approveCommand(stage, options);
    });
}
