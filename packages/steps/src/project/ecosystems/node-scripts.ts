import type { TestRunner } from "../project-facts.ts";

/** Programs by the name under which a script calls them. */
const PROGRAMS: ReadonlyMap<string, TestRunner> = new Map([
  ["vitest", "vitest"],
  ["jest", "jest"],
  ["react-scripts", "jest"],
  ["mocha", "mocha"],
  ["_mocha", "mocha"],
  ["ava", "ava"],
  ["tap", "tap"],
  ["playwright", "playwright"],
  ["karma", "karma"],
]);

/** What stands before the program: variables, and programs that start another. */
const BEFORE =
  /^(?:(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)|cross-env(?:-shell)?|env|c8|nyc|npx|dotenv|--no-install|exec|pnpm exec|yarn exec|--?[a-z-]+=\S+|--)\s+)+/;

const CALL = /^(?:npm (?:run(?:-script)?|test)|pnpm(?: run)?|yarn(?: run)?|bun run)\s*([\w:.-]*)/;
const MAX_CALLS = 4;

/** The commands of a script, without what quotes hold. */
export function commandsOf(script: string): readonly string[] {
  return (script.match(/(?:"[^"]*"|'[^']*'|[^&|;"'])+/g) ?? []).map((one) => one.trim()).filter(Boolean);
}

/** The command that gets the arguments of a script. */
export function lastCommandOf(script: string): string {
  return commandsOf(script).at(-1) ?? "";
}

/** The text of a script, with the last script that it calls by name in place of the call. Pure; circles end. */
export function resolveScript(scripts: ReadonlyMap<string, string>, name: string): string {
  let text = scripts.get(name) ?? "";
  for (let calls = 0; calls < MAX_CALLS; calls += 1) {
    const last = lastCommandOf(text);
    const [, called] = CALL.exec(last) ?? [];
    const inner = called === undefined ? undefined : scripts.get(called === "" ? "test" : called);
    if (inner === undefined) break;
    text = text.slice(0, text.lastIndexOf(last)) + inner;
  }
  return text;
}

/** What runs the tests in a script, and whether arguments that are given to the script reach it. Pure. */
export function runnerOfScript(script: string): {
  readonly runner: TestRunner | undefined;
  readonly takesArguments: boolean;
} {
  const commands = commandsOf(script);
  const runners = commands.map((command) => runnerOfCommand(command));
  const last = runners.at(-1);
  return { runner: last ?? runners.findLast((one) => one !== undefined), takesArguments: last !== undefined };
}

function runnerOfCommand(command: string): TestRunner | undefined {
  const words = command.replace(BEFORE, "").split(/\s+/);
  const program = (words[0] ?? "")
    .replace(/^(?:\.\/)?node_modules\/(?:\.bin\/|(?:[\w@/-]+\/)?bin\/)/, "")
    .replace(/\.[cm]?js$/, "");
  if (program === "node") {
    if (words.some((word) => word === "--test" || word.startsWith("--test="))) return "node:test";
    const called = words.find((word) => /node_modules\/(?:\.bin\/)?(?:vitest|jest|mocha|ava|tap)\b/.test(word));
    const [, name = ""] = /node_modules\/(?:\.bin\/)?(\w+)/.exec(called ?? "") ?? [];
    return PROGRAMS.get(name);
  }
  if (program === "bun" && words[1] === "test") return "bun test";
  if (program === "ng" && words[1] === "test") return "karma";
  if (program === "react-scripts" && words[1] !== "test") return undefined;
  if (program === "playwright" && words[1] !== "test") return undefined;
  return PROGRAMS.get(program);
}
