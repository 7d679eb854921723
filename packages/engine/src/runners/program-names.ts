import path from "node:path";

/** Programs whose own name says less than that of what they run. */
const INTERPRETERS = /^(?:node|bun|deno|java|python[\d.]*|ruby|perl|php|bash|dash|zsh|sh)$/;

/** Options of such programs whose value is the next argument. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  "-cp",
  "-classpath",
  "--class-path",
  "-p",
  "--module-path",
  "-r",
  "--require",
  "--import",
  "--loader",
]);

/**
 * The names by which a process may be known: that of its program, as it was started and as `ps` shows it, and of what an interpreter runs, a
 * script with and without its ending or the class of a Java program without its package. Pure.
 *
 * @param command - its arguments, the program first
 * @param shown - the name that the system has for it; on Linux 15 bytes of it
 */
export function programNames(command: readonly string[], shown: string): readonly string[] {
  // What writes its own title puts all of it in the place of the program.
  const program = path.posix.basename((command[0] ?? "").split(" ")[0] ?? "").replace(/:$/, "");
  const names = [program, shown];
  if (INTERPRETERS.test(program)) {
    const script = firstOperand(command.slice(1));
    if (script !== undefined) names.push(...scriptNames(script));
  }
  return [...new Set(names)].filter((name) => name !== "");
}

function scriptNames(script: string): readonly string[] {
  const file = path.posix.basename(script);
  const isClass = !script.includes("/") && /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){2,}$/.test(script);
  return isClass ? [script, script.slice(script.lastIndexOf(".") + 1)] : [file, file.replace(/\.[^.]+$/, "")];
}

/** The first argument that is neither an option nor the value of one. */
function firstOperand(given: readonly string[]): string | undefined {
  for (let index = 0; index < given.length; index++) {
    const argument = given[index] ?? "";
    if (WITH_VALUE.has(argument)) index++;
    else if (!argument.startsWith("-")) return argument;
  }
  return undefined;
}
