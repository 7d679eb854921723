/** It is there whatever is asked for. */
const WATCH = "ai-workflow watch";

/** What other programs of this kind call an option of ours. */
const OPTIONS: Readonly<Record<string, string>> = {
  "-f": "--force",
  "-j": "--concurrency",
  "--jobs": "--concurrency",
  "-n": "--dry-run",
  "--dry": "--dry-run",
  "-v": "--verbose",
  "-q": "--quiet",
  "--no-cache": "--force",
  "--affected": "--base",
  "--watch": WATCH,
  "--only": "--steps",
  "--filter": "--steps",
};

/** What they call a command of ours. */
const COMMANDS: Readonly<Record<string, string>> = {
  list: "graph",
  ls: "graph",
  affected: "plan",
  why: "explain",
  log: "report",
  logs: "report",
  validate: "doctor",
  prune: "clean",
};

/** What is meant by an option or a command that other programs have under that name, of those that there are. Pure. */
export function calledElsewhere(name: string, known: Iterable<string>): string | undefined {
  const meant = Object.hasOwn(OPTIONS, name)
    ? OPTIONS[name]
    : Object.hasOwn(COMMANDS, name)
      ? COMMANDS[name]
      : undefined;
  return meant !== undefined && (meant === WATCH || new Set(known).has(meant)) ? meant : undefined;
}
