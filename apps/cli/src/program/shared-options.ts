import { Option } from "commander";
import { RUN_DEFAULTS } from "../commands/run-defaults.ts";
import { parseConcurrency } from "../concurrency.ts";
import { parseList, parseText } from "./option-values.ts";

// Options that several commands take in the same words.

/** `--steps`. */
export function stepsOption(): Option {
  return new Option("--steps <list>", "only these steps, separated by commas").argParser(parseList);
}

/** `--base`. */
export function baseOption(): Option {
  return new Option("--base <ref>", "compare with this commit, branch or tag").argParser(parseText);
}

/** `--since`, another name of `--base`. */
export function sinceOption(): Option {
  return new Option("--since <ref>", "the same as --base").argParser(parseText).conflicts("base");
}

/** `--concurrency`. */
export function concurrencyOption(
  description = "steps at the same time, a number or a share of the CPUs such as 50%",
): Option {
  return new Option("--concurrency <n>", description).env("MAX_PARALLEL_JOBS").argParser(parseConcurrency);
}

/** `--objective`. */
export function objectiveOption(description: string): Option {
  return new Option("--objective <which>", description).choices(["makespan", "first-failure"]);
}

/** `--continue`. */
export function continueOption(): Option {
  return new Option("--continue [policy]", "what goes on after a failure").choices([
    "never",
    "dependencies-successful",
    "always",
  ]);
}

/** `--apply`. */
export function applyOption(): Option {
  return new Option("--apply", "built-in steps write what they propose: documents, tests, versions");
}

/** `--auto-commit`. */
export function autoCommitOption(): Option {
  return new Option("--auto-commit", "the step git_finalization commits");
}

/** `--output-logs`. */
export function outputLogsOption(): Option {
  return new Option("--output-logs <which>", "whose output is printed")
    .choices(["full", "new-only", "errors-only", "none"])
    .default(RUN_DEFAULTS.outputLogs);
}
