import { describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { runCli } from "./support/run-cli.ts";

describe("help", () => {
  test("each command that the help lists is there when it is named, with a help of its own", async () => {
    using workspace = createWorkspace({ files: {} });
    const { stdout } = await runCli(workspace, ["--help"]);
    const listed = [...stdout.matchAll(/^ {2}([a-z]+)(?= |$)/gm)].map(([, name = ""]) => name);
    expect(listed).toEqual(expect.arrayContaining(["run", "explain", "export", "bench", "help"]));
    for (const name of listed.filter((one) => one !== "help")) {
      const own = await runCli(workspace, [name, "--help"]);
      expect(own).toMatchObject({ exitCode: 0, stderr: "" });
      expect(own.stdout).toContain(`Usage: ai-workflow ${name} `);
      // Asked for in the other way all commands are defined.
      expect(await runCli(workspace, ["help", name])).toEqual(own);
    }
  });
});

/** Arguments that make no sense, with what is told of them: what, why, what to do. */
const WRONG: readonly (readonly [line: string, ...told: readonly [string, string, string]])[] = [
  ["bottlenek", "unknown command 'bottlenek'", "`ai-workflow` has no such command", "Did you mean bottlenecks?"],
  [
    "xyzzy",
    "unknown command 'xyzzy'",
    "`ai-workflow` has no such command",
    "`ai-workflow run <step>` runs a step; `ai-workflow --help` says what there is",
  ],
  ["cache stat", "unknown command 'stat'", "`ai-workflow cache` has no such command", "Did you mean stats?"],
  ["run --forse", "unknown option '--forse'", "`ai-workflow run` has no such option", "Did you mean --force?"],
  ["run -j 4", "unknown option '-j'", "`ai-workflow run` has no such option", "Did you mean --concurrency?"],
  [
    "run --watch",
    "unknown option '--watch'",
    "`ai-workflow run` has no such option",
    "Did you mean ai-workflow watch?",
  ],
  ["run --no-cache", "unknown option '--no-cache'", "`ai-workflow run` has no such option", "Did you mean --force?"],
  [
    "history -j",
    "unknown option '-j'",
    "`ai-workflow history` has no such option",
    "`ai-workflow history --help` says what it takes",
  ],
  ["list", "unknown command 'list'", "`ai-workflow` has no such command", "Did you mean graph?"],
  [
    "cache stats --zz",
    "unknown option '--zz'",
    "`ai-workflow cache stats` has no such option",
    "`ai-workflow cache stats --help` says what it takes",
  ],
  [
    "bench gate",
    "required option '--baseline <ref>' not specified",
    "`ai-workflow bench gate` cannot do without it",
    "`ai-workflow bench gate --help` says what it takes",
  ],
  [
    "explain",
    "missing required argument 'step'",
    "`ai-workflow explain` cannot do without it",
    "`ai-workflow explain --help` says what it takes",
  ],
  [
    "status now",
    "too many arguments for 'status'",
    "Expected 0 arguments but got 1.",
    "`ai-workflow status --help` says what it takes",
  ],
  [
    "report --format junti",
    "option '--format <which>' argument 'junti' is invalid",
    "Allowed choices are text, markdown, junit, sarif, github, gitlab.",
    "Did you mean junit?",
  ],
  [
    "history --limit 0",
    "option '--limit <n>' argument '0' is invalid",
    "Give a whole number of at least 1.",
    "`ai-workflow history --help` says what it takes",
  ],
  [
    "report --output",
    "option '--output <file>' argument missing",
    "the option has no meaning without a value",
    "`ai-workflow report --help` says what it takes",
  ],
  ["help bottlenek", "unknown command 'bottlenek'", "`ai-workflow` has no such command", "Did you mean bottlenecks?"],
  [
    "completion bsh",
    "command-argument value 'bsh' is invalid for argument 'shell'",
    "Allowed choices are bash, zsh, fish.",
    "Did you mean bash?",
  ],
  [
    "run --json --quiet",
    "option '--json' cannot be used with option '--quiet'",
    "the two contradict each other",
    "`ai-workflow run --help` says what it takes",
  ],
  [
    "run --print-prompts",
    "option '--print-prompts' needs '--dry-run'",
    "without the other it would have no effect",
    "`ai-workflow run --help` says what it takes",
  ],
];

describe("arguments that make no sense", () => {
  test.each(WRONG)("%s", async (line, what, why, remedy) => {
    using workspace = createWorkspace({ files: {} });
    expect(await runCli(workspace, line.split(" "))).toEqual({
      exitCode: 2,
      signal: null,
      stdout: "",
      stderr: `ai-workflow: ${what}\n  why: ${why}\n  ${remedy}\n  CLI_USAGE: https://github.com/ai-workflow/ai-workflow/blob/main/docs/errors.md#cli_usage\n`,
    });
  });

  test("names that hold control characters cannot write to the terminal", async () => {
    using workspace = createWorkspace({ files: {} });
    const { stderr } = await runCli(workspace, ["report", "--format", "a\u001b[2J\nb"]);
    expect(stderr).not.toContain("\u001b");
    expect(stderr.trimEnd().split("\n")).toHaveLength(4);
  });

  test("without any the help is shown, and that is a usage error", async () => {
    using workspace = createWorkspace({ files: {} });
    const { exitCode, stderr } = await runCli(workspace, []);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^Usage: ai-workflow /);
    expect(stderr).not.toContain("CLI_USAGE");
  });
});
