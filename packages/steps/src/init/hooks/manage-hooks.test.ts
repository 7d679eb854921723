import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStepRepository, type StepRepository } from "../../../test/step-repository.ts";
import { renderHook } from "./hook-script.ts";
import { installHooks, removeHooks } from "./manage-hooks.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({ ".workflow-config.yaml": "steps: {}\n", "a.txt": "a\n" });
});
afterEach(() => repository.close());

const inTree = (...names: readonly string[]): string => path.join(repository.directory, ...names);
const hookFile = (name: string): string => inTree(".git/hooks", name);

/** A hook of the user's own that notes its arguments and its input. */
function writeHook(file: string, { exitCode = 0, mode = 0o755 } = {}): string {
  const text = `#!/bin/sh\n{ echo "mine $(basename "$0") $*"; cat; } >> mine.log\nexit ${exitCode}\n`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return text;
}

/** A program that stands where the hook looks for this one, and notes what it was called with. */
function writeProgram(folder: string, exitCode = 0): void {
  mkdirSync(inTree(folder, "node_modules/.bin"), { recursive: true });
  const file = inTree(folder, "node_modules/.bin/ai-workflow");
  writeFileSync(
    file,
    `#!/bin/sh\necho "program $* git-dir=\${GIT_DIR-} index=\${GIT_INDEX_FILE-}" >> mine.log\nexit ${exitCode}\n`,
  );
  chmodSync(file, 0o755);
}

function commit(directory = repository.directory): number | null {
  appendFileSync(path.join(directory, "a.txt"), "more\n");
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  return spawnSync("git", [...identity, "commit", "--quiet", "--all", "--message", "change"], { cwd: directory })
    .status;
}

const log = (): readonly string[] =>
  existsSync(inTree("mine.log")) ? readFileSync(inTree("mine.log"), "utf8").split("\n").slice(0, -1) : [];
const CALL = "program run --pipeline pre-commit --auto --quiet --findings changed --inconclusive pass git-dir= index=";

