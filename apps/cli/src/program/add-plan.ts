import { type Command, Option } from "commander";
import { parseConcurrency } from "../concurrency.ts";
import { parseList, parseText, parseTime } from "./option-values.ts";
import { targetOption } from "./target-option.ts";

/** Adds `plan`. */
export function addPlan(program: Command): void {
  program
    .command("plan")
    .description("what a run would do and why, when each step would run, and what that would take")
    .argument("[steps...]", "only these steps")
    .addOption(new Option("--steps <list>", "only these steps, separated by commas").argParser(parseList))
    .addOption(targetOption())
    .addOption(new Option("--base <ref>", "compare with this commit, branch or tag").argParser(parseText))
    .addOption(new Option("--since <ref>", "the same as --base").argParser(parseText).conflicts("base"))
    .option("--force", "as if nothing were proved")
    .addOption(new Option("--budget <time>", "with this time for the steps, such as 3m").argParser(parseTime))
    .addOption(
      new Option("--concurrency <n>", "with so many steps at the same time, or a share of the CPUs such as 50%")
        .env("MAX_PARALLEL_JOBS")
        .argParser(parseConcurrency),
    )
    .addOption(
      new Option("--objective <which>", "with an order for an early end, or for an early failure").choices([
        "makespan",
        "first-failure",
      ]),
    )
    .option("--json", "print JSON")
    .action(async (steps: readonly string[], options: object) => {
      const { planCommand } = await import("../commands/plan.ts");
      await planCommand(steps, options);
    });
}
