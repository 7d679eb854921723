import { type Command, Option } from "commander";
import type { ProjectKind } from "@ai-workflow/engine";
import type { InitTemplate } from "@ai-workflow/steps/init";
import { parseText } from "./option-values.ts";

// Written out, so that a help loads neither the engine nor the steps; the compiler sees to it that none is missing.
const TEMPLATES: Readonly<Record<InitTemplate, true>> = { full: true, "docs-only": true, "pre-commit": true, ci: true };
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
    .option("--print", "print what would be written, and write nothing")
    .option("--force", "replace what is there already")
    .option("--yes", "ask nothing; without a terminal nobody is asked anyway")
    .addOption(new Option("--target <dir>", "directory to write into (default: here)").argParser(parseText))
    .action(async (options: object) => {
      const { initCommand } = await import("../commands/init.ts");
      await initCommand(options);
    });
}
