import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectNoStack } from "./support/expect-refusal.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { BIN, runCli, startCli, type CliOptions, type CliResult } from "./support/run-cli.ts";

/** A line of `watch --json`. */
interface WatchLine {
  readonly type: string;
  readonly paths?: readonly string[];
  readonly folders?: number;
  readonly pollMs?: number;
  readonly code?: string;
  readonly step?: { readonly id: string; readonly outcome: string };
  readonly error?: { readonly code: string };
}

/** A watch that tests follow line by line. */
interface Watching {
  /** Resolves with what comes up to the next line of that type, which is the last one. */
  until(type: string): Promise<readonly WatchLine[]>;
  /** Ends it as Ctrl-C does. */
  end(): Promise<CliResult>;
}

const STEPS = `steps:
  code:
    run: cat src/*
    inputs: ["src/**"]
  docs:
    run: cat docs/*
    inputs: ["docs/**"]
`;

const FILES = {
  ".workflow-config.yaml": STEPS,
  ".gitignore": "node_modules\n*.tmp\n",
  "src/a.txt": "a",
  "docs/b.txt": "b",
};

function startWatch(workspace: Workspace, args: readonly string[] = [], options: CliOptions = {}): Watching {
  const cli = startCli(workspace, ["watch", "--json", ...args], options);
  let taken = 0;
  return {
    until: (type) =>
      vi.waitFor(
        () => {
          // What was taken is not read again.
          const rest = cli.output.stdout.slice(taken);
          const marker = `{"version":1,"type":${JSON.stringify(type)}`;
          const at = rest.startsWith(marker) ? 0 : rest.indexOf(`\n${marker}`) + 1;
          const end = rest.startsWith(marker) || at > 0 ? rest.indexOf("\n", at) + 1 : 0;
          if (end === 0) throw new Error(`no ${type} so far: ${rest.slice(-2_000)} ${cli.output.stderr}`);
          taken += end;
          return rest
            .slice(0, end - 1)
            .split("\n")
            .map((line) => JSON.parse(line) as WatchLine);
        },
        { timeout: 60_000, interval: 20 },
      ),
    async end() {
      cli.process.kill("SIGINT");
      const result = await cli.result;
      expectNoStack(result);
      expect(result).toMatchObject({ exitCode: 130, signal: null });
      return result;
    },
  };
}

/** Outcomes of the steps of the runs in some lines, and why these began. */
function toldOf(lines: readonly WatchLine[]): { readonly runs: unknown; readonly outcomes: unknown } {
  return {
    runs: lines.filter(({ type }) => type === "run-due").map(({ paths }) => paths),
    outcomes: lines
      .flatMap(({ type, step }) => (type === "step-finished" ? [`${step?.outcome} ${step?.id}`] : []))
      .sort(),
  };
}

test("the first run is a run like any other, each change leads to one of what it affects, and Ctrl-C ends with 130", async () => {
  using workspace = createWorkspace({ files: FILES });
  const watch = startWatch(workspace);
  expect(toldOf(await watch.until("resting"))).toEqual({ runs: [[]], outcomes: ["passed code", "passed docs"] });
  workspace.write({ "src/a.txt": "changed" });
  expect(toldOf(await watch.until("resting"))).toEqual({
    runs: [["src/a.txt"]],
    outcomes: ["passed code", "replayed docs"],
  });
  workspace.write({ "docs/new/c.txt": "c" });
  expect(toldOf(await watch.until("resting"))).toMatchObject({ runs: [["docs/new/c.txt"]] });
  await watch.end();
});

test("its flags mean what they mean to run", async () => {
  using workspace = createWorkspace({
    files: {
      ...FILES,
      ".workflow-config.yaml": `${STEPS}  bad: { run: "echo broken; exit 1", inputs: ["src/**"] }\n`,
    },
  });
  workspace.git("tag", "start");
  const chosen = startWatch(workspace, ["--steps", "docs", "--base", "start", "--concurrency", "1"]);
  const lines = await chosen.until("resting");
  expect(toldOf(lines).outcomes).toContain("passed docs");
  expect(toldOf(lines).outcomes).toContain("skipped code");
  expect(lines.find(({ type }) => type === "decided")).toMatchObject({ maxParallel: 1 });
  await chosen.end();

  const args = ["watch", "--since", "start", "--continue=always", "--output-logs", "full", "--verbose"];
  const cli = startCli(workspace, args);
  await vi.waitFor(() => expect(cli.output.stdout).toContain("failed in "), { timeout: 60_000, interval: 20 });
  cli.process.kill("SIGINT");
  const told = await cli.result;
  expect(told.stderr).toMatch(/^ {2}run code: /m);
  expect(told.stderr).toMatch(/^--- code: .*\na\n---$/m);
  expect(told.stdout).toMatch(/^code +passed /m);
  expect(told.stdout).toMatch(/^bad +failed /m);
  expect(await runCli(workspace, ["watch", "--base", "a", "--since", "b"])).toMatchObject({ exitCode: 2, stdout: "" });
});

