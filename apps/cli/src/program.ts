import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { RUN_DEFAULTS } from "./commands/run-defaults.ts";
import { parseConcurrency } from "./concurrency.ts";
import { EXIT } from "./exit-code.ts";
import { VERSION } from "./version.ts";

/** Options of `run` with an optional value take it only behind `=`, so that `run --dry-run test` names a step. */
const OPTIONAL_VALUES: Readonly<Record<string, string>> = {
  "--dry-run": "--dry-run=text",
  "--continue": "--continue=dependencies-successful",
  "--shadow": "--shadow=1",
};

function withValue(argument: string): string {
  return OPTIONAL_VALUES[argument] ?? argument;
}

/** Parses the arguments and runs the command they name; wrong ones end with a message and an exit code. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    // An empty variable is an unset one.
    if (process.env["MAX_PARALLEL_JOBS"] === "") delete process.env["MAX_PARALLEL_JOBS"];
    await createProgram().parseAsync(argv[2] === "run" ? argv.map(withValue) : argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has printed the message or the help already.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

/** The command line as a commander program; each command's code is loaded when it is called. */
function createProgram(): Command {
  const program = new Command("ai-workflow")
    .description("Runs a repository's pipeline, and of it only what a change needs.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showSuggestionAfterError(true)
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride();

  program
    .command("run")
    .description("run the steps that the change needs")
    .argument("[steps...]", "only these steps")
    .addOption(new Option("--steps <list>", "only these steps, separated by commas").argParser(parseList))
    .addOption(
      new Option(
        "--target <dir>",
        "directory that holds the configuration (default: here or the nearest above)",
      ).argParser(parseText),
    )
    .addOption(new Option("--base <ref>", "compare with this commit, branch or tag").argParser(parseText))
    .addOption(new Option("--since <ref>", "the same as --base").argParser(parseText).conflicts("base"))
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
    .addOption(
      new Option("--objective <which>", "what the order of steps is for: an early end, or an early failure").choices([
        "makespan",
        "first-failure",
      ]),
    )
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
    .option("--strict", "one step at a time; one that edits files it does not say it edits fails")
    .option("--no-resume", "start anew after a run that was killed, instead of going on where it was")
    .option("--no-wait", "exit with 75 when another run of the same target goes on, instead of waiting for it")
    .option("--no-alerts", "tell nobody of slow runs")
    .addOption(
      new Option("--concurrency <n>", "steps at the same time, a number or a share of the CPUs such as 50%")
        .env("MAX_PARALLEL_JOBS")
        .argParser(parseConcurrency),
    )
    .addOption(
      new Option("--continue [policy]", "what goes on after a failure")
        .choices(["never", "dependencies-successful", "always"])
        .default(RUN_DEFAULTS.continue),
    )
    .addOption(new Option("--dry-run [format]", "decide and explain, run nothing").choices(["text", "json"]))
    .addOption(new Option("--print-prompts", "with --dry-run: print what would be sent to models, and send nothing"))
    .addOption(
      new Option("--output-logs <which>", "whose output is printed")
        .choices(["full", "new-only", "errors-only", "none"])
        .default(RUN_DEFAULTS.outputLogs),
    )
    .addOption(
      new Option("--inconclusive <as>", "what a run without an answer counts as")
        .choices(["pass", "fail", "report"])
        .default(RUN_DEFAULTS.inconclusive),
    )
    .option("--require-complete", "exit with 3 when steps were left out (a stage waits)")
    .addOption(new Option("--json", "print events as JSON lines").conflicts(["quiet", "verbose"]))
    .addOption(new Option("--quiet", "print only what went wrong").conflicts("verbose"))
    .option("--verbose", "print the reason of every decision")
    .action(
      async (steps: string[], options: { readonly printPrompts?: true; readonly dryRun?: string }, run: Command) => {
        if (options.printPrompts === true && options.dryRun === undefined) {
          run.error("error: option '--print-prompts' needs '--dry-run'");
        }
        const { runCommand } = await import("./commands/run.ts");
        await runCommand(steps, options);
      },
    );
  program
    .command("approve")
    .description("start a stage that waits for a person: goes on with the last run")
    .argument("[stage]", "id of the stage (default: the first that waits)")
    .addOption(
      new Option(
        "--target <dir>",
        "directory that holds the configuration (default: here or the nearest above)",
      ).argParser(parseText),
    )
    .addOption(new Option("--run <id>", "the run to go on with (default: latest)").argParser(parseText))
    .option("--no-wait", "exit with 75 when another run of the same target goes on, instead of waiting for it")
    .option("--no-alerts", "tell nobody of slow runs")
    .addOption(new Option("--json", "print events as JSON lines").conflicts(["quiet", "verbose"]))
    .addOption(new Option("--quiet", "print only what went wrong").conflicts("verbose"))
    .option("--verbose", "print the reason of every decision")
    .action(async (stage: string | undefined, options: object) => {
      const { approveCommand } = await import("./commands/approve.ts");
      await approveCommand(stage, options);
    });
  program
    .command("explain")
    .description("why a step would run, be replayed or be left out")
    .argument("<step>", "id of the step")
    .addOption(
      new Option(
        "--target <dir>",
        "directory that holds the configuration (default: here or the nearest above)",
      ).argParser(parseText),
    )
    .addOption(new Option("--base <ref>", "compare with this commit, branch or tag").argParser(parseText))
    .option("--json", "print JSON")
    .action(async (step: string, options: object) => {
      const { explainCommand } = await import("./commands/explain.ts");
      await explainCommand(step, options);
    });
  program
    .command("status")
    .description("how the last run went, or how often leaving steps out was wrong")
    .option("--shadow", "how often each rule would have been wrong, by what `run --shadow` saw")
    .addOption(
      new Option(
        "--target <dir>",
        "directory that holds the configuration (default: here or the nearest above)",
      ).argParser(parseText),
    )
    .option("--json", "print JSON")
    .action(async (options: object) => {
      const { statusCommand } = await import("./commands/status.ts");
      await statusCommand(options);
    });
  program
    .command("bottlenecks")
    .description("what made a run slow, and what each remedy would bring")
    .argument("[run]", "latest, the id of a run or its beginning, or a run.json", "latest")
    .addOption(
      new Option(
        "--target <dir>",
        "directory that holds the configuration (default: here or the nearest above)",
      ).argParser(parseText),
    )
    .option("--json", "print JSON")
    .action(async (run: string, options: object) => {
      const { bottlenecksCommand } = await import("./commands/bottlenecks.ts");
      await bottlenecksCommand(run, options);
    });
  program
    .command("export")
    .description("a run in a format that other tools read; without a format lists them")
    .argument("[format]", "trace, otlp-traces, otlp-metrics, openmetrics, hyperfine or github-action-benchmark")
    .argument("[run]", "latest, the id of a run or its beginning, or a run.json", "latest")
    .addOption(new Option("--output <file>", "write it there (default: standard output)").argParser(parseText))
    .addOption(
      new Option(
        "--target <dir>",
        "directory that holds the configuration (default: here or the nearest above)",
      ).argParser(parseText),
    )
    .action(async (format: string | undefined, run: string, options: object) => {
      const { exportCommand } = await import("./commands/export.ts");
      await exportCommand(format, run, options);
    });
  addStagesCommand(program.command("stages").description("what each stage caught and cost, by the history"));
  addCleanCommand(program.command("clean").description("remove what `retention` does not keep of runs and results"));
  addMlCommands(program.command("ml").description("how long steps take: the model and what it is worth"));
  addAlertCommands(program.command("alert").description("who hears of slow runs, and of what has become slower"));
  addCacheCommands(program.command("cache").description("the kept answers of models"));
  addBenchCommands(program.command("bench").description("whether something is slower or faster than something else"));
  return program;
}

function addCleanCommand(clean: Command): void {
  clean
    .option("--dry-run", "say what would go, and remove nothing")
    .option("--no-wait", "exit with 75 when a run of the same target goes on, instead of waiting for it")
    .addOption(new Option("--target <dir>", "directory that holds the configuration").argParser(parseText))
    .addOption(new Option("--json", "print JSON"))
    .action(async (options: object) => {
      const { cleanCommand } = await import("./commands/clean.ts");
      await cleanCommand(options);
    });
}

function addStagesCommand(stages: Command): void {
  stages
    .option("--recommend", "also recommend another assignment of steps to stages, or stages where there are none")
    .addOption(new Option("--target <dir>", "directory that holds the configuration").argParser(parseText))
    .option("--json", "print JSON")
    .action(async (options: object) => {
      const { stagesCommand } = await import("./commands/stages.ts");
      await stagesCommand(options);
    });
}

function addBenchCommands(bench: Command): void {
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
      const { benchRunCommand } = await import("./commands/bench.ts");
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
      const { benchCompareCommand } = await import("./commands/bench.ts");
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
      const { benchGateCommand } = await import("./commands/bench.ts");
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
      const { benchTrackCommand } = await import("./commands/bench.ts");
      await benchTrackCommand(options);
    });
}

