import { accessSync, constants, realpathSync } from "node:fs";
import path from "node:path";
import type { FoundScript } from "../preparation/package-script.ts";
import { runShellStep } from "./run-shell-step.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";

/**
 * Runs a script of a `package.json` as npm does, without starting npm: `pre…`, the script and `post…`, each in `sh`, up to the first that
 * fails. What npm tells them of the package is in their environment; what it tells of its own settings is not.
 *
 * @param args - for the script itself, each one word
 */
export async function runScriptStep(
  found: FoundScript,
  script: string,
  args: readonly string[],
  run: StepRun,
): Promise<StepVerdict> {
  if ("problem" in found) return { outcome: "failed", message: found.problem, findings: [] };
  const environment = { ...withoutOuterPackage(run.environment), ...npmVariables(run), ...found.variables };
  let verdict: StepVerdict = { outcome: "passed", exitCode: 0, findings: [] };
  for (const { event, text } of found.lines) {
    const given = event === script ? args.map((argument) => ` ${quoteArgument(argument)}`).join("") : "";
    verdict = await runShellStep(
      text + given,
      {
        ...run,
        environment: { ...environment, npm_lifecycle_event: event, npm_lifecycle_script: text },
      },
      { plain: true },
    );
    if (verdict.outcome !== "passed") return event === script ? verdict : tellEvent(event, verdict);
  }
  return verdict;
}

function tellEvent(event: string, verdict: StepVerdict): StepVerdict {
  return verdict.message === undefined ? verdict : { ...verdict, message: `${event}: ${verdict.message}` };
}

/** Where this program was itself started by a package script, that one's package is not this one's. */
function withoutOuterPackage(environment: StepRun["environment"]): StepRun["environment"] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^npm_(package|lifecycle)_/.test(name)));
}

function npmVariables(run: StepRun): Readonly<Record<string, string | undefined>> {
  return {
    INIT_CWD: run.directory,
    NODE: process.execPath,
    npm_node_execpath: process.execPath,
    npm_execpath: run.environment["npm_execpath"] ?? findNpm(run.environment["PATH"]),
    npm_package_json: path.join(run.directory, "package.json"),
  };
}

/** The program of npm, where the first npm on the path is a link to it; of another kind nobody can say which program it starts. */
function findNpm(searchPath: string | undefined): string | undefined {
  for (const folder of (searchPath ?? "").split(path.delimiter)) {
    const file = path.join(folder, "npm");
    try {
      if (!path.isAbsolute(folder)) continue;
      accessSync(file, constants.X_OK);
      const program = realpathSync(file);
      return path.basename(program) === "npm-cli.js" ? program : undefined;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** One word of a POSIX shell, whatever it holds. */
function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
