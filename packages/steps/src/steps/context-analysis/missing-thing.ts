/** How programs say that something is not there that an install brings; the first group names it. */
const SAYINGS: readonly RegExp[] = [
  /(?:cannot find (?:module|package)|can't resolve|could not resolve) ['"`]((?![./])[^'"`\s]+)/i,
  /no module named ['"]?([\w.]+)/i,
  /cannot find type definition file for ['"`]([^'"`]+)/i,
  /\b([\w.@/-]+): (?:command )?not found\b/i,
  /command not found: ([\w.@/-]+)/i,
  /['"]([\w.@/-]+)['"] is not recognized as an internal or external command/i,
  /spawn ([\w.@/-]+) ENOENT/,
  /(?:^|: |[`'"])([\w.@/-]+)[`'"]? is not installed/i,
];
const INSTALL = /node_modules (?:is missing|are missing|does not exist)|dependencies are not installed/i;

/** What is missing by the words of a message: a tool, a package, or all of them (`dependencies`). Pure. */
export function missingThing(message: string): string | undefined {
  if (INSTALL.test(message)) return "dependencies";
  for (const saying of SAYINGS) {
    const found = saying.exec(message)?.[1];
    if (found !== undefined) return packageOf(found);
  }
  return undefined;
}

/** A part of a package is missing because the package is. */
function packageOf(name: string): string {
  const [first = name, second] = name.replace(/^node:/, "").split("/");
  return first.startsWith("@") && second !== undefined ? `${first}/${second}` : first;
}
