import { Argument, Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import { completeWords, describeWord, type KnownNames } from "./complete-words.ts";

function createProgram(): Command {
  const program = new Command("tool");
  program
    .command("run")
    .argument("[steps...]")
    .addOption(new Option("--steps <list>"))
    .addOption(new Option("--target <dir>"))
    .addOption(new Option("--continue [policy]").choices(["never", "always"]))
    .addOption(new Option("--log <which>").choices(["all", "none"]))
    .addOption(new Option("--secret").hideHelp())
    .option("-q, --quiet");
  program.command("approve").argument("[stage]");
  program
    .command("export")
    .addArgument(new Argument("[format]").choices(["trace", "junit"]))
    .argument("[run]");
  program.command("read").argument("<file>");
  program.command("cache").command("stats");
  program.command("hidden", { hidden: true });
  return program;
}

const KNOWN: KnownNames = {
  steps: () => Promise.resolve(["lint", "lint@web", "test"]),
  stages: () => Promise.resolve(["core"]),
  runs: () => Promise.resolve(["r1"]),
};

const complete = (...words: readonly string[]): Promise<unknown> => completeWords(createProgram(), words, KNOWN);
const found = (...words: readonly string[]): unknown => ({ words, files: false });

describe("completeWords()", () => {
  test("names commands, also of commands, and none that is hidden", async () => {
    expect(await complete("")).toEqual(found("run", "approve", "export", "read", "cache"));
    expect(await complete("ca")).toEqual(found("cache"));
    expect(await complete("cache", "")).toEqual(found("stats"));
  });

  test("names flags that are not there yet", async () => {
    expect(await complete("run", "--q")).toEqual(found("--quiet"));
    expect(await complete("run", "--steps=a", "--st")).toEqual(found());
    expect(await complete("run", "-")).toEqual(
      found("--steps", "--target", "--continue", "--log", "--quiet", "--help"),
    );
  });

  test("names values of flags, in both forms, and where files belong", async () => {
    expect(await complete("run", "--log", "n")).toEqual(found("none"));
    expect(await complete("run", "--log=a")).toEqual(found("--log=all"));
    expect(await complete("run", "--continue=")).toEqual(found("--continue=never", "--continue=always"));
    expect(await complete("run", "--target", "")).toEqual({ words: [], files: true });
    expect(await complete("run", "--steps", "test,l")).toEqual(found("test,lint", "test,lint@web"));
    expect(await complete("read", "")).toEqual({ words: [], files: true });
  });

  test("names nothing twice that is one of several", async () => {
    expect(await complete("run", "--steps", "test,")).toEqual(found("test,lint", "test,lint@web"));
    expect(await complete("run", "test", "lint", "")).toEqual(found("lint@web"));
    // The second word of what takes one is another thing.
    expect(await complete("export", "trace", "lat")).toEqual(found("latest"));
  });

  test("names steps, stages, choices and runs by what a command takes", async () => {
    expect(await complete("run", "lint@")).toEqual(found("lint@web"));
    // A flag with an optional value takes it only behind `=`.
    expect(await complete("run", "test", "--continue", "li")).toEqual(found("lint", "lint@web"));
    expect(await complete("run", "--log", "all", "t")).toEqual(found("test"));
    expect(await complete("approve", "")).toEqual(found("core"));
    expect(await complete("approve", "core", "")).toEqual(found());
    expect(await complete("export", "")).toEqual(found("trace", "junit"));
    expect(await complete("export", "trace", "")).toEqual(found("latest", "r1"));
    expect(await complete("nothing", "")).toEqual(found());
  });
});

test("describeWord() tells what commands and flags do, and nothing of other words", () => {
  const program = new Command("tool");
  program.command("run").description("run steps").option("--quiet", "print little").argument("[steps...]");
  expect(describeWord(program, ["r"], "run")).toBe("run steps");
  expect(describeWord(program, ["run", "--q"], "--quiet")).toBe("print little");
  expect(describeWord(program, ["run", "li"], "lint")).toBeUndefined();
});
