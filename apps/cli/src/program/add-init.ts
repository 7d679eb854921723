import { type Command, InvalidArgumentError, Option } from "commander";
import type { ProjectKind } from "@ai-workflow/engine";
import type { HookName, InitTemplate } from "@ai-workflow/steps/init";
import { parseList, parseText } from "./option-values.ts";

// Written out, so that a help loads neither the engine nor the steps; the compiler sees to it that none is missing.
const TEMPLATES: Readonly<Record<InitTemplate, true>> = { full: true, "docs-only": true, "pre-commit": true, ci: true };
const HOOKS: Readonly<Record<HookName, true>> = { "pre-commit": true, "pre-push": true };
const KINDS: Readonly<Record<ProjectKind, true>> = {
  documentation: true,
  nodejs_library: true,
  nodejs_cli: true,
  nodejs_api: true,
  react_spa: true,
  static_website: true,
  python_app: true,
  shell_automation: true,
  generic: true,
};

/** Adds `init`. */
export function addInit(program: Command): void {
  program
    .command("init")
    .description("write a configuration for this repository, by what it is made of")
    .addOption(
      new Option("--template <name>", "which built-in steps it has (default: full)").choices(Object.keys(TEMPLATES)),
    )
    .addOption(new Option("--kind <kind>", "what the project is (default: guessed)").choices(Object.keys(KINDS)))
    .addOption(
      new Option("--hooks [names]", "install hooks of git that run built-in steps, separated by commas")
        .argParser(parseHooks)
        .preset("pre-commit"),
    )
    .addOption(new Option("--ci <provider>", "write a workflow for continuous integration").choices(["github"]))
    .addOption(
      new Option("--remove-hooks", "take away the hooks that were installed").conflicts([
        "hooks",
        "ci",
        "print",
        "force",
      ]),
    )
    .option("--print", "print what would be written, and write nothing")
    .option("--force", "replace what is there already")
    .option("--yes", "ask nothing; without a terminal nobody is asked anyway")
    .addOption(new Option("--target <dir>", "directory to write into (default: here)").argParser(parseText))
    .action(async (options: object) => {
      const { initCommand } = await import("../commands/init.ts");
      await initCommand(options);
    });
}

function parseHooks(text: string): readonly string[] {
  const names = parseList(text);
  if (names.every((name) => Object.hasOwn(HOOKS, name))) return names;
  throw new InvalidArgumentError(`Allowed are ${Object.keys(HOOKS).join(", ")}.`);
}
