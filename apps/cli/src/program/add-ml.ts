import { type Command, Option } from "commander";
import { parseText } from "./option-values.ts";

/** Adds the commands of `ml`. */
export function addMl(program: Command): void {
  const ml = program.command("ml").description("how long steps take: the model and what it is worth");
  const target = (): Option =>
    new Option("--target <dir>", "directory that holds the configuration").argParser(parseText);
  const data = (): Option =>
    new Option("--data <file>", "history to learn from (default: .workflow/metrics/history.jsonl)").argParser(
      parseText,
    );
  ml.command("status")
    .description("whether a model is trained, on what, how good it is, and what to do")
    .addOption(target())
    .addOption(new Option("--json", "print JSON"))
    .action(async (options: object) => {
      const { mlStatusCommand } = await import("../commands/ml.ts");
      await mlStatusCommand(options);
    });
  ml.command("train")
    .description("train a model on the history")
    .addOption(target())
    .addOption(data())
    .addOption(
      new Option(
        "--output <file>",
        "where the model goes, such as model.onnx, its description beside it; or a folder for both (default: .workflow/ml)",
      ).argParser(parseText),
    )
    .addOption(new Option("--json", "print JSON"))
    .action(async (options: object) => {
      const { mlTrainCommand } = await import("../commands/ml.ts");
      await mlTrainCommand(options);
    });
  ml.command("evaluate")
    .description("how good each rule and the model would have been, each run predicted from earlier ones only")
    .addOption(target())
    .addOption(data())
    .addOption(new Option("--json", "print JSON"))
    .action(async (options: object) => {
      const { mlEvaluateCommand } = await import("../commands/ml.ts");
      await mlEvaluateCommand(options);
    });
}
