import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { expectNoStack, expectRefusal } from "./support/expect-refusal.ts";
import { canRunUnprivileged, runUnprivileged, setWritable } from "./support/run-as-other.ts";
import { BIN, runCli, startCli } from "./support/run-cli.ts";
import { snapshotState } from "./support/snapshot-state.ts";

const CONFIG = ".workflow-config.yaml";
const GOOD = 'steps:\n  check: { run: "true" }\n';
const HISTORY = ".workflow/metrics/history.jsonl";

/** A repository whose one step has passed, so that its result, history and logs are on disk. */
async function createProvedWorkspace(): Promise<Workspace> {
  const workspace = createWorkspace({ files: { [CONFIG]: GOOD, "a.txt": "a\n" } });
  const result = await runCli(workspace, ["run"]);
  expect(result).toMatchObject({ exitCode: 0 });
  return workspace;
}

const resultFiles = (workspace: Workspace): readonly string[] =>
  (readdirSync(workspace.file(".workflow/results"), { recursive: true }) as string[])
    .filter((name) => name.endsWith(".json"))
    .map((name) => workspace.file(path.join(".workflow/results", name)));

async function expectReplay(workspace: Workspace): Promise<void> {
  const result = await runCli(workspace, ["run"]);
  expectOutcomes(result, { check: "replayed" });
  expect(result).toMatchObject({ exitCode: 0 });
}

describe("a repository that is none, or empty", () => {
  test("outside of git files are listed all the same, and what git is needed for is said", async () => {
    using workspace = createWorkspace({ init: false, files: { [CONFIG]: GOOD, "a.txt": "1\n" } });
    for (const check of ["passed", "replayed", "passed", "replayed"]) {
      const result = await runCli(workspace, ["run"]);
      expectNoStack(result);
      expect(result.stderr).toMatch(/^note: .*not a git repository.*git init/m);
      expectOutcomes(result, { check });
      expect(result).toMatchObject({ exitCode: 0 });
      // An edit is seen, and what was installed counts for nothing.
      workspace.write(check === "passed" ? { "node_modules/a.js": "" } : { "a.txt": "2\n" });
    }
    expect(workspace.read(HISTORY).trim().split("\n")).toHaveLength(4);
  });

  test("before the first commit every file is a change, and results are kept all the same", async () => {
    using workspace = createWorkspace();
    workspace.write({ [CONFIG]: GOOD });
    const result = await runCli(workspace, ["run"]);
    expectNoStack(result);
    expect(result.stderr).not.toContain("note:");
    expectOutcomes(result, { check: "passed" });
    expect(result).toMatchObject({ exitCode: 0 });
    await expectReplay(workspace);
  });
});

