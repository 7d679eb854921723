import type { FoundCommand } from "../ecosystem-reader.ts";
import type { Purpose, TestRunner } from "../project-facts.ts";
import type { Task } from "../task-files.ts";

/** Runners by how recipes call them; what only starts others comes last. */
const RUNNERS: readonly (readonly [RegExp, TestRunner])[] = [
  [/\bpytest\b/, "pytest"],
  [/\bunittest\b/, "unittest"],
  [/\bgo test\b/, "go test"],
  [/\bcargo (?:\+\S+ )?test\b/, "cargo test"],
  [/\bctest\b/, "ctest"],
  [/\bmeson test\b/, "meson"],
  [/\bbats\b/, "bats"],
  [/\brspec\b/, "rspec"],
  [/\bphpunit\b/, "phpunit"],
  [/\btox\b/, "tox"],
];

/** The first of these tasks that is there and runs such a program here, not in a container. Pure. */
export function taskFor(
  tasks: readonly Task[],
  purpose: Purpose,
  names: readonly string[],
  program: RegExp,
): readonly FoundCommand[] {
  const task = names
    .flatMap((name) => tasks.filter((one) => one.name === name))
    .find(({ recipe }) => program.test(recipe) && !/\b(?:docker|podman|vagrant|ssh)\b/.test(recipe));
  if (task === undefined) return [];
  const { command, file, name, recipe } = task;
  const runner = purpose === "test" ? RUNNERS.find(([pattern]) => pattern.test(recipe))?.[1] : undefined;
  return [
    {
      purpose,
      command,
      file,
      because: `its target "${name}"`,
      isNamed: true,
      ...(runner === undefined ? {} : { runner }),
    },
  ];
}
