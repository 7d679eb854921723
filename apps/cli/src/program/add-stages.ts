import { type Command, Option } from "commander";
import { parseText } from "./option-values.ts";

/** Adds `stages`. */
export function addStages(program: Command): void {
  const stages = program.command("stages").description("what each stage caught and cost, by the history");
  stages
    .option("--recommend", "also recommend another assignment of steps to stages, or stages where there are none")
    .addOption(new Option("--target <dir>", "directory that holds the configuration").argParser(parseText))
    .option("--json", "print JSON")
    .action(async (options: object) => {
      const { stagesCommand } = await import("../commands/stages.ts");
      await stagesCommand(options);
    });
}