describe("a configuration that cannot be used", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createProvedWorkspace();
  });
  afterAll(() => workspace[Symbol.dispose]());

  test.for<readonly [string, string | Uint8Array, ...string[]]>([
    ["a wrong type", "steps:\n  a:\n    run: 5\n", `${CONFIG}:3:10: \`steps.a.run\` must be text, got 5`],
    ["a list of steps", "steps:\n  - run: x\n", `${CONFIG}:1:1: \`steps\` must be a mapping, got a list`],
    [
      "an unknown key",
      "steps:\n  a: { run: x }\nstage: []\n",
      `${CONFIG}:3:1: unknown key "stage"; did you mean "stages"?`,
    ],
    [
      "an unknown key of a step",
      "steps:\n  a:\n    run: x\n    need: [b]\n",
      `${CONFIG}:4:5: unknown key "need"; did you mean "needs"?`,
    ],
    ["a step without an action", "steps:\n  a:\n    needs: []\n", `${CONFIG}:2:3: \`steps.a\` needs \`run\``],
    ["a duplicate step", "steps:\n  a: { run: x }\n  a: { run: y }\n", `${CONFIG}:3:3: the key "a" is there twice`],
    [
      "an unknown dependency",
      "steps:\n  test: { run: x, needs: [biuld] }\n  build: { run: y }\n",
      `${CONFIG}:2:27: unknown step "biuld"; did you mean "build"?`,
    ],
    [
      "a circle",
      "steps:\n  a: { run: x, needs: [c] }\n  b: { run: y, needs: [a] }\n  c: { run: z, needs: [b] }\n",
      `${CONFIG}:2:16: steps need each other in a circle: a -> c -> b -> a\n`,
    ],
    ["a step that needs itself", "steps:\n  a: { run: x, needs: [a] }\n", "circle: a -> a\n"],
    ["an unknown stage", "steps:\n  a: { run: x, stage: core }\n", `${CONFIG}:2:23: unknown stage "core"`],
    [
      "a pattern that does not compile",
      'steps:\n  a: { run: x }\noptimizations:\n  skip_rules:\n    - { pattern: "(", steps: [a] }\n',
      `${CONFIG}:5:`,
      "Unterminated group",
    ],
    ["broken YAML", "steps: { a: [\n", `${CONFIG}:2:1: `],
    ["a tab for indentation", "steps:\n\ta: x\n", `${CONFIG}:2:1: tab characters must not be used in indentation`],
    ["nothing in it", "", `${CONFIG}:1:1: `, "empty"],
    [
      "an escape sequence in a key",
      'steps:\n  a: { run: x, "\\e[2Jkey": 1 }\n',
      `${CONFIG}:2:`,
      String.raw`unknown key "\u{1b}[2Jkey"`,
    ],
    ["binary junk", Uint8Array.from({ length: 512 }, (_, index) => (index * 37) % 256), `${CONFIG}:1:1: `],
  ])("%s is refused with its place, and nothing on disk changes", async ([, config, ...texts]) => {
    workspace.write({ [CONFIG]: config });
    const before = snapshotState(workspace);
    expectRefusal(await runCli(workspace, ["run"]), "ENGINE_CONFIG_INVALID: https://", ...texts);
    expect(snapshotState(workspace)).toEqual(before);
  });

  test("every problem is listed at once", async () => {
    workspace.write({ [CONFIG]: "steps:\n  a: { run: 1 }\n  b: { run: x, retries: -1 }\nextra: 1\n" });
    const result = await runCli(workspace, ["run"]);
    expectRefusal(result, "3 problems", `${CONFIG}:2:`, `${CONFIG}:3:`, `${CONFIG}:4:1: unknown key "extra"`);
  });

  test("a directory in its place", async () => {
    rmSync(workspace.file(CONFIG));
    mkdirSync(workspace.file(CONFIG));
    expectRefusal(await runCli(workspace, ["run"]), `cannot read ${workspace.file(CONFIG)} (EISDIR)`);
    rmSync(workspace.file(CONFIG), { recursive: true });
  });

  test("none at all: what to create is said", async () => {
    rmSync(workspace.file(CONFIG), { recursive: true, force: true });
    const before = snapshotState(workspace);
    const result = await runCli(workspace, ["run"]);
    expectRefusal(
      result,
      `no ${CONFIG} in ${workspace.repository} or in a directory above it`,
      "`ai-workflow init` writes one",
    );
    expectRefusal(await runCli(workspace, ["run", "--target", "."]), `no ${CONFIG} in ${workspace.repository}\n`);
    expect(snapshotState(workspace)).toEqual(before);
  });

  test("once it is mended, what was proved before is replayed", async () => {
    workspace.write({ [CONFIG]: GOOD });
    await expectReplay(workspace);
  });

  test.skipIf(!canRunUnprivileged)("one that may not be read", async () => {
    using other = createWorkspace({ files: { [CONFIG]: GOOD } });
    chmodSync(other.file(CONFIG), 0o000);
    expectRefusal(await runUnprivileged(other, ["run"]), `cannot read ${other.file(CONFIG)} (EACCES)`);
    expect(existsSync(other.file(".workflow"))).toBe(false);
  });
});

