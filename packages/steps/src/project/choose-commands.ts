import { runnerOfScript } from "./ecosystems/node-scripts.ts";
import type { ProjectCommand, TestRunner } from "./project-facts.ts";

/** A command that is to be run. */
export type AskedCommand = Pick<ProjectCommand, "command" | "directory" | "runner" | "withArguments"> & {
  readonly name: string;
  /** Whether somebody asked for it, so that it has to be there. */
  readonly isAsked: boolean;
};

const RUNNERS: readonly (readonly [RegExp, TestRunner])[] = [
  [/^(?:\S+ run )?(?:python3? -m )?pytest\b/, "pytest"],
  [/^go test\b/, "go test"],
  [/^cargo (?:\+\S+ )?test\b/, "cargo test"],
  [/^(?:npx |pnpm exec |yarn |bunx )playwright test\b/, "playwright"],
];

/**
 * The commands to run: those of the configuration, else those that the repository names. What is known of a command that the repository
 * names too is known of the one in the configuration.
 *
 * @throws Error when the option is neither texts by names nor a list of texts
 */
export function chooseCommands(given: unknown, found: readonly ProjectCommand[]): readonly AskedCommand[] {
  if (given === undefined || given === null) {
    return found.map((one) => ({ ...one, name: one.command, isAsked: false }));
  }
  const isText = (text: unknown): text is string => typeof text === "string" && text.trim() !== "";
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(given)
    ? (given as readonly unknown[]).map((text) => [String(text), text])
    : Object.entries(typeof given === "object" ? given : { "": given });
  return entries.map(([name, command]) => {
    if (!isText(command) || typeof given !== "object") {
      throw new Error(
        `the option \`commands\` must be commands by their names or a list of commands, got ${JSON.stringify(given)}`,
      );
    }
    const known = found.find((one) => one.command === command && one.directory === "");
    return {
      name,
      command,
      directory: "",
      isAsked: true,
      ...(known === undefined ? readCommand(command) : pick(known)),
    };
  });
}

function pick({ runner, withArguments }: ProjectCommand): Pick<AskedCommand, "runner" | "withArguments"> {
  return {
    ...(runner === undefined ? {} : { runner }),
    ...(withArguments === undefined ? {} : { withArguments }),
  };
}

/** What a command line tells of itself. */
function readCommand(command: string): Pick<AskedCommand, "runner" | "withArguments"> {
  const other = RUNNERS.find(([pattern]) => pattern.test(command))?.[1];
  if (other !== undefined && !/[&|;]/.test(command)) return { runner: other, withArguments: command };
  const { runner, takesArguments } = runnerOfScript(command);
  if (runner === undefined) return {};
  return takesArguments ? { runner, withArguments: command } : { runner };
}
