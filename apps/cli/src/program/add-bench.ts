import { type Command, Option } from "commander";
import { parsePositive, parseWholeFrom, parseText, parseList } from "./option-values.ts";

/** Adds the commands of `bench`. */
export function addBench(program: Command): void {
  const bench = program.command("bench").description("whether something is slower or faster than something else");
  const text = (flags: string, description: string): Option => new Option(flags, description).argParser(parseText);
  const target = (): Option => text("--target <dir>", "directory that holds the configuration");
  const steps = (): Option =>
    new Option("--steps <list>", "only these steps of the workflow, separated by commas").argParser(parseList);
  const threshold = (): Option =>
    new Option("--threshold <percent>", "differences up to this do not matter").argParser(parsePositive);
  const measure = (description: string): Option =>
    new Option("--measure <which>", `what decides: CPU time or wall time (default: ${description})`).choices([
      "cpu",
      "wall",
    ]);
  const warmUps = (): Option =>
    new Option("--warmup <n>", "runs of each side before the first pair, not counted")
      .argParser(parseWholeFrom(0))
      .default(1);
  const timeout = (): Option =>
    new Option("--timeout <seconds>", "longest time for one run (default: none)").argParser(parsePositive);
  const report = (): Option => text("--report <file>", "write the report, in Markdown, to this file too");
  const json = (): Option => new Option("--json", "print JSON");

  bench
    .command("run")
    .description(
      "measure two commands, or two ways to run this workflow, in turns; exits with 0 (measured, whatever came out) or 1 (a command failed)",
    )
    .addOption(text("--baseline <command>", "what is compared with; options of `run` with --workflow"))
    .addOption(text("--compare <command>", "what may be faster or slower; options of `run` with --workflow"))
    .option("--workflow", "compare `run --baseline` with `run`, in copies of the repository; without commands always")
    .addOption(steps())
    .option("--cold", "with --workflow: begin every run without kept results, answers and history")
    .addOption(new Option("--pairs <n>", "how often each side is measured").argParser(parseWholeFrom(1)).default(20))
    .addOption(warmUps())
    .addOption(threshold().default(10))
    .addOption(measure("cpu; wall with --workflow"))
    .addOption(timeout())
    .addOption(text("--output <file>", "write what was measured, in JSON, to this file"))
    .addOption(report())
    .addOption(target())
    .addOption(json())
    .action(async (options: Readonly<Record<string, unknown>>, run: Command) => {
      const { baseline, compare, cold } = options;
      const workflow = options["workflow"] === true || (baseline === undefined && compare === undefined);
      if (!workflow) {
        if (baseline === undefined) run.error("error: option '--compare' needs '--baseline', or '--workflow'");
        if (compare === undefined) run.error("error: option '--baseline' needs '--compare', or '--workflow'");
        if (options["steps"] !== undefined) run.error("error: option '--steps' needs '--workflow'");
        if (options["target"] !== undefined) run.error("error: option '--target' needs '--workflow'");
        if (cold === true) run.error("error: option '--cold' needs '--workflow'");
      }
      const { benchRunCommand } = await import("../commands/bench.ts");
      await benchRunCommand(options, { workflow });
    });
  bench
    .command("compare")
    .description("report two runs, or what `bench run --output` or hyperfine wrote")
    .argument("<baseline>", "file, id of a run, latest, or latest~1 for the run before")
    .argument("[compare]", "the same; without it <baseline> holds both sides")
    .addOption(threshold())
    .addOption(measure("as it was measured, or wall"))
    .addOption(report())
    .addOption(target())
    .addOption(json())
    .action(async (baseline: string, compare: string | undefined, options: object) => {
      const { benchCompareCommand } = await import("../commands/bench.ts");
      await benchCompareCommand(baseline, compare, options);
    });
  bench
    .command("gate")
    .description("whether a revision is slower than another; exits with 0 (ok), 1 (regression) or 3 (inconclusive)")
    .addOption(text("--baseline <ref>", "revision to compare with").makeOptionMandatory())
    .addOption(text("--compare <ref>", "revision that may be slower").default("HEAD"))
    .addOption(threshold().default(10))
    .addOption(
      text(
        "--command <command>",
        "what is measured in both (default: their workflow, with `run --baseline`)",
      ).conflicts("steps"),
    )
    .addOption(
      new Option("--prepare <command>", "run first in both, not measured; several are run in order")
        .argParser((value, before: readonly string[]) => [...before, parseText(value)])
        .default([], "none"),
    )
    .addOption(steps())
    .addOption(measure("cpu"))
    .addOption(
      new Option("--max-pairs <n>", "pairs after which it is inconclusive").argParser(parseWholeFrom(8)).default(40),
    )
    .addOption(warmUps())
    .addOption(timeout())
    .addOption(report())
    .addOption(target())
    .addOption(json())
    .action(async (options: object) => {
      const { benchGateCommand } = await import("../commands/bench.ts");
      await benchGateCommand(options);
    });
  bench
    .command("track")
    .description("how durations went over the history: trend, degradation, changes of level")
    .addOption(text("--data <file>", "history to read (default: .workflow/metrics/history.jsonl)"))
    .addOption(text("--output <file>", "write the page there, such as docs/performance-history.md"))
    .addOption(target())
    .addOption(json())
    .action(async (options: object) => {
      const { benchTrackCommand } = await import("../commands/bench.ts");
      await benchTrackCommand(options);
    });
}
