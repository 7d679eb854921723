/** `init` writes a configuration with which the first run works, never over another, and asks nobody who cannot answer. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { BIN, runCli } from "./support/run-cli.ts";
import { HAS_TERMINAL, runInTerminal } from "./support/run-in-terminal.ts";

const CONFIG = ".workflow-config.yaml";
const WORKFLOW = ".github/workflows/ai-workflow.yml";
const LIBRARY = { "package.json": '{"name":"a","exports":"./index.js"}\n', "index.js": "export {};\n" };

describe("init", () => {
  test("the first run finds a planted problem", async () => {
    using workspace = createWorkspace({ files: LIBRARY });
    const init = await runCli(workspace, ["init", "--yes"]);
    expect(init).toMatchObject({ exitCode: 0, stderr: "" });
    expect(init.stdout).toContain(`wrote ${CONFIG}\n  kind nodejs_library: package.json names what it exports\n`);
    workspace.write({ "index.js": "<<<<<<< ours\n1;\n=======\n2;\n>>>>>>> theirs\n" });
    workspace.git("add", "--all");
    const run = await runCli(workspace, ["run"]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain("index.js:1: error ");
  });

  test("without a terminal nobody is asked", async () => {
    using workspace = createWorkspace({ files: LIBRARY });
    expect(await runCli(workspace, ["init"])).toMatchObject({ exitCode: 0 });
    expect(workspace.read(CONFIG)).toMatch(
      /^# yaml-language-server: \$schema=https:\/\/.*\n[^]*\npipeline: standard\n/,
    );
  });

  test.each([
    ["full", "standard"],
    ["docs-only", "docs-only"],
    ["pre-commit", "pre-commit"],
    ["ci", "ci"],
  ])("--template %s", async (template, pipeline) => {
    using workspace = createWorkspace({ files: LIBRARY });
    expect(await runCli(workspace, ["init", "--yes", "--template", template])).toMatchObject({ exitCode: 0 });
    expect(workspace.read(CONFIG)).toContain(`\npipeline: ${pipeline}\n`);
    expect(await runCli(workspace, ["run", "--dry-run"])).toMatchObject({ exitCode: 0 });
  });

  test("--kind goes before the guess", async () => {
    using workspace = createWorkspace({ files: LIBRARY });
    await runCli(workspace, ["init", "--yes", "--kind", "nodejs_api"]);
    expect(workspace.read(CONFIG)).toContain("  kind: nodejs_api\n");
  });

  test("--print writes nothing, also where there is a configuration", async () => {
    using workspace = createWorkspace({ files: { ...LIBRARY, [CONFIG]: "steps: {}\n" } });
    const { stdout } = await runCli(workspace, ["init", "--print"]);
    expect(workspace.read(CONFIG)).toBe("steps: {}\n");
    expect(await runCli(workspace, ["init", "--force"])).toMatchObject({ exitCode: 0 });
    expect(workspace.read(CONFIG)).toBe(stdout);
    expect(readdirSync(workspace.repository).filter((name) => name.startsWith(`.${CONFIG}`))).toEqual([]);
  });

  test("--print shows hooks too, as they would be written, or who has them in its care", async () => {
    using workspace = createWorkspace({ files: LIBRARY });
    const { stdout } = await runCli(workspace, ["init", "--hooks", "pre-push", "--print"]);
    expect(existsSync(workspace.file(".git/hooks/pre-push"))).toBe(false);
    expect(await runCli(workspace, ["init", "--yes", "--hooks", "pre-push"])).toMatchObject({ exitCode: 0 });
    expect(stdout).toBe(`${workspace.read(CONFIG)}\n# .git/hooks/pre-push\n${workspace.read(".git/hooks/pre-push")}`);
    workspace.write({ ".pre-commit-config.yaml": "repos: []\n" });
    const managed = await runCli(workspace, ["init", "--hooks", "--print"]);
    expect(managed).toMatchObject({ exitCode: 1, stdout: workspace.read(CONFIG) });
    expect(managed.stderr).toMatch(
      /^ai-workflow: no hook would be installed\n {2}why: pre-commit has the hooks of this repository in its care\n[^]*\n {2}CLI_HOOKS_REFUSED: /,
    );
  });

  test("a configuration is never written over, nor what a link leads to", async () => {
    using workspace = createWorkspace({ files: { ...LIBRARY, "other.yaml": "mine\n" } });
    symlinkSync("other.yaml", workspace.file(CONFIG));
    expectRefusal(await runCli(workspace, ["init", "--yes"]), "is there already", "--force", "ENGINE_FILE_EXISTS");
    expect(await runCli(workspace, ["init", "--yes", "--force"])).toMatchObject({ exitCode: 0 });
    expect(workspace.read("other.yaml")).toBe("mine\n");
    expect(workspace.read(CONFIG)).toContain("pipeline: standard");
  });

  test("--target, and one that is no folder", async () => {
    using workspace = createWorkspace({ files: { ...LIBRARY, "docs/a.txt": "a\n" } });
    await runCli(workspace, ["init", "--target", "docs"]);
    expect(existsSync(workspace.file(`docs/${CONFIG}`))).toBe(true);
    expect(existsSync(workspace.file(CONFIG))).toBe(false);
    expectRefusal(await runCli(workspace, ["init", "--target", "nowhere"]), "ENGINE_TARGET_MISSING");
  });

  describe.skipIf(!HAS_TERMINAL)("at a terminal", () => {
    test("asks what was not said, and takes the beginning of an answer", async () => {
      using workspace = createWorkspace({ files: LIBRARY });
      const { exitCode, shown } = await runInTerminal(
        workspace,
        ["init"],
        [
          { after: "[nodejs_library] ", text: "nodejs_\n" },
          { after: "may be nodejs_library, nodejs_cli or nodejs_api", text: "python\n" },
          { after: "[full] ", text: "\n" },
          { after: "hook of git? (yes, no) [no] ", text: "y\n" },
          { after: "GitHub Actions? (yes, no) [no] ", text: "\n" },
        ],
      );
      // 80 columns are broken between words.
      expect(shown.replaceAll("\r", "")).toContain(
        "It seems to be nodejs_library: package.json names what it\n  exports.\n  (documentation, nodejs_library,",
      );
      expect(exitCode).toBe(0);
      expect(workspace.read(CONFIG)).toContain("  kind: python_app\n");
      expect(workspace.read(CONFIG)).toContain("pipeline: standard\n");
      expect(existsSync(workspace.file(".git/hooks/pre-commit"))).toBe(true);
      expect(existsSync(workspace.file(WORKFLOW))).toBe(false);
    });

    test("--yes asks nothing there either, and Ctrl-C writes nothing", async () => {
      using workspace = createWorkspace({ files: LIBRARY });
      const cancelled = await runInTerminal(workspace, ["init"], [{ after: "[nodejs_library] ", text: "\u0003" }]);
      expect(cancelled.exitCode).toBe(130);
      expect(cancelled.shown).toMatch(/\nai-workflow: cancelled; nothing was written\r?\n/);
      expect(existsSync(workspace.file(CONFIG))).toBe(false);
      const { exitCode, shown } = await runInTerminal(workspace, ["init", "--yes"], []);
      expect(exitCode).toBe(0);
      expect(shown).not.toContain("What is");
    });
  });
});

/** A commit with the built program on the path, as an installed one is. */
function commitWith(
  workspace: Workspace,
  message: string,
): { readonly status: number | null; readonly stderr: string } {
  const bin = path.join(workspace.path, "bin");
  if (!existsSync(bin)) {
    mkdirSync(bin);
    writeFileSync(path.join(bin, "ai-workflow"), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, {
      mode: 0o755,
    });
  }
  return spawnSync("git", ["commit", "--all", "--message", message], {
    cwd: workspace.repository,
    env: { ...workspace.environment, PATH: `${bin}${path.delimiter}${workspace.environment["PATH"] ?? ""}` },
    encoding: "utf8",
  });
}

