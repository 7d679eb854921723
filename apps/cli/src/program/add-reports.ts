import { type Command, Option } from "commander";
import { REPORT_FORMATS } from "../output/report-file.ts";
import { parseText, parseWholeFrom } from "./option-values.ts";
import { baseOption } from "./shared-options.ts";
import { targetOption } from "./target-option.ts";

/** Adds commands that tell of runs: `explain`, `status`, `history`, `report`, `bottlenecks` and `export`. */
export function addReports(program: Command): void {
  program
    .command("explain")
    .description("why a step would run, be replayed or be left out")
    .argument("<step>", "id of the step")
    .addOption(targetOption())
    .addOption(baseOption())
    .option("--json", "print JSON")
    .action(async (step: string, options: object) => {
      const { explainCommand } = await import("../commands/explain.ts");
      await explainCommand(step, options);
    });
  program
    .command("status")
    .description("how the last run went, how one that goes on does, or how often leaving steps out was wrong")
    .addOption(new Option("--watch", "follow the run that goes on, and end when it ends with its exit code"))
    .addOption(
      new Option("--shadow", "how often each rule would have been wrong, by what `run --shadow` saw").conflicts(
        "watch",
      ),
    )
    .addOption(targetOption())
    .option("--json", "print JSON")
    .action(async (options: object) => {
      const { statusCommand } = await import("../commands/status.ts");
      await statusCommand(options);
    });
  program
    .command("history")
    .description("past runs, the newest first")
    .addOption(new Option("--limit <n>", "so many at most").argParser(parseWholeFrom(1)).default(20))
    .addOption(new Option("--step <id>", "what became of this step in each").argParser(parseText))
    .addOption(targetOption())
    .option("--json", "print JSON")
    .action(async (options: object) => {
      const { historyCommand } = await import("../commands/history.ts");
      await historyCommand(options);
    });
  program
    .command("report")
    .description("what came of a run, for people or for what shows findings")
    .addOption(
      new Option("--from <run>", "latest, the id of a run or its beginning, or a run.json")
        .argParser(parseText)
        .default("latest"),
    )
    .addOption(new Option("--format <which>", "how it is told").choices(REPORT_FORMATS).default("text"))
    .addOption(new Option("--output <file>", "write it there (default: standard output)").argParser(parseText))
    .addOption(targetOption())
    .action(async (options: object) => {
      const { reportCommand } = await import("../commands/report.ts");
      await reportCommand(options);
    });
  program
    .command("bottlenecks")
    .description("what made a run slow, and what each remedy would bring")
    .argument("[run]", "latest, the id of a run or its beginning, or a run.json", "latest")
    .addOption(targetOption())
    .option("--json", "print JSON")
    .action(async (run: string, options: object) => {
      const { bottlenecksCommand } = await import("../commands/bottlenecks.ts");
      await bottlenecksCommand(run, options);
    });
  program
    .command("export")
    .description("a run in a format that other tools read; without a format lists them")
    .argument("[format]", "one that `export` without arguments lists, such as trace")
    .argument("[run]", "latest, the id of a run or its beginning, or a run.json", "latest")
    .addOption(new Option("--output <file>", "write it there (default: standard output)").argParser(parseText))
    .addOption(targetOption())
    .action(async (format: string | undefined, run: string, options: object) => {
      const { exportCommand } = await import("../commands/export.ts");
      await exportCommand(format, run, options);
    });
}
