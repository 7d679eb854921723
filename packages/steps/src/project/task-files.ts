import type { Folder } from "./folder.ts";

/** A target of a `Makefile` or a recipe of a `justfile`. */
export interface Task {
  readonly name: string;
  readonly command: string;
  readonly file: string;
  /** The lines that it runs. */
  readonly recipe: string;
}

/** Names of what a target's heading may not be: a variable, a pattern, a special target. */
const HEADING = /^([A-Za-z][\w-]*(?:[ \t]+[A-Za-z][\w-]*)*)[ \t]*:(?![:=])/;
const JUST_HEADING = /^@?([A-Za-z][\w-]*)(?:[ \t][^:=]*)?:(?!=)/;

/** The tasks that a folder names for `make` and `just`, in the order of its files. Pure. */
export function readTasks(folder: Folder): readonly Task[] {
  const makefile = folder.first("GNUmakefile", "makefile", "Makefile");
  const justfile = folder.first("justfile", "Justfile", ".justfile");
  return [
    ...(makefile === undefined ? [] : parseTasks(folder.text(makefile), HEADING, "make", makefile)),
    ...(justfile === undefined ? [] : parseTasks(folder.text(justfile), JUST_HEADING, "just", justfile)),
  ];
}

function parseTasks(text: string, heading: RegExp, program: string, file: string): readonly Task[] {
  const recipes = new Map<string, string[]>();
  let current: readonly string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^[ \t]/.test(line)) {
      for (const name of current) recipes.get(name)?.push(line.trim());
      continue;
    }
    const [, names] = heading.exec(line) ?? [];
    if (names === undefined) {
      if (line.trim() !== "" && !line.startsWith("#")) current = [];
      continue;
    }
    current = names.split(/[ \t]+/);
    for (const name of current) if (!recipes.has(name)) recipes.set(name, []);
    // What follows a semicolon is the first line of the recipe.
    const [, inline] = /;(.*)$/.exec(line) ?? [];
    if (inline !== undefined) for (const name of current) recipes.get(name)?.push(inline.trim());
  }
  return [...recipes].map(([name, lines]) => ({
    name,
    command: `${program} ${name}`,
    file,
    recipe: lines.join("\n"),
  }));
}