const CONFLICT = "<<<<<<< ours\n1;\n=======\n2;\n>>>>>>> theirs\n";

describe("init --hooks", () => {
  test("a commit is checked by the pre-commit pipeline, until --remove-hooks", async () => {
    using workspace = createWorkspace({ files: LIBRARY });
    const { stdout, stderr, exitCode } = await runCli(workspace, ["init", "--yes", "--hooks"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`wrote ${CONFIG}\n`);
    expect(stdout).toContain(`installed ${workspace.file(".git/hooks/pre-commit")}\n`);
    expect(stderr).toContain("note: hooks look for ai-workflow in node_modules and on the path");
    workspace.git("add", "--all");
    expect(commitWith(workspace, "good")).toMatchObject({ status: 0 });

    workspace.write({ "index.js": CONFLICT });
    workspace.git("add", "--all");
    const bad = commitWith(workspace, "bad");
    expect(bad.status).toBe(1);
    expect(bad.stderr).toContain("index.js:1: error ");

    const removed = await runCli(workspace, ["init", "--remove-hooks"]);
    expect(removed).toMatchObject({ exitCode: 0, stdout: `removed ${workspace.file(".git/hooks/pre-commit")}\n` });
    expect(commitWith(workspace, "bad")).toMatchObject({ status: 0 });
    expect(await runCli(workspace, ["init", "--remove-hooks"])).toMatchObject({
      exitCode: 0,
      stdout: "there are no hooks of ai-workflow\n",
    });
  });

  test("with a configuration that is there only the hooks come, by name", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: "steps: {}\n" } });
    const result = await runCli(workspace, ["init", "--hooks", "pre-commit,pre-push"]);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stdout).toContain(`kept ${CONFIG}, which is there already\n`);
    expect(workspace.read(CONFIG)).toBe("steps: {}\n");
    expect(existsSync(workspace.file(".git/hooks/pre-push"))).toBe(true);
    expectRefusal(await runCli(workspace, ["init", "--hooks", "post-commit"]), "Allowed are pre-commit, pre-push.");
  });

  test("where husky has the hooks in its care it says what to add", async () => {
    using workspace = createWorkspace({ files: { ...LIBRARY, ".husky/pre-commit": "npm test\n" } });
    const result = await runCli(workspace, ["init", "--hooks"]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(
      /^ai-workflow: no hook was installed\n {2}why: husky has the hooks of this repository in its care\n {2}add to \.husky\/pre-commit:\n {4}npx ai-workflow run --pipeline pre-commit .*\n {2}CLI_HOOKS_REFUSED: https:\/\/\S+#cli_hooks_refused\n$/,
    );
    expect(existsSync(workspace.file(CONFIG))).toBe(true);
    expect(existsSync(workspace.file(".git/hooks/pre-commit"))).toBe(false);
  });

  test("a hook that cannot be kept beside another one is named, and the others are installed", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: "steps: {}\n" } });
    await runCli(workspace, ["init", "--hooks", "pre-push"]);
    const hooks = workspace.file(".git/hooks");
    writeFileSync(path.join(hooks, "pre-push.before-ai-workflow"), "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(path.join(hooks, "pre-push"), "#!/bin/sh\n# another\n", { mode: 0o755 });
    const result = await runCli(workspace, ["init", "--hooks", "pre-commit,pre-push"]);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain(`installed ${path.join(hooks, "pre-commit")}\n`);
    expect(result.stderr).toMatch(
      /^ai-workflow: pre-push was not installed\n {2}why: pre-push is not ours, .*\n {2}Mend that .*\n {2}CLI_HOOKS_REFUSED: /,
    );
  });

  test("outside of a work tree no hook is removed, and it is said why", async () => {
    using workspace = createWorkspace();
    mkdirSync(path.join(workspace.path, "plain"));
    const result = await runCli(workspace, ["init", "--remove-hooks", "--target", path.join(workspace.path, "plain")]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(
      /^ai-workflow: no hook was removed\n {2}why: this is no work tree .*\n {2}Mend that .*\n {2}CLI_HOOKS_REFUSED: /,
    );
  });

  test("a folder of hooks that may not be written is said so", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: "steps: {}\n" } });
    workspace.write({ file: "in the way\n" });
    workspace.git("config", "core.hooksPath", "file");
    expect(await runCli(workspace, ["init", "--hooks"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("ENGINE_OUTPUT_UNWRITABLE") as string,
    });
  });
});

