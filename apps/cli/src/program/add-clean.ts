import { type Command, Option } from "commander";
import { parseText } from "./option-values.ts";

/** Adds `clean`. */
export function addClean(program: Command): void {
  const clean = program.command("clean").description("remove what `retention` does not keep of runs and results");
  clean
    .option("--dry-run", "say what would go, and remove nothing")
    .option("--no-wait", "exit with 75 when a run of the same target goes on, instead of waiting for it")
    .addOption(new Option("--target <dir>", "directory that holds the configuration").argParser(parseText))
    .addOption(new Option("--json", "print JSON"))
    .action(async (options: object) => {
      const { cleanCommand } = await import("../commands/clean.ts");
      await cleanCommand(options);
    });
}