describe("a command line that cannot be used", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createProvedWorkspace();
    symlinkSync("round", workspace.file("round"));
  });
  afterAll(() => workspace[Symbol.dispose]());

  test.for<readonly [readonly string[], ...string[]]>([
    [["rnu"], "unknown command 'rnu'", "Did you mean run?"],
    [["run", "--forc"], "unknown option '--forc'", "Did you mean --force?"],
    [["run", "chekc"], 'unknown step "chekc"', 'Did you mean "check"?'],
    [["run", "--steps", "deployment"], 'unknown step "deployment"', "The steps are check"],
    [["run", "--steps", "check,,check"], "Give names separated by commas."],
    [["run", "--concurrency", "many"], "--concurrency", "a whole number of at least 1, or a percentage such as 50%"],
    [["run", "--concurrency", "0"], "a whole number of at least 1"],
    [["run", "--concurrency=-1"], "a whole number of at least 1"],
    [["run", "--concurrency", "1.5"], "a whole number of at least 1"],
    [["run", "--concurrency"], "argument missing"],
    [["run", "--target", "nowhere"], "nowhere is not a directory", "ENGINE_TARGET_MISSING"],
    [["run", "--target", CONFIG], `${CONFIG} is not a directory`],
    [["run", "--target", "a".repeat(5_000)], "a is not a directory (ENAMETOOLONG)", "its name is too long"],
    [["run", "--target", `${CONFIG}/inner`], `${CONFIG}/inner is not a directory (ENOTDIR)`],
    [["status", "--target", "round"], "round is not a directory (ELOOP)", "its links lead in a circle"],
    [["init", "--target", "round"], "round is not a directory (ELOOP)"],
    [["run", "--continue", "always"], 'unknown step "always"', "stands behind `=`: `--continue=always`"],
    [["run", "--dry-run", "json"], 'unknown step "json"', "stands behind `=`: `--dry-run=json`"],
    [["watch", "--continue", "never"], 'unknown step "never"', "stands behind `=`: `--continue=never`"],
    [["run", "--dry-run", "deployment"], 'unknown step "deployment"', "The steps are check"],
    [["run", "--continue=sometimes"], "Allowed choices are never, dependencies-successful, always."],
    [["run", "--dry-run=xml"], "Allowed choices are text, json."],
    [["run", "--output-logs", "some"], "Allowed choices are full, new-only, errors-only, none."],
    [["run", "--inconclusive", "maybe"], "Allowed choices are pass, fail, report."],
    [["run", "--base", "main", "--since", "main"], "cannot be used with option"],
    [["run", "--json", "--quiet"], "cannot be used with option"],
    [["run", "--quiet", "--verbose"], "cannot be used with option"],
  ])("%j is refused, and nothing on disk changes", async ([args, ...texts]) => {
    const before = snapshotState(workspace);
    expectRefusal(await runCli(workspace, args), ...texts);
    expect(snapshotState(workspace)).toEqual(before);
  });

  test.each([["run"], ["run", "--dry-run"], ["doctor"], ["init", "--print"]])(
    "%s %s in a folder that is gone says so",
    async (...args) => {
      const folder = workspace.file("gone");
      mkdirSync(folder);
      const script = 'cd "$1" && rmdir "$1" && shift && exec "$@"';
      const child = spawnSync("bash", ["-c", script, "bash", folder, process.execPath, BIN, ...args], {
        encoding: "utf8",
        env: workspace.environment,
      });
      expectRefusal({ ...child, exitCode: child.status }, "the folder that the command was started in is gone");
    },
  );

  test("MAX_PARALLEL_JOBS that is no number is named", async () => {
    const result = await runCli(workspace, ["run"], { env: { MAX_PARALLEL_JOBS: "lots" } });
    expectRefusal(result, "'MAX_PARALLEL_JOBS'", "a whole number of at least 1");
  });

  test.each([[["run", "--workflow"]], [["gate", "--baseline", "HEAD", "--command", "true"]]])(
    "bench %j without a folder for temporary files says so",
    async (args) => {
      const result = await runCli(workspace, ["bench", ...args], { env: { TMPDIR: workspace.file("nowhere") } });
      expectRefusal(result, `in ${workspace.file("nowhere")} (ENOENT)`, "in TMPDIR", "ENGINE_COPY_FAILED");
    },
  );

  test("a base that does not exist is noted, and the step runs where it is not proved", async () => {
    const result = await runCli(workspace, ["run", "--base", "no-such-branch", "--force"]);
    expectNoStack(result);
    expect(result.stderr).toMatch(/^note: what changed is unknown: .*no-such-branch/m);
    expect(result).toMatchObject({ exitCode: 0 });
  });

  test("a base that looks like an option is no option", async () => {
    const result = await runCli(workspace, ["run", "--base=--output=owned", "--force"]);
    expectNoStack(result);
    expect(existsSync(workspace.file("owned"))).toBe(false);
    expect(result.stderr).toContain("what changed is unknown");
  });

  test("no command prints the help and is an error", async () => {
    const result = await runCli(workspace, []);
    expect(result.stderr).toContain("Usage: ai-workflow");
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("a step that cannot be run to its end", () => {
  test("a command that does not exist fails its step and keeps the result of the other", async () => {
    using workspace = createWorkspace({
      files: { [CONFIG]: 'steps:\n  good: { run: "true" }\n  bad: { run: no-such-command, needs: [good] }\n' },
    });
    for (const good of ["passed", "replayed"]) {
      const result = await runCli(workspace, ["run"]);
      expectNoStack(result);
      expectOutcomes(result, { good, bad: "failed" });
      expect(result.stderr).toMatch(/failed bad .*: command not found \(exit code 127\)/);
      expect(result.stderr).toContain("no-such-command");
      expect(result).toMatchObject({ exitCode: 1 });
    }
    expect(workspace.read(HISTORY).trim().split("\n")).toHaveLength(2);
  });

  test("a file that is not executable, a folder and a module that do not exist", async () => {
    using workspace = createWorkspace({
      files: {
        "plain.txt": "x",
        [CONFIG]:
          "steps:\n  plain: { run: ./plain.txt }\n  folder: { run: x, directory: nowhere }\n  module: { module: nowhere.mjs }\n",
      },
    });
    const result = await runCli(workspace, ["run", "--continue=always"]);
    expectNoStack(result);
    expect(result.stderr).toMatch(/failed plain .*: command is not executable \(exit code 126\)/);
    expect(result.stderr).toMatch(/failed folder .*: the working directory .*nowhere does not exist/);
    expect(result.stderr).toMatch(/failed module .*: module nowhere.mjs does not exist/);
    expect(result).toMatchObject({ exitCode: 1 });
  });

  test.each([
    ["SIGKILL", "kill -9 $$", "killed by SIGKILL"],
    ["SIGSEGV", "kill -SEGV $$", "killed by SIGSEGV"],
    ["SIGTERM", "kill -TERM $$", "killed by SIGTERM"],
    ["SIGKILL inside", "sh -c 'kill -9 $$' || exit $?", "exit code 137 (signal 9 inside the command)"],
  ])("one that is killed by %s", async (_, command, message) => {
    using workspace = createWorkspace({
      files: { [CONFIG]: `steps:\n  a:\n    run: ${JSON.stringify(command)}\n` },
    });
    const result = await runCli(workspace, ["run"]);
    expectNoStack(result);
    expect(result.stderr).toMatch(/^failed a /m);
    expect(result.stderr).toContain(message);
    expect(result).toMatchObject({ exitCode: 1 });
  });

  test("one that is killed from outside, as a machine short of memory does", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({
      [CONFIG]: `steps:\n  good: { run: "true" }\n  big: { run: ${JSON.stringify(stepper.command("big"))}, needs: [good] }\n`,
    });
    const cli = startCli(workspace, ["run"]);
    process.kill((await stepper.next("big")).pid, "SIGKILL");
    const result = await cli.result;
    expectNoStack(result);
    expect(result.stderr).toMatch(/failed big .*: killed by SIGKILL/);
    expect(result).toMatchObject({ exitCode: 1 });
    const again = startCli(workspace, ["run"]);
    (await stepper.next("big")).exit(0);
    expectOutcomes(await again.result, { good: "replayed" });
    expect(await again.result).toMatchObject({ exitCode: 0 });
  });
});

describe.skipIf(!canRunUnprivileged)("a repository that may not be written", () => {
  test("without state: the steps run, and that nothing is kept is said", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: GOOD } });
    setWritable(workspace, false);
    const result = await runUnprivileged(workspace, ["run"]);
    expectNoStack(result);
    expect(result.stderr).toMatch(/^note: .*\.workflow cannot be written \(EACCES\)/m);
    expectOutcomes(result, { check: "passed" });
    expect(result.stdout).not.toContain("record:");
    expect(result).toMatchObject({ exitCode: 0 });
    expect(existsSync(workspace.file(".workflow"))).toBe(false);
  });

  test("without a folder for temporary files either it says what is missing", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: GOOD } });
    setWritable(workspace, false);
    const result = await runUnprivileged(workspace, ["run"], { TMPDIR: "/nowhere" });
    expectRefusal(result, ".workflow cannot be written (EACCES), nor can /nowhere", "(ENOENT)", "ENGINE_STATE_BLOCKED");
  });

  test("with state: it is left as it is, and is used again once the repository may be written", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: GOOD } });
    expect(await runUnprivileged(workspace, ["run"])).toMatchObject({ exitCode: 0 });
    const before = snapshotState(workspace);
    setWritable(workspace, false);
    const result = await runUnprivileged(workspace, ["run"]);
    expectNoStack(result);
    expect(result.stderr).toMatch(/^note: .*\.workflow cannot be written \(EACCES\)/m);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(snapshotState(workspace)).toEqual(before);
    setWritable(workspace, true);
    expectOutcomes(await runUnprivileged(workspace, ["run"]), { check: "replayed" });
  });
});

