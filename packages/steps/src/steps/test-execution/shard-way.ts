import path from "node:path";
import type { ProjectCommand, TestRunner } from "../../project/project-facts.ts";
import { shellWord } from "../../project/shell-word.ts";
import type { Shard } from "./plan-shards.ts";

/** How a command is made to run a part of its tests. */
export type ShardWay =
  | {
      readonly kind: "list";
      /** Prints what there is to run; an exit code other than 0 means that it could not. */
      readonly listCommand: string;
      /** Files or folders in its output, relative to the folder of the command. */
      readonly parse: (output: string, directory: string) => readonly string[];
      readonly commandFor: (items: readonly string[]) => string;
    }
  /** The runner divides them itself. */
  | { readonly kind: "own"; readonly command: string }
  /** It cannot be divided, so that the first shard runs all of it. */
  | { readonly kind: "whole" };

/** Options of runners that divide their tests themselves. */
const OWN: Readonly<Partial<Record<TestRunner, (shard: Shard) => string>>> = {
  vitest: ({ index, count }) => `--shard=${index}/${count}`,
  jest: ({ index, count }) => `--shard=${index}/${count}`,
  playwright: ({ index, count }) => `--shard=${index}/${count}`,
  "node:test": ({ index, count }) => `--test-shard=${index}/${count}`,
  ctest: ({ index, count }) => `-I ${index},,${count}`,
};

/** A command that names neither files nor settings, to which files can be given. */
const PLAIN: Readonly<Partial<Record<TestRunner, RegExp>>> = {
  jest: /(?:^|\s)jest(?:\s+--?[\w-]+)*\s*$/,
  pytest: /(?:^|\s)pytest(?:\s+--?[\w-]+)*\s*$/,
  "go test": /^go test(?:\s+-[\w=-]+)*\s+\.\/\.\.\.$/,
};

/** Chooses how a command is divided: by the durations of its files where the runner says which there are, else by the runner itself. Pure. */
export function chooseShardWay(
  { runner, withArguments }: Pick<ProjectCommand, "runner" | "withArguments">,
  /** What the runner is called with in the end. */
  script: string,
  shard: Shard,
): ShardWay {
  if (runner === undefined || withArguments === undefined) return { kind: "whole" };
  const isPlain = PLAIN[runner]?.test(script) === true;
  const words = (items: readonly string[]): string => items.map((one) => shellWord(one)).join(" ");
  if (isPlain && runner === "jest") {
    return {
      kind: "list",
      listCommand: `${withArguments} --listTests`,
      parse: (output, directory) => relativeFiles(output, directory, /\.[cm]?[jt]sx?$/),
      commandFor: (items) => `${withArguments} --runTestsByPath ${words(items)}`,
    };
  }
  if (isPlain && runner === "pytest") {
    return {
      kind: "list",
      listCommand: `${withArguments} --collect-only -q`,
      parse: (output) => [...new Set([...output.matchAll(/^(\S.*?\.py)::/gm)].map(([, file = ""]) => file))],
      commandFor: (items) => `${withArguments} ${words(items)}`,
    };
  }
  if (isPlain && runner === "go test") {
    const before = withArguments.slice(0, -" ./...".length);
    return {
      kind: "list",
      listCommand: "go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}' ./...",
      parse: (output, directory) => relativeFiles(output, directory, /./).map((one) => (one === "" ? "." : `./${one}`)),
      commandFor: (items) => `${before} ${words(items)}`,
    };
  }
  const own = OWN[runner]?.(shard);
  return own === undefined ? { kind: "whole" } : { kind: "own", command: `${withArguments} ${own}` };
}

/** Lines that are absolute paths below the folder. */
function relativeFiles(output: string, directory: string, pattern: RegExp): readonly string[] {
  return output
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => path.isAbsolute(line) && pattern.test(line))
    .map((line) => path.relative(directory, line).replaceAll("\\", "/"))
    .filter((line) => !line.startsWith("../"));
}