function addMlCommands(ml: Command): void {
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
      const { mlStatusCommand } = await import("./commands/ml.ts");
      await mlStatusCommand(options);
    });
  ml.command("train")
    .description("train a model on the history")
    .addOption(target())
    .addOption(data())
    .addOption(
      new Option("--output <folder>", "where model.onnx and model.json go (default: .workflow/ml)").argParser(
        parseText,
      ),
    )
    .action(async (options: object) => {
      const { mlTrainCommand } = await import("./commands/ml.ts");
      await mlTrainCommand(options);
    });
  ml.command("evaluate")
    .description("how good each rule and the model would have been, each run predicted from earlier ones only")
    .addOption(target())
    .addOption(data())
    .addOption(new Option("--json", "print JSON"))
    .action(async (options: object) => {
      const { mlEvaluateCommand } = await import("./commands/ml.ts");
      await mlEvaluateCommand(options);
    });
}

function addAlertCommands(alert: Command): void {
  const add = (name: string, description: string): Command =>
    alert
      .command(name)
      .description(description)
      .addOption(new Option("--target <dir>", "directory that holds the configuration").argParser(parseText))
      .addOption(new Option("--dry-run", "print what would be sent, send nothing and change nothing"))
      .addOption(new Option("--json", "print JSON"));
  add("check", "judge the last run of the history once more; exit with 1 while an alert is active").action(
    async (options: object) => {
      const { alertCheckCommand } = await import("./commands/alert.ts");
      await alertCheckCommand(options);
    },
  );
  add("test", "send a test message to the configured channels; exit with 1 when one was not reached")
    .addOption(new Option("--channel <type>", "only channels of this type or name").argParser(parseText))
    .action(async (options: object) => {
      const { alertTestCommand } = await import("./commands/alert.ts");
      await alertTestCommand(options);
    });
}