describe("state that is damaged", () => {
  test.each(["{{{", "", "[]", "null", '{"format":"one"}', '{"format":-1}'])(
    "format.json that holds %j is set aside with a note, and everything else is used",
    async (text) => {
      using workspace = await createProvedWorkspace();
      writeFileSync(workspace.file(".workflow/format.json"), text);
      const result = await runCli(workspace, ["run"]);
      expectNoStack(result);
      expect(result.stderr).toMatch(/^note: .*\.workflow\/format\.json was damaged/m);
      expectOutcomes(result, { check: "replayed" });
      expect(result).toMatchObject({ exitCode: 0 });
      expect(workspace.read(".workflow/format.json.corrupt")).toBe(text);
      expect(workspace.read(HISTORY).trim().split("\n")).toHaveLength(2);
    },
  );

  test("a folder from a newer version is refused and left untouched", async () => {
    using workspace = await createProvedWorkspace();
    writeFileSync(workspace.file(".workflow/format.json"), '{"format":2}\n');
    const before = snapshotState(workspace);
    expectRefusal(
      await runCli(workspace, ["run"]),
      `${workspace.file(".workflow")} was written by a newer version (format 2)`,
      "Use that version",
      "ENGINE_STATE_NEWER",
    );
    expect(snapshotState(workspace)).toEqual(before);
    writeFileSync(workspace.file(".workflow/format.json"), '{"format":1}\n');
    await expectReplay(workspace);
  });

  test("lines of the history that are cut off, foreign or newer stay, and the others are used", async () => {
    using workspace = await createProvedWorkspace();
    const [good = ""] = workspace.read(HISTORY).split("\n");
    const lines = ["garbage", '{"version":99,"what":"is new"}', good.slice(0, 40)];
    writeFileSync(workspace.file(HISTORY), `${lines[0] ?? ""}\n${good}\n${lines[1] ?? ""}\n${lines[2] ?? ""}`);
    const plan = await runCli(workspace, ["run", "--force", "--dry-run=json"]);
    expect(JSON.parse(plan.stdout)).toMatchObject({ schedule: { unknownDurations: [] } });
    const result = await runCli(workspace, ["run", "--force"]);
    expectNoStack(result);
    expect(result).toMatchObject({ exitCode: 0 });
    const after = workspace.read(HISTORY);
    for (const line of [...lines, good]) expect(after.split("\n")).toContain(line);
    const last = JSON.parse(after.trim().split("\n").at(-1) ?? "") as unknown;
    expect(last).toMatchObject({ version: 1, status: "passed" });
  });

  test.each([
    ["cut off", (text: string) => text.slice(0, text.length / 2)],
    ["garbage", () => "\u0000\u0001garbage"],
    ["empty", () => ""],
    ["no object", () => "[1]"],
    ["changed", (text: string) => text.replace(/"durationMs":[\d.]+/, '"durationMs":1')],
    ["of another step", (text: string) => text.replaceAll('"fingerprint":"', '"fingerprint":"0')],
  ])("a stored result that is %s is set aside with a note, and its step runs again", async (_, damage) => {
    using workspace = await createProvedWorkspace();
    const [file = ""] = resultFiles(workspace);
    const damaged = damage(readFileSync(file, "utf8"));
    writeFileSync(file, damaged);
    const result = await runCli(workspace, ["run"]);
    expectNoStack(result);
    expect(result.stderr).toContain(`note: ${file} was damaged; it was set aside and its step runs again`);
    expectOutcomes(result, { check: "passed" });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readFileSync(`${file}.corrupt`, "utf8")).toBe(damaged);
    await expectReplay(workspace);
  });

  test("a stored result from a newer version is not used", async () => {
    using workspace = await createProvedWorkspace();
    const [file = ""] = resultFiles(workspace);
    writeFileSync(file, readFileSync(file, "utf8").replace('"formatVersion":1', '"formatVersion":2'));
    const result = await runCli(workspace, ["run"]);
    expectNoStack(result);
    expect(result.stderr).not.toContain("damaged");
    expectOutcomes(result, { check: "passed" });
    expect(result).toMatchObject({ exitCode: 0 });
  });

  test("a file in the place of the folder is refused and kept", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: GOOD } });
    workspace.write({ ".workflow": "precious\n" });
    expectRefusal(
      await runCli(workspace, ["run"]),
      `${workspace.file(".workflow")} is not a folder`,
      "Move it away",
      "ENGINE_STATE_BLOCKED",
    );
    expect(workspace.read(".workflow")).toBe("precious\n");
  });

  test("a link in its place is refused, and nothing is written where it leads", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: GOOD } });
    const elsewhere = path.join(workspace.path, "elsewhere");
    symlinkSync(elsewhere, workspace.file(".workflow"));
    expectRefusal(await runCli(workspace, ["run"]), "is not a folder");
    mkdirSync(elsewhere);
    expectRefusal(await runCli(workspace, ["run"]), "is a symbolic link");
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test.each([
    ["runs", "file"],
    ["logs", "file"],
    ["metrics", "file"],
    ["results", "file"],
    ["format.json", "folder"],
    ["metrics/history.jsonl", "folder"],
    ["metrics/current_run.json", "folder"],
    ["logs/latest", "folder"],
  ])(
    ".workflow/%s replaced by a %s: the run passes, says so, and works again once it is moved away",
    async (name, kind) => {
      using workspace = await createProvedWorkspace();
      const place = workspace.file(path.join(".workflow", name));
      renameSync(place, `${place}.aside`);
      if (kind === "file") writeFileSync(place, "precious\n");
      else workspace.write({ [path.join(".workflow", name, "inside")]: "precious\n" });
      const result = await runCli(workspace, ["run", "--force"]);
      expectNoStack(result);
      expect(result.stderr).toMatch(/^note: /m);
      expectOutcomes(result, { check: "passed" });
      expect(result).toMatchObject({ exitCode: 0 });
      // What a run cannot do without is set aside.
      const kept = existsSync(`${place}.corrupt`) ? `${place}.corrupt` : place;
      expect(readFileSync(kind === "file" ? kept : path.join(kept, "inside"), "utf8")).toBe("precious\n");
      rmSync(place, { recursive: true });
      renameSync(`${place}.aside`, place);
      await expectReplay(workspace);
    },
  );

  test.each([
    ["garbage", "\u0000\u0001{garbage"],
    ["nothing", ""],
  ])("any file of it may hold %s: the run goes well, and the next one replays", async (_, junk) => {
    using workspace = await createProvedWorkspace();
    await expectReplay(workspace);
    const names = Object.keys(snapshotState(workspace)).filter((name) => !name.startsWith("logs/latest"));
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) workspace.write({ [path.join(".workflow", name)]: junk });
    const result = await runCli(workspace, ["run"]);
    expectNoStack(result);
    expectOutcomes(result, { check: "passed" });
    expect(result).toMatchObject({ exitCode: 0 });
    await expectReplay(workspace);
  });

  test("any one file of it may hold garbage", async () => {
    using workspace = await createProvedWorkspace();
    const names = Object.keys(snapshotState(workspace)).filter((name) => !name.startsWith("logs/"));
    for (const name of names) {
      workspace.write({ [path.join(".workflow", name)]: "\u0000\u0001{garbage" });
      const result = await runCli(workspace, ["run"]);
      expectNoStack(result);
      expect(result, name).toMatchObject({ exitCode: 0 });
    }
    await expectReplay(workspace);
  });

  test("a cache of what was read is never taken for another configuration", async () => {
    using workspace = await createProvedWorkspace();
    workspace.write({ [CONFIG]: GOOD.replace("true", "false") });
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
    workspace.write({ [CONFIG]: GOOD });
    await expectReplay(workspace);
  });

  test("a file in the place of its caches costs time and nothing else", async () => {
    using workspace = await createProvedWorkspace();
    rmSync(workspace.file(".workflow/cache"), { recursive: true, force: true });
    writeFileSync(workspace.file(".workflow/cache"), "precious\n");
    await expectReplay(workspace);
    expect(workspace.read(".workflow/cache")).toBe("precious\n");
  });

  test("a history that cannot be read is no empty one: whoever asks what it holds is told", async () => {
    using workspace = await createProvedWorkspace();
    workspace.write({
      [CONFIG]: `alerts: { rules: [{ kind: degradation }], channels: [{ type: job-summary }] }\n${GOOD}`,
    });
    rmSync(workspace.file(HISTORY));
    mkdirSync(workspace.file(HISTORY));
    for (const command of [
      "alert check",
      "ml status",
      "ml train",
      "ml evaluate",
      "bottlenecks",
      "stages",
      "bench track",
      "history",
      "export hyperfine",
    ]) {
      expectRefusal(await runCli(workspace, command.split(" ")), `${HISTORY} (EISDIR)`, "ENGINE_DATA_UNREADABLE");
    }
    // What tells of one run alone has no need of it.
    expect(await runCli(workspace, ["export", "trace"])).toMatchObject({ exitCode: 0, stderr: "" });
    expectRefusal(await runCli(workspace, ["clean"]), "history.jsonl is a folder", "ENGINE_STATE_BLOCKED");
  });

  test("an empty state folder, and one whose .gitignore is gone, are filled", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: GOOD } });
    mkdirSync(workspace.file(".workflow"));
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
    rmSync(workspace.file(".workflow/.gitignore"));
    await expectReplay(workspace);
    expect(workspace.read(".workflow/.gitignore")).toBe("*\n");
    expect(workspace.git("status", "--porcelain")).toBe("");
  });

  test("a temporary file that a killed run left behind is no obstacle", async () => {
    using workspace = await createProvedWorkspace();
    const [file = ""] = resultFiles(workspace);
    writeFileSync(`${file}.1234.tmp`, "half");
    appendFileSync(workspace.file(HISTORY), "half a li");
    await expectReplay(workspace);
  });
});
