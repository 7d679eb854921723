import { expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = `
steps:
  a: { run: "true" }
alerts:
  rules: [{ kind: slow-run, threshold_seconds: 600 }]
  channels: [{ type: job-summary }]
`;

const COMMANDS: readonly (readonly string[])[] = [
  ["run", "--json"],
  ["run", "--dry-run=json"],
  ["run", "--show-ml-status", "--json"],
  ["explain", "a", "--json"],
  ["status", "--json"],
  ["status", "--shadow", "--json"],
  ["bottlenecks", "--json"],
  ["ml", "status", "--json"],
  ["ml", "evaluate", "--json"],
  ["cache", "stats", "--json"],
  ["cache", "explain", "a", "--json"],
  ["cache", "clean", "--json"],
  ["cache", "verify", "--json"],
  ["cache", "clear", "--json"],
  ["alert", "check", "--json"],
  ["alert", "test", "--dry-run", "--json"],
  ["bench", "run", "--baseline", "true", "--compare", "true", "--pairs", "1", "--warmup", "0", "--json"],
  ["bench", "compare", "latest", "latest", "--json"],
  ["bench", "track", "--json"],
];

test("every line that is printed with --json says its version, under one name and first", async () => {
  using workspace = createWorkspace({ files: { ".workflow-config.yaml": CONFIG } });
  await runCli(workspace, ["run"]);
  for (const command of COMMANDS) {
    const { stdout, stderr, exitCode } = await runCli(workspace, command);
    // After one run there is too little to evaluate by.
    expect(exitCode, `${command.join(" ")}: ${stderr}`).toBe(command[1] === "evaluate" ? 3 : 0);
    const lines = stdout.trimEnd().split("\n");
    for (const line of lines) {
      expect(line, command.join(" ")).toMatch(/^\{"version":1[,}]/);
      expect(JSON.parse(line), command.join(" ")).not.toHaveProperty("jsonVersion");
    }
  }
});