test("an editor that saves by renaming, and folders that go and come again, are seen", async () => {
  using workspace = createWorkspace({ files: { ...FILES, "src/deep/er/x.txt": "x" } });
  const watch = startWatch(workspace);
  await watch.until("resting");
  for (let save = 0; save < 3; save += 1) {
    writeFileSync(workspace.file("src/.a.swp.tmp"), `save ${save}`);
    renameSync(workspace.file("src/.a.swp.tmp"), workspace.file("src/a.txt"));
    expect(toldOf(await watch.until("resting")).runs).toEqual([["src/a.txt"]]);
  }
  rmSync(workspace.file("src/deep"), { recursive: true });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/deep/er/x.txt"]]);
  mkdirSync(workspace.file("src/deep/er"), { recursive: true });
  writeFileSync(workspace.file("src/deep/er/x.txt"), "x");
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/deep/er/x.txt"]]);
  // The folders are watched in their new places, too.
  writeFileSync(workspace.file("src/deep/er/x.txt"), "y");
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/deep/er/x.txt"]]);
  renameSync(workspace.file("src/deep"), workspace.file("src/moved"));
  await watch.until("resting");
  writeFileSync(workspace.file("src/moved/er/x.txt"), "z");
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/moved/er/x.txt"]]);
  await watch.end();
});

