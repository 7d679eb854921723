import { type Command, Option } from "commander";
import { RUN_DEFAULTS } from "../commands/run-defaults.ts";
import { parseNiceness, parseReport, parseShare, parseTime } from "./option-values.ts";
import {
  applyOption,
  autoCommitOption,
  baseOption,
  concurrencyOption,
  continueOption,
  objectiveOption,
  outputLogsOption,
  sinceOption,
  stepsOption,
} from "./shared-options.ts";
import { targetOption } from "./target-option.ts";

/** Adds `run`. */
export function addRun(program: Command): void {
  program
    .command("run")
    .description("run the steps that the change needs")
    .argument("[steps...]", "only these steps")
    .addOption(stepsOption())
    .addOption(
      new Option("--pipeline <name>", "only the steps of this built-in pipeline, whichever is configured").choices([
        "standard",
        "docs-only",
        "pre-commit",
        "ci",
      ]),
    )
    .addOption(targetOption())
    .addOption(baseOption())
    .addOption(sinceOption())
    .option("--force", "run every step, whatever is proved")
    .option("--baseline", "all optimisations and every cache off")
    .option("--smart-execution", "skip and replay what the change cannot affect (default: as configured)")
    .option("--no-smart-execution", "run every step")
    .option("--parallel", "run independent steps at the same time (default: as configured)")
    .option("--no-parallel", "one step at a time")
    .option("--multi-stage", "pass stages with gates (default: as configured)")
    .option("--no-multi-stage", "ignore stages")
    .option("--speculation", "start steps of later stages in free slots, before their stage (default: as configured)")
    .option("--no-speculation", "start no step before its stage")
    .addOption(
      new Option("--ai-cache <mode>", "what steps that ask a model may do with kept answers (default: on)").choices([
        "on",
        "off",
        "read-only",
        "refresh",
        "replay",
      ]),
    )
    .option("--no-ai-cache", "ask models anew, keep no answer; the same as --ai-cache off")
    .addOption(objectiveOption("what the order of steps is for: an early end, or an early failure"))
    .option("--ml-optimize", "predict durations with a trained model where that is better (default: as configured)")
    .option("--no-ml-optimize", "predict durations with simple rules")
    .option("--show-ml-status", "tell what predictions rest on, and run nothing")
    .option("--manual-trigger", "start stages that wait for a person")
    .option("--auto", "never ask at the terminal whether a stage that waits for a person may start")
    .addOption(
      new Option(
        "--shadow [share]",
        "run all steps that would be left out, or a share of them such as =0.1, to see whether that is right",
      ).argParser(parseShare),
    )
    .addOption(
      new Option(
        "--budget <time>",
        "time the steps may take, such as 3m: what finds least for its time is left out",
      ).argParser(parseTime),
    )
    .addOption(
      new Option(
        "--nice <n>",
        "let other programs go first: niceness of this one and of all steps, from 1 to 19",
      ).argParser(parseNiceness),
    )
    .option("--strict", "one step at a time; one that edits files it does not say it edits fails")
    .addOption(
      new Option(
        "--findings <which>",
        "which findings of built-in steps and modules count; with changed, those in other files are notes",
      )
        .choices(["all", "changed"])
        .default(RUN_DEFAULTS.findings),
    )
    .option("--fix", "built-in steps that can mend what they find do")
    .option("--external", "built-in steps that can look outside of the repository do, such as at links")
    .option("--shard <i/n>", "run this part of the tests only, from 1 to n")
    .addOption(applyOption())
    .option("--no-resume", "start anew after a run that was killed, instead of going on where it was")
    .option("--no-wait", "exit with 75 when another run of the same target goes on, instead of waiting for it")
    .addOption(autoCommitOption())
    .option("--no-alerts", "tell nobody of slow runs")
    .addOption(concurrencyOption())
    .addOption(continueOption())
    .addOption(new Option("--dry-run [format]", "decide and explain, run nothing").choices(["text", "json"]))
    .addOption(new Option("--print-prompts", "with --dry-run: print what would be sent to models, and send nothing"))
    .addOption(outputLogsOption())
    .addOption(
      new Option("--log-order <which>", "when it is printed: at the end of each step, or line by line while it runs")
        .choices(["grouped", "stream"])
        .default(RUN_DEFAULTS.logOrder),
    )
    .addOption(
      new Option("--inconclusive <as>", "what a run without an answer counts as")
        .choices(["pass", "fail", "report"])
        .default(RUN_DEFAULTS.inconclusive),
    )
    .addOption(
      new Option(
        "--report <format=file>",
        "write what came of it to a file when it is over, as often as there are formats: junit=report.xml",
      ).argParser(parseReport),
    )
    .option("--no-annotations", "in GitHub Actions: write no annotations and no job summary")
    .option("--require-complete", "exit with 3 when steps were left out (a stage waits)")
    .addOption(new Option("--json", "print events as JSON lines").conflicts(["quiet", "verbose"]))
    .addOption(new Option("--quiet", "print only what went wrong").conflicts("verbose"))
    .option("--verbose", "print the reason of every decision")
    .action(
      async (steps: string[], options: { readonly printPrompts?: true; readonly dryRun?: string }, run: Command) => {
        if (options.printPrompts === true && options.dryRun === undefined) {
          run.error("error: option '--print-prompts' needs '--dry-run'");
        }
        const { runCommand } = await import("../commands/run.ts");
        await runCommand(steps, options);
      },
    );
}