function addCacheCommands(cache: Command): void {
  const add = (name: string, description: string): Command =>
    cache
      .command(name)
      .description(description)
      .addOption(new Option("--target <dir>", "directory that holds the configuration").argParser(parseText))
      .addOption(new Option("--json", "print JSON"));
  add("stats", "hits, misses, what was saved, what is on disk").action(async (options: object) => {
    const { cacheStatsCommand } = await import("./commands/cache.ts");
    await cacheStatsCommand(options);
  });
  add("explain", "which part of the question changed since a step asked before")
    .argument("<step>")
    .action(async (step: string, options: object) => {
      const { cacheExplainCommand } = await import("./commands/cache.ts");
      await cacheExplainCommand(step, options);
    });
  add("clean", "remove answers that are old or too many, and what killed processes left behind")
    .addOption(
      new Option("--max-age <hours>", "remove what was not used for so long (default: ttl_hours)").argParser(
        parseQuantity,
      ),
    )
    .addOption(
      new Option("--max-size <MB>", "then the least recently used, down to this (default: max_size_mb)").argParser(
        parseQuantity,
      ),
    )
    .action(async (options: object) => {
      const { cacheCleanCommand } = await import("./commands/cache.ts");
      await cacheCleanCommand(options);
    });
  add("clear", "remove every answer").action(async (options: object) => {
    const { cacheClearCommand } = await import("./commands/cache.ts");
    await cacheClearCommand(options);
  });
  add("verify", "read every answer and say which are damaged; exit with 1 when some are").action(
    async (options: object) => {
      const { cacheVerifyCommand } = await import("./commands/cache.ts");
      await cacheVerifyCommand(options);
    },
  );
}

function parseQuantity(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError("Give a number of at least 0.");
  return value;
}

/** A time such as `90s` in milliseconds. */
function parseTime(text: string): number {
  const [, value = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(value) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new InvalidArgumentError("Give a time above 0 such as 90s, 3m or 1h.");
  return ms;
}

function parseShare(text: string): number {
  const value = parseQuantity(text);
  if (value > 1) throw new InvalidArgumentError("Give a number from 0 to 1.");
  return value;
}

function parsePositive(text: string): number {
  const value = parseQuantity(text);
  if (value === 0) throw new InvalidArgumentError("Give a number above 0.");
  return value;
}

function parseWholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(Number.isSafeInteger(value) && value >= least)) {
      throw new InvalidArgumentError(`Give a whole number of at least ${least}.`);
    }
    return value;
  };
}

function parseText(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

function parseList(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Give names separated by commas.");
  return names;
}
