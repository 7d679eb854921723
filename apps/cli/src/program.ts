import { Command, CommanderError } from "commander";
import { EXIT } from "./exit-code.ts";
import { addAlert } from "./program/add-alert.ts";
import { addApprove } from "./program/add-approve.ts";
import { addBench } from "./program/add-bench.ts";
import { addCache } from "./program/add-cache.ts";
import { addClean } from "./program/add-clean.ts";
import { addDoctor } from "./program/add-doctor.ts";
import { addInit } from "./program/add-init.ts";
import { addCompletion } from "./program/add-completion.ts";
import { addGraph } from "./program/add-graph.ts";
import { addMl } from "./program/add-ml.ts";
import { addPlan } from "./program/add-plan.ts";
import { addReports } from "./program/add-reports.ts";
import { addRun } from "./program/add-run.ts";
import { addSchema } from "./program/add-schema.ts";
import { addStages } from "./program/add-stages.ts";
import { addWatch } from "./program/add-watch.ts";
import { VERSION } from "./version.ts";

/** What adds commands to the program, in the order of its help. */
const GROUPS: readonly { readonly names: readonly string[]; readonly add: (program: Command) => void }[] = [
  { names: ["init"], add: addInit },
  { names: ["run"], add: addRun },
  { names: ["watch"], add: addWatch },
  { names: ["plan"], add: addPlan },
  { names: ["approve"], add: addApprove },
  { names: ["explain", "status", "history", "report", "bottlenecks", "export"], add: addReports },
  { names: ["graph"], add: addGraph },
  { names: ["stages"], add: addStages },
  { names: ["clean"], add: addClean },
  { names: ["doctor"], add: addDoctor },
  { names: ["completion", "complete"], add: (program) => addCompletion(program, () => createProgram(undefined)) },
  { names: ["schema"], add: addSchema },
  { names: ["ml"], add: addMl },
  { names: ["alert"], add: addAlert },
  { names: ["cache"], add: addCache },
  { names: ["bench"], add: addBench },
];

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
  const program = createProgram(argv[2]);
  try {
    // An empty variable is an unset one.
    if (process.env["MAX_PARALLEL_JOBS"] === "") delete process.env["MAX_PARALLEL_JOBS"];
    await program.parseAsync(wordsFor(program, argv));
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      const { hintAtValue } = await import("./render/hint-at-value.ts");
      throw hintAtValue(error, argv.slice(2));
    }
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    // Of help and version commander has printed all that there is to say.
    if (error.exitCode === 0 || error.code === "commander.help") return;
    const { renderUsageError } = await import("./render/usage-error.ts");
    process.stderr.write(renderUsageError(error, program, argv.slice(2)));
  }
}

/** The words to parse: `help` for a command that is not there is told as that command would be. */
function wordsFor(program: Command, argv: readonly string[]): readonly string[] {
  const [node = "", file = "", first = "", second] = argv;
  if (["run", "watch"].includes(first)) return argv.map(withValue);
  const isKnown = second === undefined || second === "help" || program.commands.some((one) => one.name() === second);
  return first === "help" && !isKnown ? [node, file, second] : argv;
}

/**
 * The command line as a commander program; each command's code is loaded when it is called.
 *
 * @param first - the first argument: where it names a command, those of other groups are not defined, for whoever calls it sees nothing of them
 */
function createProgram(first: string | undefined): Command {
  const program = new Command("ai-workflow")
    .description("Runs a repository's pipeline, and of it only what a change needs.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showSuggestionAfterError(true)
    // Told by the catcher of the error.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  const named = GROUPS.filter(({ names }) => first !== undefined && names.includes(first));
  for (const { add } of named.length > 0 ? named : GROUPS) add(program);
  return program;
}
