/** Scripts of a `package.json`, run without a package manager as npm would run them. */
import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

/** Prints its arguments, and of its environment what npm tells of packages. */
const TELL = `const names = /^(npm_(package|lifecycle)_|npm_(node_execpath|execpath|package_json)$|NODE$|INIT_CWD$)/;
const told = Object.entries(process.env).filter(([name]) => names.test(name)).sort();
console.log(JSON.stringify([process.argv.slice(2), told, process.cwd()], undefined, 1));
`;

const PACKAGE = {
  name: "@scope/demo",
  version: "1.2.3",
  bin: "./bin/demo.js",
  config: { port: 8080, deep: { list: [1, "two"], none: null, off: false } },
  engines: { node: ">=20" },
  scripts: {
    pretell: "node tell.mjs",
    tell: "node tell.mjs fixed",
    posttell: "node tell.mjs; demo-tool",
    fails: "false | true; false; echo 'goes on'; exit 3",
    prebroken: "exit 4",
    broken: "echo never",
  },
};

const createPackage = (step: string): Workspace =>
  createWorkspace({
    files: {
      [CONFIG]: `steps:\n  tell: ${step}\n`,
      "web/package.json": JSON.stringify(PACKAGE),
      "web/tell.mjs": TELL,
      "node_modules/.bin/demo-tool": "#!/bin/sh\necho tool of the target\n",
    },
  });

const logOf = (workspace: Workspace): string => workspace.read(`.workflow/${lastRecord(workspace).steps[0]?.log}`);
const hasNpm = spawnSync("npm", ["--version"]).status === 0;

test.runIf(hasNpm)("prints byte by byte what npm prints, its environment and its arguments included", async () => {
  const args = ["--run", "a b", "it's", "", "$HOME", "*", '"', "\\", "line\nbreak", "ü"];
  using workspace = createPackage(`{ script: tell, directory: web, args: ${JSON.stringify(args)} }`);
  execFileSync("chmod", ["+x", workspace.file("node_modules/.bin/demo-tool")]);
  const outer = { npm_package_config_outer: "1", npm_lifecycle_event: "outer" };
  expectOutcomes(await runCli(workspace, ["run"], { env: outer }), { tell: "passed" });
  const ofNpm = execFileSync("npm", ["run", "--silent", "tell", "--", ...args], {
    cwd: workspace.file("web"),
    env: workspace.environment,
    encoding: "utf8",
  });
  expect(ofNpm).toContain("tool of the target\n");
  expect(logOf(workspace)).toBe(ofNpm);
  expect(lastRecord(workspace).steps).toMatchObject([{ kind: "shell", exitCode: 0 }]);
});

test("runs in a shell without options: only the last exit code counts", async () => {
  using workspace = createPackage("{ script: fails, directory: web }");
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
  expect(logOf(workspace)).toBe("goes on\n");
  expect(lastRecord(workspace).steps).toMatchObject([{ exitCode: 3, message: "exit code 3" }]);
});

test("does not run where what comes before it fails, and says which", async () => {
  using workspace = createPackage("{ script: broken, directory: web }");
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
  expect(logOf(workspace)).toBe("");
  expect(lastRecord(workspace).steps).toMatchObject([{ exitCode: 4, message: "prebroken: exit code 4" }]);
});

test("a script that is not there is a failure that names the nearest", async () => {
  using workspace = createPackage("{ script: tel, directory: web }");
  const result = await runCli(workspace, ["run"]);
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toContain('web/package.json has no script "tel"; did you mean "tell"?');
});

test("the script is an input of its own step, whatever the step names and whatever git ignores", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: 'steps:\n  hello: { script: hello, inputs: ["a.txt"] }\n',
      "a.txt": "a\n",
      ".gitignore": "package.json\n",
    },
  });
  const run = async (hello: string): Promise<Awaited<ReturnType<typeof runCli>>> => {
    workspace.write({ "package.json": JSON.stringify({ scripts: { hello } }) });
    return runCli(workspace, ["run"]);
  };
  expectOutcomes(await run("echo 1"), { hello: "passed" });
  expectOutcomes(await run("echo 1"), { hello: "replayed" });
  expectOutcomes(await run("exit 1"), { hello: "failed" });
  expectOutcomes(await run("exit 1"), { hello: "failed" });
  expectOutcomes(await run("echo 1"), { hello: "replayed" });
});