test("ignored files and those that no step reads start nothing, and ignored folders are not watched", async () => {
  using workspace = createWorkspace({ files: FILES });
  for (let count = 0; count < 200; count += 1) {
    mkdirSync(workspace.file(`node_modules/package-${count}/lib`), { recursive: true });
  }
  const watch = startWatch(workspace);
  const lines = await watch.until("resting");
  // The target itself, `src` and `docs`.
  expect(lines.find(({ type }) => type === "watching")?.folders).toBe(3);
  workspace.write({ "node_modules/package-1/lib/index.js": "1", "src/own.tmp": "1", "notes.txt": "nobody's" });
  workspace.write({ "src/a.txt": "changed" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/a.txt"]]);
  await watch.end();
});

test("a change while a step runs that reads it ends the run and starts anew; one that it does not read waits", async () => {
  using workspace = createWorkspace({ files: FILES });
  using stepper = await createStepper(workspace);
  workspace.commit({
    ".workflow-config.yaml": `steps:
  slow: { run: ${JSON.stringify(stepper.command("slow"))}, inputs: ["src/**"] }
  docs: { run: "true", inputs: ["docs/**"] }
`,
  });
  const watch = startWatch(workspace);
  const first = await stepper.next("slow");
  workspace.write({ "src/a.txt": "changed" });
  const stale = await watch.until("run-stale");
  expect(stale.at(-1)?.paths).toEqual(["src/a.txt"]);
  await first.gone;
  const second = await stepper.next("slow");
  expect(outcomesOf(lastRecord(workspace))).toMatchObject({ slow: "cancelled" });
  await watch.until("run-due");
  // It lets the step go on, and a run for the document follows.
  workspace.write({ "docs/b.txt": "changed" });
  second.exit(0);
  const rest = await watch.until("resting");
  expect(rest.filter(({ type }) => type === "run-stale")).toEqual([]);
  expect(rest.filter(({ type, step }) => type === "step-finished" && step?.id === "slow")[0]?.step?.outcome).toBe(
    "passed",
  );
  await watch.end();
});

test("Ctrl-C during a run ends the steps, writes the record and exits with 130", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  workspace.commit({
    ".workflow-config.yaml": `steps:\n  slow: { run: ${JSON.stringify(stepper.command("slow"))} }\n`,
  });
  const watch = startWatch(workspace);
  const step = await stepper.next("slow");
  const result = await watch.end();
  expect(result.stderr).toBe("SIGINT: ending the running steps; again to leave at once\n");
  await step.gone;
  expect(lastRecord(workspace).status).toBe("cancelled");
});

test("a configuration that becomes wrong is told, and the next change that mends it runs", async () => {
  using workspace = createWorkspace({ files: FILES });
  const watch = startWatch(workspace);
  await watch.until("resting");
  workspace.write({ ".workflow-config.yaml": "steps: 3\n" });
  expect((await watch.until("run-refused")).at(-1)?.error?.code).toBe("ENGINE_CONFIG_INVALID");
  await watch.until("resting");
  rmSync(workspace.file(".workflow-config.yaml"));
  expect((await watch.until("run-refused")).at(-1)?.error?.code).toBe("ENGINE_CONFIG_MISSING");
  await watch.until("resting");
  workspace.write({ ".workflow-config.yaml": STEPS.replace("cat docs/*", "wc docs/*") });
  expect(toldOf(await watch.until("resting"))).toEqual({
    runs: [[".workflow-config.yaml"]],
    outcomes: ["passed docs", "replayed code"],
  });
  await watch.end();
});

test(
  "10,000 files that change at once lead to one run, also when a branch is switched",
  { timeout: 180_000 },
  async () => {
    using workspace = createWorkspace({ files: FILES });
    workspace.git("checkout", "--quiet", "-b", "many");
    for (let folder = 0; folder < 100; folder += 1) {
      mkdirSync(workspace.file(`src/f${folder}`));
      for (let file = 0; file < 100; file += 1) {
        writeFileSync(workspace.file(path.join("src", `f${folder}`, `${file}.txt`)), `${folder} ${file}`);
      }
    }
    workspace.commit({ ".workflow-config.yaml": STEPS.replace("cat src/*", "true") });
    workspace.git("checkout", "--quiet", "main");
    workspace.write({ ".workflow-config.yaml": STEPS.replace("cat src/*", "true") });
    workspace.commit();
    const watch = startWatch(workspace);
    await watch.until("resting");
    workspace.git("checkout", "--quiet", "many");
    expect((await watch.until("run-due")).at(-1)?.paths).toHaveLength(10_000);
    await watch.until("resting");
    for (let folder = 0; folder < 100; folder += 1) {
      for (let file = 0; file < 100; file += 1) {
        writeFileSync(workspace.file(path.join("src", `f${folder}`, `${file}.txt`)), "again");
      }
    }
    await watch.until("resting");
    // All hundred folders are watched, whatever was lost in the crowd.
    workspace.write({ "src/f99/99.txt": "once more" });
    const last = await watch.until("resting");
    expect(last.filter(({ type }) => type === "run-due").at(-1)?.paths).toContain("src/f99/99.txt");
    workspace.git("checkout", "--quiet", "--force", "main");
    expect((await watch.until("run-due")).at(-1)?.paths).toHaveLength(10_000);
    await watch.until("resting");
    await watch.end();
  },
);

test("a rebase is run for once, when it is over or waits for a person, not for each of its commits", async () => {
  using workspace = createWorkspace({ files: FILES });
  workspace.git("checkout", "--quiet", "-b", "many");
  for (let count = 0; count < 12; count += 1)
    workspace.commit({ "src/a.txt": `${count}`, [`src/${count}.txt`]: "new" });
  workspace.git("checkout", "--quiet", "main");
  workspace.commit({ "docs/b.txt": "moved on" });
  workspace.git("checkout", "--quiet", "many");
  const watch = startWatch(workspace);
  await watch.until("resting");
  // Each commit takes longer than the watch waits for silence.
  const rebase = spawn("git", ["rebase", "--exec", "sleep 0.3", "main"], {
    cwd: workspace.repository,
    env: workspace.environment,
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => rebase.on("close", resolve));
  expect(await ended).toBe(0);
  // The files are what they were, but for what main had.
  expect(toldOf(await watch.until("resting")).runs).toEqual([["docs/b.txt"]]);

  workspace.git("checkout", "--quiet", "main");
  await watch.until("resting");
  workspace.commit({ "src/a.txt": "of main" });
  await watch.until("resting");
  workspace.git("checkout", "--quiet", "many");
  await watch.until("resting");
  expect(() => workspace.git("rebase", "main")).toThrow("could not apply");
  const stuck = toldOf(await watch.until("resting")).runs;
  expect(stuck).toHaveLength(1);
  workspace.write({ "src/a.txt": "mended by a person" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/a.txt"]]);
  workspace.git("rebase", "--abort");
  await watch.until("resting");
  await watch.end();
});

test("a file that git no longer ignores counts, and one that it ignores from now on does not", async () => {
  using workspace = createWorkspace({ files: { ...FILES, "src/b.txt": "b" } });
  workspace.write({ "src/own.tmp": "1" });
  const watch = startWatch(workspace);
  await watch.until("resting");
  workspace.write({ ".gitignore": "node_modules\n" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/own.tmp"]]);
  workspace.write({ "src/own.tmp": "2" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/own.tmp"]]);
  workspace.write({ ".gitignore": "node_modules\n*.tmp\n" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/own.tmp"]]);
  workspace.write({ "src/own.tmp": "3" });
  workspace.write({ "src/a.txt": "changed" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/a.txt"]]);
  await watch.end();
});

test("a target that is moved away and back goes on being watched", async () => {
  using workspace = createWorkspace({ files: FILES });
  const watch = startWatch(workspace);
  await watch.until("resting");
  renameSync(workspace.repository, `${workspace.repository}-away`);
  renameSync(`${workspace.repository}-away`, workspace.repository);
  workspace.write({ "src/a.txt": "changed" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/a.txt"]]);
  await watch.end();
});

test("files that steps write keep nothing running: outputs start no run, edits one more, unnamed ones few", async () => {
  using workspace = createWorkspace({
    files: {
      ".workflow-config.yaml": `steps:
  build: { run: "mkdir -p out; date +%N > out/built", inputs: ["src/**"], outputs: ["out/**"] }
  format: { run: "echo formatted > src/a.txt", inputs: ["src/**"], writes: ["src/**"], needs: [build] }
`,
      "src/a.txt": "a\n",
    },
  });
  const watch = startWatch(workspace);
  expect(toldOf(await watch.until("resting")).runs).toEqual([[], ["out/built", "src/a.txt"]]);
  workspace.write({ ".workflow-config.yaml": "steps:\n  messy: { run: date +%N > stamp.txt, cache: false }\n" });
  const lines = await watch.until("resting");
  expect(lines.find(({ type }) => type === "unsettled")?.paths).toEqual(["stamp.txt"]);
  await watch.end();
});

test("--poll looks so often and watches no folder", async () => {
  using workspace = createWorkspace({ files: FILES });
  const watch = startWatch(workspace, ["--poll", "200ms"]);
  expect(await watch.until("watching")).toMatchObject([{ folders: 0, pollMs: 200 }]);
  await watch.until("resting");
  workspace.write({ "src/a.txt": "changed" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/a.txt"]]);
  await watch.end();
});

const CAN_LIMIT =
  spawnSync("unshare", ["--user", "--map-root-user", "sh", "-c", "echo 1 > /proc/sys/user/max_inotify_watches"])
    .status === 0;

test.skipIf(!CAN_LIMIT)(
  "where the system gives no more watches it says what to raise, and looks now and then",
  async () => {
    using workspace = createWorkspace({ files: FILES });
    const script = `echo 2 > /proc/sys/user/max_inotify_watches; exec "${process.execPath}" "${BIN}" watch`;
    const child = spawn("unshare", ["--user", "--map-root-user", "sh", "-c", script], {
      cwd: workspace.repository,
      env: workspace.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
    }
    await vi.waitFor(() => expect(printed).toContain("waiting for a change"), { timeout: 60_000 });
    expect(printed).toContain("the system watches no more folders (ENOSPC)");
    expect(printed).toContain("sudo sysctl fs.inotify.max_user_watches=");
    workspace.write({ "src/a.txt": "changed" });
    await vi.waitFor(() => expect(printed).toContain("── run 2: src/a.txt changed"), { timeout: 60_000 });
    child.kill("SIGINT");
    expect(await closed).toBe(130);
  },
);

test("without git the files are watched all the same, and a step that does not exist ends it at once", async () => {
  using workspace = createWorkspace({ init: false, files: FILES });
  const refused = await runCli(workspace, ["watch", "cod"]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("ENGINE_UNKNOWN_STEP");
  const watch = startWatch(workspace, ["code"]);
  await watch.until("resting");
  workspace.write({ "src/deep/a.txt": "new" });
  expect(toldOf(await watch.until("resting")).runs).toEqual([["src/deep/a.txt"]]);
  await watch.end();
});