describe("installHooks", () => {
  test("a commit runs the pipeline, which can refuse it, with nothing of git's own variables", async () => {
    writeProgram("");
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({
      status: "done",
      isShared: false,
      hooks: [{ hook: "pre-commit", status: "installed", hasEarlier: false }],
    });
    expect(commit()).toBe(0);
    expect(log()).toEqual([CALL]);
    writeProgram("", 1);
    expect(commit()).toBe(1);
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({
      hooks: [{ status: "unchanged" }],
    });
  });

  test("a hook that is there runs first and keeps its say, whatever it is", async () => {
    writeProgram("");
    const text = writeHook(hookFile("pre-commit"));
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({ hooks: [{ hasEarlier: true }] });
    expect(commit()).toBe(0);
    expect(log()).toEqual(["mine pre-commit.before-ai-workflow ", CALL]);
    writeHook(hookFile("pre-commit.before-ai-workflow"), { exitCode: 3 });
    expect(commit()).toBe(1);
    expect(log()).toHaveLength(3);

    writeHook(hookFile("pre-commit.before-ai-workflow"));
    expect(await removeHooks(repository.directory)).toMatchObject({
      hooks: [
        { hook: "pre-commit", status: "removed", isEarlierBack: true },
        { hook: "pre-push", status: "absent" },
      ],
    });
    expect(readFileSync(hookFile("pre-commit"), "utf8")).toBe(text);
    expect(lstatSync(hookFile("pre-commit")).mode & 0o777).toBe(0o755);
  });

  test("a hook that git does not run for want of its bit is not run afterwards either, and comes back as it was", async () => {
    writeProgram("");
    writeHook(hookFile("pre-commit"), { mode: 0o644 });
    await installHooks(repository.directory, ["pre-commit"]);
    expect(commit()).toBe(0);
    expect(log()).toEqual([CALL]);
    await removeHooks(repository.directory);
    expect(lstatSync(hookFile("pre-commit")).mode & 0o777).toBe(0o644);
  });

  test("a hook that is a link stays one", async () => {
    writeProgram("");
    writeHook(inTree("scripts/check.sh"));
    symlinkSync("../../scripts/check.sh", hookFile("pre-commit"));
    await installHooks(repository.directory, ["pre-commit"]);
    expect(commit()).toBe(0);
    expect(log()[0]).toContain("mine ");
    await removeHooks(repository.directory);
    expect(lstatSync(hookFile("pre-commit")).isSymbolicLink()).toBe(true);
  });

  test("a push gives what it gives to the hook that was there", async () => {
    writeProgram("");
    writeHook(hookFile("pre-push"));
    await installHooks(repository.directory, ["pre-push"]);
    spawnSync("git", ["init", "--quiet", "--bare", "../away.git"], { cwd: repository.directory });
    expect(spawnSync("git", ["push", "--quiet", "../away.git", "main"], { cwd: repository.directory }).status).toBe(0);
    const [mine, input, program] = log();
    expect(mine).toBe("mine pre-push.before-ai-workflow ../away.git ../away.git");
    expect(input).toMatch(/^refs\/heads\/main [0-9a-f]{40} /);
    expect(program).toContain("program run --pipeline ci --auto");
  });

  test("after an installation that was killed another one goes on, and nothing is lost", async () => {
    const text = writeHook(hookFile("pre-commit"));
    // As it is between giving the other name and writing the new file.
    linkSync(hookFile("pre-commit"), hookFile("pre-commit.before-ai-workflow"));
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({ hooks: [{ hasEarlier: true }] });
    expect(readFileSync(hookFile("pre-commit.before-ai-workflow"), "utf8")).toBe(text);
    expect(readFileSync(hookFile("pre-commit"), "utf8")).toBe(renderHook("pre-commit", ""));
    expect(
      readdirSync(path.dirname(hookFile("x")))
        .filter((name) => !name.endsWith(".sample"))
        .sort(),
    ).toEqual(["pre-commit", "pre-commit.before-ai-workflow"]);
  });

  test("where both names are taken by others nothing is touched", async () => {
    const text = writeHook(hookFile("pre-commit"));
    writeHook(hookFile("pre-commit.before-ai-workflow"), { exitCode: 2 });
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({ hooks: [{ status: "refused" }] });
    expect(await removeHooks(repository.directory)).toMatchObject({ hooks: [{ status: "refused" }, {}] });
    expect(readFileSync(hookFile("pre-commit"), "utf8")).toBe(text);
  });

  test("a hook of an older version is replaced, and is no earlier one", async () => {
    mkdirSync(path.dirname(hookFile("x")), { recursive: true });
    writeFileSync(
      hookFile("pre-commit"),
      `${renderHook("pre-commit", "").split("\n").slice(0, 2).join("\n")}\nexit 7\n`,
    );
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({
      hooks: [{ status: "installed", hasEarlier: false }],
    });
  });

  test("all work trees share it, and one without the configuration commits as before", async () => {
    const other = path.join(repository.directory, "../other");
    repository.git("worktree", "add", "--quiet", "-b", "other", other);
    writeProgram("");
    await installHooks(other, ["pre-commit"]);
    expect(existsSync(hookFile("pre-commit"))).toBe(true);
    spawnSync("git", ["rm", "--quiet", ".workflow-config.yaml"], { cwd: other });
    expect(commit(other)).toBe(0);
    expect(log()).toEqual([]);
    expect(commit()).toBe(0);
    expect(log()).toEqual([CALL]);
  });

  test("a configuration in a folder with an odd name is the target", async () => {
    const name = "ser vices/it's";
    repository.write({ [`${name}/.workflow-config.yaml`]: "steps: {}\n" });
    writeProgram(name);
    await installHooks(inTree(name), ["pre-commit"]);
    expect(commit()).toBe(0);
    expect(log()).toEqual([
      `program run --pipeline pre-commit --target ${name} --auto --quiet --findings changed --inconclusive pass git-dir= index=`,
    ]);
  });

  test("a program that is nowhere is said so, and the commit waits", async () => {
    await installHooks(repository.directory, ["pre-commit"]);
    writeFileSync(inTree("a.txt"), "b\n");
    const { PATH = "" } = process.env;
    const folders = PATH.split(path.delimiter).filter((folder) => !existsSync(path.join(folder, "ai-workflow")));
    const { status, stderr } = spawnSync("git", ["commit", "--all", "--message", "change"], {
      cwd: repository.directory,
      env: { ...process.env, PATH: folders.join(path.delimiter) },
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining("npm install --global @ai-workflow/cli") as string]);
  });
});

