import { type Command, Option } from "commander";
import { parseTime } from "./option-values.ts";
import { baseOption, concurrencyOption, objectiveOption, sinceOption, stepsOption } from "./shared-options.ts";
import { targetOption } from "./target-option.ts";

/** Adds `plan`. */
export function addPlan(program: Command): void {
  program
    .command("plan")
    .description("what a run would do and why, when each step would run, and what that would take")
    .argument("[steps...]", "only these steps")
    .addOption(stepsOption())
    .addOption(targetOption())
    .addOption(baseOption())
    .addOption(sinceOption())
    .option("--force", "as if nothing were proved")
    .addOption(new Option("--budget <time>", "with this time for the steps, such as 3m").argParser(parseTime))
    .addOption(concurrencyOption("with so many steps at the same time, or a share of the CPUs such as 50%"))
    .addOption(objectiveOption("with an order for an early end, or for an early failure"))
    .option("--json", "print JSON")
    .action(async (steps: readonly string[], options: object) => {
      const { planCommand } = await import("../commands/plan.ts");
      await planCommand(steps, options);
    });
}
