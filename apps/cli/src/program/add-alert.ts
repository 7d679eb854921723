import { type Command, Option } from "commander";
import { parseText } from "./option-values.ts";

/** Adds the commands of `alert`. */
export function addAlert(program: Command): void {
  const alert = program.command("alert").description("who hears of slow runs, and of what has become slower");
  const add = (name: string, description: string): Command =>
    alert
      .command(name)
      .description(description)
      .addOption(new Option("--target <dir>", "directory that holds the configuration").argParser(parseText))
      .addOption(new Option("--dry-run", "print what would be sent, send nothing and change nothing"))
      .addOption(new Option("--json", "print JSON"));
  add("check", "judge the last run of the history once more; exit with 1 while an alert is active").action(
    async (options: object) => {
      const { alertCheckCommand } = await import("../commands/alert.ts");
      await alertCheckCommand(options);
    },
  );
  add("test", "send a test message to the configured channels; exit with 1 when one was not reached")
    .addOption(new Option("--channel <type>", "only channels of this type or name").argParser(parseText))
    .action(async (options: object) => {
      const { alertTestCommand } = await import("../commands/alert.ts");
      await alertTestCommand(options);
    });
}