describe("the folder of hooks", () => {
  test("is that of core.hooksPath where the repository sets it", async () => {
    repository.git("config", "core.hooksPath", ".githooks");
    mkdirSync(inTree("deep"));
    expect(await installHooks(inTree("deep"), ["pre-commit"])).toMatchObject({
      status: "done",
      folder: inTree(".githooks"),
      isShared: true,
    });
    expect(existsSync(inTree(".githooks/pre-commit"))).toBe(true);
    expect(await removeHooks(repository.directory)).toMatchObject({ hooks: [{ status: "removed" }, {}] });
    expect(readdirSync(inTree(".githooks"))).toEqual([]);
  });

  test("outside of the repository is left alone", async () => {
    const outside = path.join(repository.directory, "../hooks");
    repository.git("config", "core.hooksPath", outside);
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({ status: "refused" });
    expect(existsSync(outside)).toBe(false);
  });

  test("that all repositories share is left alone", async () => {
    const before = { ...process.env };
    const folder = inTree("all");
    Object.assign(process.env, {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.hooksPath",
      GIT_CONFIG_VALUE_0: folder,
    });
    try {
      expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({ status: "refused" });
      expect(existsSync(folder)).toBe(false);
    } finally {
      for (const name of ["GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"]) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  test("is none outside of a repository", async () => {
    repository.remove(".git");
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({ status: "refused" });
    expect(await removeHooks(repository.directory)).toMatchObject({ status: "refused" });
  });
});

describe("a program that has the hooks in its care", () => {
  test.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ["husky", { ".husky/pre-commit": "npx lint-staged\n" }, "  npx ai-workflow run --pipeline pre-commit"],
    ["husky", { "package.json": '{"husky":{"hooks":{}}}' }, '"pre-commit": "npx ai-workflow run'],
    ["lefthook", { "lefthook.yml": "pre-commit: {}\n" }, "        run: npx ai-workflow run --pipeline pre-commit"],
    [
      "pre-commit",
      { ".pre-commit-config.yaml": "repos: []\n" },
      "        entry: ai-workflow run --pipeline pre-commit",
    ],
    ["simple-git-hooks", { "package.json": '{"simple-git-hooks":{}}' }, '"pre-commit": "npx ai-workflow run'],
    ["Overcommit", { ".overcommit.yml": "PreCommit: {}\n" }, 'command: [sh, -c, "ai-workflow run'],
  ])("%s is told what to add, and nothing is written", async (name, files, line) => {
    repository.write(files);
    const report = await installHooks(repository.directory, ["pre-commit"]);
    expect(report).toMatchObject({ status: "refused", why: `${name} has the hooks of this repository in its care` });
    expect(report.status === "refused" ? report.advice.join("\n") : "").toContain(line);
    expect(existsSync(hookFile("pre-commit"))).toBe(false);
  });

  test("is known by the folder of hooks that it sets, also where git ignores its files", async () => {
    repository.git("config", "core.hooksPath", ".husky/_");
    repository.write({ ".husky/_/.gitignore": "*", ".gitignore": ".husky\n" });
    expect(await installHooks(repository.directory, ["pre-commit"])).toMatchObject({ status: "refused" });
  });
});
