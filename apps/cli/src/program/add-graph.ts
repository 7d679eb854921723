import { type Command, Option } from "commander";
import { parseText } from "./option-values.ts";
import { baseOption } from "./shared-options.ts";
import { targetOption } from "./target-option.ts";

/** Adds `graph`. */
export function addGraph(program: Command): void {
  program
    .command("graph")
    .description("the steps, what each waits for, and what a run would do with it")
    .argument("[steps...]", "only these steps and what they wait for")
    .addOption(
      new Option("--format <which>", "how it is written")
        .choices(["text", "dot", "mermaid", "html", "json"])
        .default("text"),
    )
    .addOption(new Option("--output <file>", "write it there (default: standard output)").argParser(parseText))
    .addOption(baseOption())
    .addOption(targetOption())
    .action(async (steps: readonly string[], options: object) => {
      const { graphCommand } = await import("../commands/graph.ts");
      await graphCommand(steps, options);
    });
}
