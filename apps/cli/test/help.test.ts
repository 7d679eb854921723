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

  test("a command that is written wrong is told the right one", async () => {
    using workspace = createWorkspace({ files: {} });
    expect(await runCli(workspace, ["bottlenek"])).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: "error: unknown command 'bottlenek'\n(Did you mean bottlenecks?)\n",
    });
  });
});
