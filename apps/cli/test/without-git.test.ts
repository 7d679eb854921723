import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

/** A machine with a shell and a few programs, and no git. */
function withoutGit(workspace: Workspace): Readonly<Record<string, string>> {
  const folder = path.join(workspace.path, "programs");
  mkdirSync(folder);
  for (const program of ["sh", "bash", "cat"]) {
    const found = execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();
    symlinkSync(found, path.join(folder, program));
  }
  return { PATH: folder };
}

const CONFIG = `steps:
  docs: { run: "cat README.md", inputs: ["**/*.md"] }
  code: { run: "cat a.js", inputs: ["**/*.js"], when: { changed: [code] } }
`;

test("without a git binary a run replays, skips and runs what a change needs, as with it", async () => {
  using workspace = createWorkspace({
    files: { ".workflow-config.yaml": CONFIG, "README.md": "# A\n", "a.js": "1\n" },
  });
  const env = withoutGit(workspace);
  const first = await runCli(workspace, ["run"], { env });
  expectOutcomes(first, { docs: "passed", code: "passed" });
  expectOutcomes(await runCli(workspace, ["run"]), { docs: "replayed", code: "replayed" });
  workspace.write({ "README.md": "# B\n" });
  const edited = await runCli(workspace, ["run"], { env });
  expectOutcomes(edited, { docs: "passed", code: "replayed" });
  expect(edited.stdout).toMatch(/^docs .* README\.md \(docs\) changed since HEAD$/m);
  expect(lastRecord(workspace).changeSet).toMatchObject({ known: true, total: 1 });
});

test("what only git can tell is said, everything runs, and what git proved before is kept", async () => {
  using workspace = createWorkspace({ init: false });
  workspace.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main");
  workspace.commit({ ".workflow-config.yaml": CONFIG, "README.md": "# A\n", "a.js": "1\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { docs: "passed", code: "passed" });
  const result = await runCli(workspace, ["run"], { env: withoutGit(workspace) });
  expectOutcomes(result, { docs: "passed", code: "passed" });
  expect(result.stderr).toMatch(/^note: what changed is unknown: without git, .*Install git/m);
  expect(result.exitCode).toBe(0);
  expectOutcomes(await runCli(workspace, ["run"]), { docs: "replayed", code: "replayed" });
});
