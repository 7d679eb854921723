import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { runCli } from "./support/run-cli.ts";

const FILES = {
  ".workflow-config.yaml": `stages: [{ id: core }]
steps:
  build: { run: "echo x > out.txt", outputs: [out.txt], inputs: ["src/**"], stage: core }
  test: { run: "cat out.txt", uses: [build], inputs: ["src/**"] }
  docs: { run: "true", inputs: ["docs/**"] }
`,
  "src/a.js": "1\n",
  "docs/a.md": "a\n",
};

describe("graph", () => {
  test("tells of each step what it waits for and what a run would do with it, and runs nothing", async () => {
    using workspace = createWorkspace({ files: FILES });
    expect(await runCli(workspace, ["graph"])).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: `stage core
  build  run

without a stage
  docs   run
  test   run     after build (its outputs)
`,
    });
    expect(existsSync(workspace.file(".workflow"))).toBe(false);
    await runCli(workspace, ["run"]);
    expect((await runCli(workspace, ["graph"])).stdout).toContain("  build  replay\n");
    expect(await runCli(workspace, ["graph", "--base", "HEAD"])).toMatchObject({ exitCode: 0 });
    workspace.write({ "src/a.js": "2\n" });
    // Timed by now.
    expect((await runCli(workspace, ["graph"])).stdout).toContain("* build  run\n");
  });

  test("of named steps shows these and what they wait for", async () => {
    using workspace = createWorkspace({ files: FILES });
    const json = await runCli(workspace, ["graph", "test", "--format", "json"]);
    const graph = JSON.parse(json.stdout) as { readonly nodes: readonly { readonly id: string }[] };
    expect(graph).toMatchObject({ version: 1, edges: [{ from: "test", to: "build", kind: "uses" }] });
    expect(graph.nodes.map(({ id }) => id)).toEqual(["build", "test"]);
    expectRefusal(await runCli(workspace, ["graph", "tset"]), "ENGINE_UNKNOWN_STEP", '"test"');
  });

  test("of units shows the steps of each", async () => {
    using workspace = createWorkspace({
      files: {
        ".workflow-config.yaml":
          'steps: { test: { for_each: unit, run: "true" }, all: { run: "true", needs: [test] } }\n',
        "package.json": '{"name":"root","workspaces":["p/*"]}',
        "p/a/package.json": '{"name":"a","version":"1.0.0"}',
        "p/b/package.json": '{"name":"b","version":"1.0.0","dependencies":{"a":"1.0.0"}}',
      },
    });
    expect((await runCli(workspace, ["graph"])).stdout).toContain("all     run     after test@a, test@b\n");
    expect((await runCli(workspace, ["graph", "test"])).stdout).not.toContain("all");
  });

  test("is written for Graphviz, for Markdown and as a page, also into a file", async () => {
    using workspace = createWorkspace({ files: FILES });
    const write = async (format: string): Promise<string> => {
      const told = await runCli(workspace, ["graph", "--format", format, "--output", `out/graph.${format}`]);
      expect(told).toMatchObject({ exitCode: 0, stdout: "" });
      return workspace.read(`out/graph.${format}`);
    };
    expect(await write("dot")).toContain('"build" -> "test";');
    expect(await write("mermaid")).toMatch(/^flowchart LR\n/);
    expect(await write("html")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(await runCli(workspace, ["graph", "--format", "png"])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});
