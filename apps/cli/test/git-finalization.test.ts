/** The step that commits, killed together with git before and after each of its commands: nothing of anybody's work is ever lost. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { BIN, runCli } from "./support/run-cli.ts";

const STEP = pathToFileURL(path.join(path.dirname(BIN), "steps/git_finalization.mjs")).href;
const GIT = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();

/** A git that kills the process which asks for the command of a number, before or after that was done. */
const KILLING = `#!/bin/sh
n=$(($(cat "$COUNTER") + 1))
echo $n > "$COUNTER"
test "$KILL" = "before $n" && kill -9 $PPID && exit 1
"${GIT}" "$@"
code=$?
test "$KILL" = "after $n" && kill -9 $PPID
exit $code
`;

/** Runs the step in a process of its own; gives how many commands of git it had begun. */
function finalise(
  workspace: Workspace,
  options: object,
  kill = "",
): { readonly commands: number; readonly killed: boolean } {
  const bin = path.join(workspace.path, "bin");
  execFileSync("mkdir", ["-p", bin]);
  writeFileSync(path.join(bin, "git"), KILLING);
  chmodSync(path.join(bin, "git"), 0o755);
  const counter = path.join(workspace.path, "counter");
  writeFileSync(counter, "0");
  const context = { step: "s", directory: workspace.repository, files: [], dueFiles: [], results: [], with: options };
  const script = `import step from ${JSON.stringify(STEP)};
const result = await step({ ...${JSON.stringify(context)}, changes: { known: false, message: "" }, spans: { measure: (_, work) => work() } });
if (result.outcome !== undefined) throw new Error(JSON.stringify(result));`;
  const { signal, status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: {
      ...workspace.environment,
      PATH: `${bin}:${workspace.environment["PATH"] ?? ""}`,
      COUNTER: counter,
      KILL: kill,
    },
    encoding: "utf8",
  });
  if (signal === null && status !== 0) throw new Error(stderr);
  return { commands: Number(readFileSync(counter, "utf8")), killed: signal === "SIGKILL" };
}

const FILES = { "a.txt": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "gone.txt": "g\n" };
const STAGED = "one\n2\n3\n4\n5\n6\n7\n8\n9\n";
const EDITED = "one\n2\n3\n4\n5\n6\n7\n8\nnine\n";

/** What somebody has been working on: one hunk staged, another not, something new. */
function edit(workspace: Workspace, isStaged: boolean): void {
  workspace.write({ "a.txt": STAGED });
  if (isStaged) workspace.git("add", "a.txt");
  workspace.write({ "a.txt": EDITED, "new.txt": "new\n" });
  rmSync(workspace.file("gone.txt"));
}

const stateOf = (workspace: Workspace): object => ({
  tree: workspace.git("rev-parse", "HEAD^{tree}"),
  tags: workspace.git("tag"),
  commits: workspace.git("rev-list", "--count", "HEAD"),
  status: workspace.git("status", "--porcelain"),
});

describe.each([
  ["staged in part", true],
  ["nothing staged", false],
])("git_finalization, with %s", (_, isStaged) => {
  test("killed around any command of git keeps every content, and the next run ends as if nothing had happened", () => {
    using whole = createWorkspace({ files: FILES });
    edit(whole, isStaged);
    const options = { commit: true, tag: "v1" };
    const { commands } = finalise(whole, options);
    expect(commands).toBeGreaterThan(8);
    const expected = stateOf(whole);
    for (let command = 1; command <= commands; command += 1) {
      for (const when of ["before", "after"]) {
        using workspace = createWorkspace({ files: FILES });
        edit(workspace, isStaged);
        expect(finalise(workspace, options, `${when} ${command}`).killed, `${when} ${command}`).toBe(true);
        expect([workspace.read("a.txt"), workspace.read("new.txt")]).toEqual([EDITED, "new\n"]);
        if (isStaged) {
          expect([workspace.git("show", ":a.txt"), workspace.git("fsck", "--no-dangling", "--no-progress")]).toEqual([
            STAGED,
            "",
          ]);
        }
        finalise(
          workspace,
          isStaged && workspace.git("rev-list", "--count", "HEAD").trim() === "2" ? { tag: "v1" } : options,
        );
        expect(stateOf(workspace), `${when} ${command}`).toEqual(expected);
      }
    }
  });
});

test("runs of several targets of one repository commit one after the other, each its own", async () => {
  const targets = ["a", "b", "c"];
  const files = targets.map((name) => [`${name}/text.txt`, "first\n"] as const);
  const configs = targets.map((name) => [`${name}/.workflow-config.yaml`, "pipeline: standard\n"] as const);
  using workspace = createWorkspace({ files: Object.fromEntries([...files, ...configs]) });
  workspace.write(Object.fromEntries(targets.map((name) => [`${name}/text.txt`, `first\n${name}\n`])));
  const args = ["run", "git_finalization", "--auto-commit", "--manual-trigger"];
  const runs = targets.map((name) => runCli(workspace, args, { cwd: workspace.file(name) }));
  expect((await Promise.all(runs)).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  expect(workspace.git("status", "--porcelain")).toBe("");
  const changes = workspace.git("log", "-3", "--format=", "--numstat").split("\n").filter(Boolean);
  expect(changes.toSorted()).toEqual(targets.map((name) => `1\t0\t${name}/text.txt`));
});

test("the whole pipeline commits what it has tested, where that is asked for", async () => {
  using workspace = createWorkspace({
    files: {
      ".workflow-config.yaml": "pipeline: standard\n",
      "package.json": '{ "private": true, "type": "module", "scripts": { "test": "node --test" } }\n',
      "a.test.js": 'import { test } from "node:test";\ntest("passes", () => {});\n',
    },
  });
  workspace.write({ "b.js": "export const b = 1;\n" });
  const refused = await runCli(workspace, ["run", "--manual-trigger"]);
  expect(refused.stdout).toContain("deployment_gate/uncommitted");
  const result = await runCli(workspace, ["run", "--manual-trigger", "--auto-commit"]);
  expect([result.exitCode, workspace.git("status", "--porcelain")]).toEqual([0, ""]);
  expect(workspace.git("show", "--name-only", "--format=")).toBe("b.js\n");
});
