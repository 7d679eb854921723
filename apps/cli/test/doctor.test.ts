/** What runs rest on is looked at, nothing is changed, and what is not well is said with its remedy. */
import type { Check, Examination } from "@ai-workflow/engine";
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { runCli, type CliOptions } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const SOUND = "steps:\n  lint: { run: echo fine, inputs: [src/] }\n";

interface Doctored {
  readonly exitCode: number | null;
  readonly directory: string;
  readonly check: (id: string) => Check | undefined;
  readonly checks: readonly Check[];
  readonly stdout: string;
}

async function doctor(workspace: Workspace, args: readonly string[] = [], options: CliOptions = {}): Promise<Doctored> {
  const { exitCode, stdout, stderr } = await runCli(workspace, ["doctor", "--json", ...args], options);
  expect(stderr).toBe("");
  const { directory, checks } = JSON.parse(stdout) as Examination;
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  return { exitCode, directory, checks, stdout, check: (id) => checks.find((one) => one.id === id) };
}

describe("doctor", () => {
  test("looks at every area, changes nothing, and ends well where only advice is given", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
    // Node keeps compiled code of its own where temporary files are.
    const listed = (): readonly string[] =>
      readdirSync(workspace.path, { recursive: true, encoding: "utf8" })
        .filter((name) => !name.includes("node-compile-cache"))
        .sort();
    const before = listed();
    const { exitCode, checks, check, directory } = await doctor(workspace);
    expect(exitCode).toBe(0);
    expect(directory).toBe(workspace.repository);
    expect(new Set(checks.map(({ area }) => area))).toEqual(
      new Set(["runtime", "git", "models", "machine", "disk", "configuration"]),
    );
    expect(checks.filter(({ state }) => state === "problem")).toEqual([]);
    for (const id of ["node", "native-runtime", "git", "changes", "state-folder", "disk-speed", "configuration"]) {
      expect(check(id)).toMatchObject({ state: "ok" });
    }
    expect(check("node")?.message).toBe(`Node.js ${process.versions.node}`);
    expect(check("provider")?.message).toBe("no step asks a model");
    expect(listed()).toEqual(before);
    expect(workspace.git("status", "--porcelain")).toBe("");
  });

  test("measures the disk in the state folder, and leaves it as it was", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
    await runCli(workspace, ["run"]);
    const list = (): readonly unknown[] =>
      (readdirSync(workspace.file(".workflow"), { recursive: true }) as string[])
        .sort()
        .map((name) => [name, statSync(workspace.file(`.workflow/${name}`)).mtimeMs]);
    const before = list();
    const { check } = await doctor(workspace);
    expect(check("disk-speed")?.message).toContain("until 4 KiB are on the disk");
    expect(check("state-size")).toMatchObject({ state: "ok" });
    expect(list()).toEqual(before);
  });

  test("works without a configuration and outside of git, and says what is missed", async () => {
    using workspace = createWorkspace({ init: false });
    const { exitCode, check } = await doctor(workspace);
    expect(exitCode).toBe(0);
    expect(check("changes")).toMatchObject({ state: "advice", mend: "git init" });
    expect(check("configuration")).toMatchObject({ state: "advice", mend: "ai-workflow init" });
    expect(readdirSync(workspace.repository)).toEqual([]);
  });

  test("works without git at all", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
    const { exitCode, check } = await doctor(workspace, [], { env: { PATH: "/nonexistent" } });
    expect(exitCode).toBe(0);
    expect(check("git")).toMatchObject({ state: "advice", mend: expect.stringContaining("install git") as unknown });
    expect(check("changes")).toMatchObject({ state: "ok" });
  });

  test("outside of git it still looks what the configuration matches", async () => {
    using workspace = createWorkspace({ init: false, files: { [CONFIG]: SOUND, "source/a.js": "1;\n" } });
    expect((await doctor(workspace)).check("inputs:lint")).toMatchObject({ state: "advice", area: "configuration" });
    workspace.write({ "src/a.js": "1;\n" });
    expect((await doctor(workspace)).check("inputs:lint")).toBeUndefined();
  });

  test("a problem ends with 1 and comes first, with what mends it", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: "steps:\n  lint: { run: x, inptus: [src/] }\n" } });
    const { exitCode, stdout, stderr } = await runCli(workspace, ["doctor"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    const [first, second] = stdout.split("\n");
    expect(first).toMatch(/^problem {2}\.workflow-config\.yaml:2:\d+: .*inptus/);
    expect(second).toMatch(/^ {9}mend: correct \.workflow-config\.yaml:2:\d+$/);
    expect(stdout).toMatch(/^ok {7}Node\.js \d+\.\d+\.\d+$/m);
    expect(stdout.indexOf("\nok ")).toBeGreaterThan(stdout.lastIndexOf("\nproblem "));
    expect((await doctor(workspace)).check("configuration:1")).toMatchObject({ state: "problem" });
  });

  test("--target names the folder, and one without a configuration takes none from above", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
    expect((await doctor(workspace, [], { cwd: workspace.file("src") })).directory).toBe(workspace.repository);
    const exact = await doctor(workspace, ["--target", "src"]);
    expect(exact.directory).toBe(workspace.file("src"));
    expect(exact.check("configuration")).toMatchObject({ state: "advice" });
    const missing = await runCli(workspace, ["doctor", "--target", "nowhere"]);
    expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
    expect(missing.stderr).toContain("nowhere is not a directory");
  });

  test("settings of git that hide or slow down changes are told with the command that mends them", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
    workspace.git("config", "core.preloadIndex", "false");
    workspace.git("config", "core.fileMode", "false");
    const { check } = await doctor(workspace);
    for (const id of ["git-preload-index", "git-file-mode"]) {
      const mend = check(id)?.mend ?? "";
      workspace.git(...mend.split(" ").slice(1));
    }
    expect((await doctor(workspace)).check("git-settings")).toMatchObject({ state: "ok" });
  });

  test("a base that is not there is a problem, and so is a clone that is too shallow, each with its own remedy", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: `${SOUND}base: { ref: nowhere }\n`, "src/a.js": "1;\n" } });
    const noBase = await doctor(workspace);
    expect(noBase.exitCode).toBe(1);
    expect(noBase.check("changes")).toMatchObject({
      state: "problem",
      message: expect.stringContaining("nowhere") as unknown,
    });

    workspace.commit({ [CONFIG]: `${SOUND}base: { ref: origin/main }\n` });
    workspace.git("checkout", "--quiet", "-b", "feature");
    workspace.commit({ "src/a.js": "2;\n" });
    workspace.commit({ "src/a.js": "3;\n" });
    workspace.git("checkout", "--quiet", "main");
    workspace.commit({ "src/b.js": "1;\n" });
    const clone = path.join(workspace.path, "clone");
    const source = pathToFileURL(workspace.repository).href;
    workspace.git("clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=feature", source, clone);
    const shallow = await doctor(workspace, [], { cwd: clone });
    expect(shallow.exitCode).toBe(1);
    expect(shallow.check("changes")).toMatchObject({
      state: "problem",
      mend: expect.stringContaining("git fetch") as unknown,
    });
    workspace.git("-C", clone, "fetch", "--quiet", "--unshallow");
    expect((await doctor(workspace, [], { cwd: clone })).check("changes")).toMatchObject({ state: "ok" });
  });

  test("a state folder that is a link is a problem, and nothing is written through it", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
    const elsewhere = path.join(workspace.path, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, workspace.file(".workflow"));
    const { exitCode, check } = await doctor(workspace);
    expect(exitCode).toBe(1);
    expect(check("state-folder")).toMatchObject({ state: "problem", area: "disk" });
    expect(check("disk-speed")).toBeUndefined();
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    "a folder of another user is a problem, and no rights are asked for",
    async () => {
      using workspace = createWorkspace({ init: false, files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
      chmodSync(workspace.path, 0o755);
      const { exitCode, check } = await doctor(workspace, [], { uid: 65_534 });
      expect(exitCode).toBe(1);
      expect(check("state-folder")).toMatchObject({
        state: "problem",
        message: expect.stringContaining("EACCES") as unknown,
      });
    },
  );

  test("temporary files that have no place are a problem", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
    const { exitCode, check } = await doctor(workspace, [], { env: { TMPDIR: workspace.file("src/a.js/nowhere") } });
    expect(exitCode).toBe(1);
    expect(check("temporary-folder")).toMatchObject({ state: "problem" });
  });

  test("the provider is reached without a word, and a key is never printed", async () => {
    let received = 0;
    const server = createServer((socket) => socket.on("data", (chunk) => (received += chunk.length)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const ai = `ai: { provider: openai-compatible, base_url: "http://127.0.0.1:${port}/v1", model: m, api_key_env: MY_KEY }`;
    using workspace = createWorkspace({
      files: { [CONFIG]: `${ai}\nsteps:\n  review: { ai: { prompt: review } }\n`, "a.js": "1;\n" },
    });
    const without = await doctor(workspace);
    expect(without.exitCode).toBe(1);
    expect(without.check("key")).toMatchObject({
      state: "problem",
      mend: expect.stringContaining("MY_KEY") as unknown,
    });
    const withKey = await doctor(workspace, [], { env: { MY_KEY: "sk-very-secret" } });
    expect(withKey.exitCode).toBe(0);
    expect(withKey.check("provider")).toMatchObject({ state: "ok", area: "models" });
    expect(withKey.check("key")).toMatchObject({ state: "ok", message: "MY_KEY is set" });
    expect(withKey.stdout).not.toContain("very-secret");
    await new Promise((resolve) => server.close(resolve));
    expect(received).toBe(0);
    const gone = await doctor(workspace, [], { env: { MY_KEY: "sk-very-secret" } });
    expect(gone.check("provider")).toMatchObject({
      state: "problem",
      message: expect.stringContaining("ECONNREFUSED") as unknown,
    });
  });

  test("the program of `exec` is looked for where it would be started from", async () => {
    const configOf = (program: string): string =>
      `ai: { provider: exec, command: [${program}] }\nsteps:\n  review: { ai: { prompt: review } }\n`;
    using workspace = createWorkspace({
      files: { [CONFIG]: configOf("./ask.sh"), "ask.sh": "#!/bin/sh\ntouch asked\n" },
    });
    expect((await doctor(workspace)).check("provider")).toMatchObject({ state: "problem" });
    chmodSync(workspace.file("ask.sh"), 0o755);
    expect((await doctor(workspace)).check("provider")).toMatchObject({ state: "ok" });
    workspace.write({ [CONFIG]: configOf("sh") });
    expect((await doctor(workspace)).check("provider")).toMatchObject({ state: "ok" });
    expect(readdirSync(workspace.repository)).not.toContain("asked");
  });

  test("MAX_PARALLEL_JOBS counts, as in runs", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: SOUND, "src/a.js": "1;\n" } });
    const { check } = await doctor(workspace, [], { env: { MAX_PARALLEL_JOBS: "100000" } });
    expect(check("cores")).toMatchObject({
      state: "advice",
      mend: expect.stringContaining("MAX_PARALLEL_JOBS=") as unknown,
    });
  });

  test("steps that are done for units are looked at by their units, and nothing is kept of that", async () => {
    const configOf = (units: string, inputs: string): string =>
      `steps:\n  build: { run: "true", for_each: unit, units: [${units}], inputs: [${inputs}] }\n`;
    using workspace = createWorkspace({
      files: {
        [CONFIG]: configOf("web, nowhere", "src/"),
        "package.json": '{"name":"all","private":true,"workspaces":["packages/*"]}',
        "packages/web/package.json": '{"name":"web"}',
        "packages/web/src/a.js": "1;\n",
      },
    });
    const first = await doctor(workspace);
    expect(first.check("units:1")).toMatchObject({
      state: "advice",
      message: expect.stringContaining("no unit matches nowhere") as unknown,
    });
    expect(first.check("inputs:build")).toBeUndefined();
    workspace.write({ [CONFIG]: configOf("web", "source/") });
    const second = await doctor(workspace);
    expect(second.check("units:1")).toBeUndefined();
    expect(second.check("inputs:build")).toMatchObject({ state: "advice" });
    expect(readdirSync(workspace.repository)).not.toContain(".workflow");
  });

  test("names of files and steps cannot write to the terminal", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: `steps:\n  lint: { run: x, inputs: ["\\e[2Jsrc/"] }\n` } });
    const { stdout } = await runCli(workspace, ["doctor"]);
    expect(stdout).toContain("no file matches its inputs");
    expect(stdout).not.toContain("\u001B");
  });
});