describe("init --ci github", () => {
  test("writes a workflow at the top of the repository, for the folder of the configuration", async () => {
    using workspace = createWorkspace({
      files: { "services/a/package.json": "{}", "services/a/package-lock.json": "{}" },
    });
    const { stdout, exitCode } = await runCli(workspace, ["init", "--ci", "github", "--target", "services/a"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`wrote services/a/${CONFIG}\n`);
    expect(stdout).toContain(`wrote ${WORKFLOW}\n`);
    const text = workspace.read(WORKFLOW);
    expect(text).toContain('    branches: ["main"]\n');
    expect(text).toContain('      - run: "npm ci"\n        working-directory: "services/a"\n');
    expect(text).toContain("            services/a/.workflow/results\n");
  });

  test("is not written over another one, and then nothing else is written either", async () => {
    using workspace = createWorkspace({ files: { [WORKFLOW]: "mine\n" } });
    expectRefusal(await runCli(workspace, ["init", "--ci", "github"]), `${WORKFLOW} is there already`);
    expect(existsSync(workspace.file(CONFIG))).toBe(false);
    const { stdout } = await runCli(workspace, ["init", "--ci", "github", "--print"]);
    expect(workspace.read(WORKFLOW)).toBe("mine\n");
    workspace.write({ [CONFIG]: "steps: {}\n" });
    // With --ci the configuration that is there is kept, whatever is forced.
    expect(await runCli(workspace, ["init", "--ci", "github", "--force"])).toMatchObject({ exitCode: 0 });
    expect(workspace.read(CONFIG)).toBe("steps: {}\n");
    expect(stdout.endsWith(`# ${WORKFLOW}\n${workspace.read(WORKFLOW)}`)).toBe(true);
  });
});
