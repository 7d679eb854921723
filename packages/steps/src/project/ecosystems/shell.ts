import type { EcosystemFacts, EcosystemReader, FoundCommand } from "../ecosystem-reader.ts";
import { isForeign, type Folder } from "../folder.ts";
import { shellWord } from "../shell-word.ts";
import { readTasks } from "../task-files.ts";
import { taskFor } from "./task-for.ts";

/** A longer list of scripts is found again when the command runs. */
const MAX_SCRIPTS_NAMED = 12;

/** Shell scripts, and tests of them for Bats. */
export const shell: EcosystemReader = {
  ecosystem: "shell",
  isManifest: (name) => /\.(?:sh|bash|bats)$/.test(name) || name === ".shellcheckrc",
  isWhole: true,
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const own = folder.files.filter((file) => !isForeign(file));
  const tests = own.filter((file) => file.endsWith(".bats"));
  const scripts = own.filter((file) => /\.(?:sh|bash)$/.test(file));
  const tasks = readTasks(folder);
  return {
    commands: [
      ...taskFor(tasks, "test", ["test", "tests", "check"], /\bbats\b/),
      ...taskFor(tasks, "lint", ["lint", "shellcheck", "check"], /\bshellcheck\b/),
      ...bats(tests, folder),
      ...shellcheck(scripts, folder),
    ],
  };
}

function bats(tests: readonly string[], folder: Folder): readonly FoundCommand[] {
  const [first] = tests;
  if (first === undefined) return [];
  const folders = [...new Set(tests.map((file) => file.split("/").slice(0, -1).join("/") || "."))];
  const tops = folders.filter((one) => !folders.some((other) => one.startsWith(`${other}/`)));
  // Bats itself comes as a submodule in many repositories.
  const program = folder.first("test/bats/bin/bats", "test/libs/bats/bin/bats", "tests/bats/bin/bats");
  const command = `${program === undefined ? "bats" : `./${program}`} ${tops.map((one) => shellWord(one)).join(" ")}`;
  return [{ purpose: "test", command, file: first, because: "it is a test for Bats", runner: "bats" }];
}

function shellcheck(scripts: readonly string[], folder: Folder): readonly FoundCommand[] {
  const [first] = scripts;
  if (first === undefined) return [];
  const command =
    scripts.length > MAX_SCRIPTS_NAMED
      ? "git ls-files -z '*.sh' '*.bash' | xargs -0 shellcheck"
      : `shellcheck ${scripts.map((file) => shellWord(file.startsWith("-") ? `./${file}` : file)).join(" ")}`;
  const config = folder.first(".shellcheckrc");
  return [
    {
      purpose: "lint",
      command,
      file: config ?? first,
      because: config === undefined ? "it is a shell script" : "it configures ShellCheck",
    },
  ];
}
