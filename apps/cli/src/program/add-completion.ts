import { Argument, type Command } from "commander";
import { SHELLS, type Shell } from "../completion/shells.ts";

/** Adds `completion` and what shells ask. */
export function addCompletion(program: Command, wholeProgram: () => Command): void {
  program
    .command("completion")
    .description("what a shell needs to complete commands, flags, steps and stages")
    .addArgument(new Argument("<shell>", "which").choices(SHELLS))
    .addHelpText(
      "after",
      `
Bash:  echo 'eval "$(ai-workflow completion bash)"' >> ~/.bashrc
Zsh:   echo 'eval "$(ai-workflow completion zsh)"' >> ~/.zshrc   (after compinit)
Fish:  ai-workflow completion fish > ~/.config/fish/completions/ai-workflow.fish`,
    )
    .action(async (shell: Shell) => {
      const { COMPLETION_SCRIPTS } = await import("../completion/completion-scripts.ts");
      process.stdout.write(COMPLETION_SCRIPTS[shell]);
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .option("--line <text>")
    .option("--describe")
    .action(async (words: readonly string[], options: { readonly line?: string; readonly describe?: boolean }) => {
      const { completeCommand } = await import("../commands/complete.ts");
      await completeCommand(wholeProgram(), words, options);
    });
}
