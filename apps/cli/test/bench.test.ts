import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectNoStack, expectRefusal } from "./support/expect-refusal.ts";
import { lastRecord } from "./support/records.ts";
import { runCli, startCli } from "./support/run-cli.ts";
import { snapshotState } from "./support/snapshot-state.ts";

const CONFIG = ".workflow-config.yaml";
const HISTORY = ".workflow/metrics/history.jsonl";

/** A line of shell that counts, which takes CPU time in proportion. */
const burn = (count: number | string): string => `n=${count}; i=0; while [ $i -lt $n ]; do i=$((i+1)); done`;

/** Two steps, of which the second one reads what the first one does not. */
const TWO_STEPS =
  'steps:\n  lint: { run: "cat a.txt", inputs: ["a.txt"] }\n  test: { run: "cat b.txt", inputs: ["b.txt"] }\n';

/** Processes of `sleep` that were told to sleep so long. */
function sleeping(seconds: string): readonly string[] {
  const isOne = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8") === `sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").filter(isOne);
}

/** Nothing that was made for measuring is left: no worktree, no copy, and the files of the repository are as git has them. */
function expectNoTraces(workspace: Workspace): void {
  expect(workspace.git("worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(1);
  expect(readdirSync(workspace.environment["TMPDIR"] ?? "").filter((name) => name.startsWith("ai-workflow"))).toEqual(
    [],
  );
  expect(workspace.git("status", "--porcelain")).toBe("");
}

describe("ai-workflow bench run", () => {
  test("measures two commands in turns, prints a report, and keeps what it measured", async () => {
    using workspace = createWorkspace();
    const args = ["bench", "run", "--pairs", "5", "--warmup", "0", "--output", "out/b.json", "--report", "out/b.md"];
    const result = await runCli(workspace, [...args, "--baseline", burn(160_000), "--compare", burn(20_000)]);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toMatch(/^\*\*faster\*\*: compare takes less CPU time than baseline \(−\d/m);
    expect(result.stdout).toMatch(/^\| CPU time \|.*\| 5 \| faster \|$/m);
    expect(result.stdout).toMatch(/^\| wall time \|/m);
    expect(result.stderr.match(/^pair \d of 5: baseline /gm)).toHaveLength(5);
    expect(workspace.read("out/b.md")).toBe(result.stdout);
    const kept = JSON.parse(workspace.read("out/b.json")) as { version: number; pairs: { first: string }[] };
    expect(kept.version).toBe(1);
    expect(kept.pairs.map(({ first }) => first)).toEqual(["baseline", "compare", "compare", "baseline", "baseline"]);

    const again = await runCli(workspace, ["bench", "compare", "out/b.json"]);
    expect(again.stdout.split("\n").slice(1)).toEqual(result.stdout.split("\n").slice(1));
    const other = await runCli(workspace, ["bench", "compare", "out/b.json", "--measure", "wall", "--json"]);
    expect(JSON.parse(other.stdout)).toMatchObject({ version: 1, comparison: { decidedBy: "wallMs" } });
  });

  test.runIf(process.platform === "linux")("leaves no process behind, wherever it went", async () => {
    using workspace = createWorkspace({ files: { "a.txt": "1" } });
    workspace.commit({ "a.txt": "2" });
    const escape = (seconds: string): string => `setsid sleep ${seconds} >/dev/null 2>&1 & exit 0`;
    const run = ["bench", "run", "--baseline", escape("702.25"), "--compare", "true", "--pairs", "3"];
    expect(await runCli(workspace, run)).toMatchObject({ exitCode: 0 });
    const gate = ["bench", "gate", "--baseline", "HEAD~1", "--max-pairs", "8", "--prepare", escape("703.25")];
    await runCli(workspace, [...gate, "--command", escape("704.25")]);
    expect(["702.25", "703.25", "704.25"].flatMap(sleeping)).toEqual([]);
  });

  test("says how a command failed, and that nothing is decided", async () => {
    using workspace = createWorkspace();
    const args = ["bench", "run", "--baseline", "true", "--compare"];
    const failed = await runCli(workspace, [...args, "printf 'no \\033[31mroom' >&2; exit 4"]);
    expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
    expect(failed.stderr).toBe(String.raw`ai-workflow: what is compared failed in warm-up 1
  why: Ended with exit code 4
  | no \u{1b}[31mroom
  Run it by itself and mend it; nothing is decided, as what does not do its work is not comparable
  CLI_BENCH_FAILED: https://github.com/ai-workflow/ai-workflow/blob/main/docs/errors.md#cli_bench_failed
`);
    const slow = await runCli(workspace, [...args, "sleep 60", "--timeout", "0.2", "--json"]);
    expect(slow.exitCode).toBe(1);
    expect(JSON.parse(slow.stdout)).toMatchObject({ status: "failed", failure: { reason: "timed-out" } });
    expect(slow.stderr).toContain("\n  Give it longer by --timeout; nothing is decided");
  });

  test("compares this workflow without and with its optimisations, step by step, and leaves it as it is", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS, "a.txt": "a", "b.txt": "b" } });
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
    const { runId } = lastRecord(workspace);
    workspace.write({ "b.txt": "changed, not committed" });
    const [before, status] = [snapshotState(workspace), workspace.git("status", "--porcelain")];
    const result = await runCli(workspace, ["bench", "run", "--pairs", "2", "--json"]);
    expect(result.exitCode, result.stderr).toBe(0);
    const { benchmark } = JSON.parse(result.stdout) as { readonly benchmark: Readonly<Record<string, unknown>> };
    const { kind, steps, pairs, baseline, compare } = benchmark;
    expect({ kind, baseline, compare }).toEqual({
      kind: "workflow",
      baseline: { name: "baseline", command: "run --baseline" },
      compare: { name: "optimised", command: "run" },
    });
    expect(pairs).toHaveLength(2);
    // Each run began with the state that is here: none was replayed from another of them.
    expect(steps).toEqual([
      { step: "lint", baselineMs: expect.any(Number), compareMs: 0, why: expect.stringContaining(runId) },
      { step: "test", baselineMs: expect.any(Number), compareMs: expect.any(Number), why: expect.any(String) },
    ]);
    expect((steps as { compareMs: number }[])[1]?.compareMs).toBeGreaterThan(0);
    expect(snapshotState(workspace)).toEqual(before);
    expect(workspace.git("status", "--porcelain")).toBe(status);
    workspace.git("checkout", "--", "b.txt");
    expectNoTraces(workspace);
  });

  test("takes other options of `run`, steps of one's choice and no kept results, in a linked work tree too", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS, "a.txt": "a", "b.txt": "b" } });
    workspace.git("worktree", "add", "--quiet", "../linked", "-b", "linked");
    const cwd = `${workspace.path}/linked`;
    expect(await runCli(workspace, ["run"], { cwd })).toMatchObject({ exitCode: 0 });
    const args = ["bench", "run", "--workflow", "--cold", "--steps", "lint", "--pairs", "1", "--warmup", "0"];
    const options = ["--baseline", "--no-parallel", "--compare", "--concurrency 3"];
    const result = await runCli(workspace, [...args, ...options], { cwd });
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toContain("Baseline: `run --no-parallel --steps=lint`. Compared: `run --concurrency 3 --st");
    expect(result.stdout).toMatch(/^\| lint \| {2}\| [\d.]+ m?s \| [\d.]+ m?s \|/m);
    expect(workspace.git("-C", cwd, "status", "--porcelain")).toBe("");
    expect(workspace.git("-C", cwd, "branch", "--show-current").trim()).toBe("linked");
    workspace.git("worktree", "remove", "--force", cwd);
    expectNoTraces(workspace);
  });

  test("tells nobody of slow runs, and writes nothing for the job around", async () => {
    using workspace = createWorkspace();
    const summary = `${workspace.path}/summary.md`;
    writeFileSync(summary, "");
    const rules = "[{ kind: slow-run, threshold_seconds: 0.001 }]";
    workspace.commit({
      [CONFIG]: `alerts: { fail: true, rules: ${rules}, channels: [{ type: job-summary }] }\nsteps:\n  a: { run: 'echo x >> "$GITHUB_STEP_SUMMARY"' }\n`,
    });
    const env = { GITHUB_STEP_SUMMARY: summary };
    const result = await runCli(workspace, ["bench", "run", "--pairs", "1"], { env });
    expect(result.exitCode, result.stderr).toBe(0);
    expect(readFileSync(summary, "utf8")).toBe("");
    // A run that is none of a benchmark does both.
    expect(await runCli(workspace, ["run", "--no-alerts"], { env })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(summary, "utf8")).toBe("x\n");
    expect(await runCli(workspace, ["run", "--force"], { env })).toMatchObject({ exitCode: 1 });
    expect(readFileSync(summary, "utf8")).toContain("1 alert");
  });

  test("says what a workflow that fails says", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps:\n  lint: { run: "echo no room; exit 9" }\n' } });
    const result = await runCli(workspace, ["bench", "run", "--pairs", "1"]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("the baseline failed in warm-up 1\n  why: Ended with exit code 1");
    expect(result.stderr).toMatch(/^ {2}\| --- lint: .*\n {2}\| no room$/m);
    expect(existsSync(workspace.file(".workflow"))).toBe(false);
    expectNoTraces(workspace);
  });

  test("removes its copies when it is interrupted", async () => {
    using workspace = createWorkspace();
    const started = `${workspace.path}/started`;
    workspace.commit({ [CONFIG]: `steps:\n  wait: { run: "touch ${started}; sleep 60" }\n` });
    const cli = startCli(workspace, ["bench", "run", "--pairs", "1"]);
    await expect.poll(() => existsSync(started), { timeout: 20_000 }).toBe(true);
    cli.process.kill("SIGINT");
    expect(await cli.result).toMatchObject({ exitCode: 130, stdout: "" });
    expectNoTraces(workspace);
  });
});

describe("ai-workflow bench gate", () => {
  const FILES = { count: "30000\n", [CONFIG]: TWO_STEPS, "a.txt": "a", "b.txt": "b" };
  const COMMAND = burn("$(cat count)");
  const gate = (...args: readonly string[]): readonly string[] => ["bench", "gate", "--max-pairs", "8", ...args];

  /** A revision that is tagged `fast`, and one after it that takes eight times as long. */
  function createRevisions(): Workspace {
    const workspace = createWorkspace({ files: FILES });
    workspace.git("tag", "fast");
    workspace.commit({ count: "240000\n" });
    return workspace;
  }

  test("exits with 1 for a regression, and writes the report", async () => {
    using workspace = createRevisions();
    const args = gate("--baseline", "fast", "--compare", "main", "--command", COMMAND, "--report", "gate.md");
    const result = await runCli(workspace, args);
    expect(result.exitCode, result.stderr).toBe(1);
    expect(result.stdout).toMatch(/^# main against fast$/m);
    expect(result.stdout).toMatch(/^Gate: \*\*regression\*\* after 8 usable pairs/m);
    expect(result.stderr.match(/^pair \d, [\d.]+ times so far; /gm)).toHaveLength(8);
    expect(workspace.read("gate.md")).toBe(result.stdout);
    workspace.git("clean", "--quiet", "--force", "gate.md");
    expectNoTraces(workspace);
  });

  test("exits with 0 where a slow-down is ruled out", async () => {
    using workspace = createRevisions();
    const args = gate(
      "--baseline",
      "main",
      "--compare",
      "fast",
      "--command",
      `git rev-parse HEAD; ${COMMAND}`,
      "--json",
    );
    // As in a hook, where git names its repository to everything it starts.
    const env = { GIT_DIR: workspace.file(".git"), GIT_INDEX_FILE: workspace.file(".git/index") };
    const result = await runCli(workspace, args, { env });
    expect(result.exitCode, result.stderr).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      version: 1,
      status: "ok",
      commits: { baseline: workspace.git("rev-parse", "main").trim() },
      gate: { decision: "ok", pairs: 8 },
      notRemoved: [],
    });
    expectNoTraces(workspace);
  });

  test("exits with 3 where the pairs cannot tell", async () => {
    using workspace = createWorkspace({ files: { parity: "0\n" } });
    workspace.git("tag", "even");
    workspace.commit({ parity: "1\n" });
    // Each side is slow every second time, and never both at the same time.
    const count = "$(( ($(cat runs | wc -l) + $(cat parity)) % 2 ? 20000 : 160000 ))";
    const command = `echo >> runs; ${burn(count)}`;
    const result = await runCli(workspace, gate("--baseline", "even", "--command", command));
    expect(result.exitCode, result.stderr).toBe(3);
    expect(result.stdout).toMatch(/^Gate: \*\*inconclusive\*\* after 8 usable pairs/m);
    expectNoTraces(workspace);
  });

  test("measures the workflow of each revision in its own worktree, prepared, and touches no state here", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS, "a.txt": "a", "b.txt": "b" } });
    workspace.git("tag", "before");
    // Works only where it was prepared.
    workspace.commit({ [CONFIG]: 'steps:\n  slow: { run: "cat made; sleep 0.8" }\n' });
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
    const before = snapshotState(workspace);
    const args = gate("--baseline", "before", "--prepare", "touch half", "--prepare", "mv half made");
    const result = await runCli(workspace, [...args, "--measure", "wall", "--threshold", "1"]);
    expect(result.exitCode, result.stdout + result.stderr).toBe(1);
    expect(result.stdout).toMatch(/^\*\*slower\*\*: HEAD takes more wall time than before/m);
    expect(snapshotState(workspace)).toEqual(before);
    expectNoTraces(workspace);
  }, 60_000);

  test("says what failed: the command, or what prepares it", async () => {
    using workspace = createRevisions();
    const args = gate("--baseline", "fast", "--command");
    const failed = await runCli(workspace, [...args, "grep -q 30000 count", "--json"]);
    expect(failed.exitCode).toBe(1);
    const { status, failure } = JSON.parse(failed.stdout) as { status: string; failure: object };
    expect(status).toBe("failed");
    expect(failure).toMatchObject({ arm: "compare", phase: "warm-up", reason: "exit", exitCode: 1 });
    const unprepared = await runCli(workspace, [...args, "true", "--prepare", "echo why >&2; false"]);
    expect(unprepared).toMatchObject({ exitCode: 1, stdout: "" });
    expect(unprepared.stderr).toContain("the baseline failed in prepare 1\n  why: Ended with exit code 1\n  | why\n");
    expectNoTraces(workspace);
  });

  test("refuses revisions that are not there, and folders without a repository", async () => {
    using workspace = createRevisions();
    for (const name of ["no-such-branch", "--upload-pack=touch x", "fast:count"]) {
      const result = await runCli(workspace, gate(`--baseline=${name}`, "--command", "true"));
      expectRefusal(result, `there is no commit ${JSON.stringify(name)}`, "ENGINE_REVISION_UNKNOWN");
    }
    const outside = await runCli(workspace, gate("--baseline", "main", "--command", "true"), { cwd: workspace.path });
    expectRefusal(outside, "is in no git repository", "ENGINE_REPOSITORY_MISSING");
    expectNoTraces(workspace);
  });

  test("removes its worktrees when it is interrupted, and those of one that was killed the next time", async () => {
    using workspace = createRevisions();
    const started = `${workspace.path}/started`;
    const args = gate("--baseline", "fast", "--command", `touch ${started}; sleep 60`);
    for (const [signal, exitCode] of [
      ["SIGKILL", null],
      ["SIGTERM", 143],
      ["SIGINT", 130],
    ] as const) {
      const cli = startCli(workspace, args);
      await expect.poll(() => existsSync(started), { timeout: 20_000 }).toBe(true);
      // The one that was killed before has left nothing but what is there now.
      expect(workspace.git("worktree", "list").trim().split("\n")).toHaveLength(3);
      cli.process.kill(signal);
      expect((await cli.result).exitCode).toBe(exitCode);
      rmSync(started);
    }
    expectNoTraces(workspace);
  });
});

describe("ai-workflow bench compare", () => {
  test("compares two runs by id, by age or by file, step by step", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS, "a.txt": "a", "b.txt": "b" } });
    await runCli(workspace, ["run", "--baseline"]);
    const { runId } = lastRecord(workspace);
    await runCli(workspace, ["run"]);
    workspace.write({ "b.txt": "changed" });
    await runCli(workspace, ["run"]);
    const before = snapshotState(workspace);
    const byAge = await runCli(workspace, ["bench", "compare", "latest~2", "latest"]);
    expect(byAge.exitCode, byAge.stderr).toBe(0);
    expect(byAge.stdout).toMatch(/^\| lint \| replayed: /m);
    expect(byAge.stdout).toContain(`Baseline: run \`${runId}\`, passed.`);
    expect(byAge.stdout).toContain("One run of each cannot tell a change from noise");
    const byId = await runCli(workspace, ["bench", "compare", runId.slice(0, -2), "latest", "--target", "."]);
    const byFile = await runCli(workspace, ["bench", "compare", `.workflow/runs/${runId}/run.json`, "latest"]);
    expect([byId.stdout, byFile.stdout]).toEqual([byAge.stdout, byAge.stdout]);
    expect(snapshotState(workspace)).toEqual(before);
  });

  test("escapes what names of steps and commands would mean in Markdown", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS, "a.txt": "a", "b.txt": "b" } });
    await runCli(workspace, ["run"]);
    const record = JSON.stringify(lastRecord(workspace));
    workspace.write({ "r.json": record.replaceAll('"lint"', JSON.stringify("x | y\n\n# <b>![i](u)")) });
    const { stdout } = await runCli(workspace, ["bench", "compare", "r.json", "r.json"]);
    expect(stdout).toContain(String.raw`| x \| y \# \<b\>\!\[i\](u) |`);
    expect(stdout.match(/^#+ .*$/gm)).toEqual(["# Comparison", "## Summary", "## Step by step"]);
  });

  test("reads what hyperfine writes, of one file or of two", async () => {
    using workspace = createWorkspace();
    const result = (command: string, times: readonly number[]): object => ({ command, mean: 1, times, exit_codes: [] });
    const [fast, slow] = [
      [1, 1.01, 0.99, 1, 1.02, 1.01],
      [2, 2.01, 1.98, 2.02, 2, 1.99],
    ];
    workspace.write({
      "both.json": JSON.stringify({ results: [result("old | cmd", slow), result("new", fast)] }),
      "old.json": `\uFEFF${JSON.stringify({ results: [result("old", slow)] })}`,
      "new.json": JSON.stringify({ results: [result("new", fast)] }),
    });
    const both = await runCli(workspace, ["bench", "compare", "both.json"]);
    expect(both.stdout).toContain(String.raw`**faster**: new takes less wall time than old \| cmd (−49.8 %).`);
    expect(both.stdout).toContain("not measured in turns");
    const two = await runCli(workspace, ["bench", "compare", "new.json", "old.json"]);
    expect(two.stdout).toMatch(/^\*\*slower\*\*: old.json takes more wall time than new.json/m);
    const one = await runCli(workspace, ["bench", "compare", "new.json"]);
    expectRefusal(one, "new.json holds one side only", "ENGINE_DATA_UNREADABLE");
  });

  test.each([
    ["a file that is not there", "nowhere.json", "(ENOENT)"],
    ["a folder", "../repository", "(EISDIR)"],
    ["a file that was cut", "cut.json", "it is not JSON"],
    ["JSON of another kind", "other.json", "neither a run record nor"],
    ["a run record with a hole", "hole.json", "wrong or incomplete"],
    ["a benchmark of a newer version", "newer.json", "update the program"],
    ["a benchmark with a hole", "pairs.json", "`pairs`"],
  ])("refuses %s", async (_, name, message) => {
    using workspace = createWorkspace();
    const benchmark = { schema: "ai-workflow/benchmark", version: 1, measure: "cpu", thresholdPercent: 10 };
    const arm = { name: "a", command: "b" };
    workspace.write({
      "cut.json": '{"schema":',
      "other.json": '{"results":3}',
      "hole.json": '{"schema":"ai-workflow/run-record","version":1}',
      "newer.json": JSON.stringify({ ...benchmark, version: 2 }),
      "pairs.json": JSON.stringify({
        ...benchmark,
        baseline: arm,
        compare: arm,
        environment: { cpuCount: 2 },
        pairs: [3],
      }),
    });
    expectRefusal(await runCli(workspace, ["bench", "compare", name]), message, "ENGINE_DATA_UNREADABLE");
  });

  test("refuses runs that are not there", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS, "a.txt": "a", "b.txt": "b" } });
    expectRefusal(await runCli(workspace, ["bench", "compare", "latest"]), "there is no run latest", "0 runs of");
    await runCli(workspace, ["run"]);
    const tooFar = await runCli(workspace, ["bench", "compare", "latest~1", "latest"]);
    expectRefusal(tooFar, "there is no run latest~1", "ENGINE_RUN_MISSING");
    const unknown = await runCli(workspace, ["bench", "compare", "20200101", "latest"]);
    expectRefusal(unknown, 'there is no run "20200101"', "ENGINE_RUN_MISSING");
  });
});

describe("ai-workflow bench track", () => {
  /** Runs once, and makes a history of 40 runs of that one, of which the last five took more; then lines that are no runs. */
  async function withHistory(workspace: Workspace): Promise<void> {
    await runCli(workspace, ["run"]);
    const line = JSON.parse(workspace.read(HISTORY).trim()) as { steps: object[] };
    const lines = Array.from({ length: 40 }, (_, run) => {
      const seconds = (run < 35 ? 20 : 31) + (run % 4);
      const steps = line.steps.map((step) => ({ ...step, seconds, outcome: "passed" }));
      return JSON.stringify({ ...line, run_id: `run-${run}`, total_duration: seconds, status: "passed", steps });
    });
    workspace.write({ [HISTORY]: [...lines, '{"version":1,"run_id":"cut', '{"other":1}', ""].join("\n") });
  }

  test("follows the history in a page: state, trend, and where the level changed", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps:\n  test: { run: "true" }\n' } });
    await withHistory(workspace);
    const before = snapshotState(workspace);
    const page = await runCli(workspace, ["bench", "track"]);
    expect(page.exitCode, page.stderr).toBe(0);
    expect(page.stdout).toContain("40 runs; set aside: 1 malformed, 1 foreign.");
    expect(page.stdout).toMatch(/^\| test \|.*\| degraded \(\+\d\d\.\d %\) \| 40 \|/m);
    expect(page.stdout).toMatch(/^\| test \| run-35 \|/m);

    const args = ["bench", "track", "--output", "docs/performance-history.md"];
    const written = await runCli(workspace, args);
    expect(written).toMatchObject({ exitCode: 0, stdout: "" });
    expect(workspace.read("docs/performance-history.md")).toBe(page.stdout);
    // The same history gives the same page.
    await runCli(workspace, args);
    expect(workspace.read("docs/performance-history.md")).toBe(page.stdout);
    expect(readdirSync(workspace.file("docs"))).toEqual(["performance-history.md"]);
    expect(snapshotState(workspace)).toEqual(before);
  });

  test("prints JSON, takes another history, and has nothing to say of none", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps:\n  test: { run: "true" }\n' } });
    const none = await runCli(workspace, ["bench", "track"]);
    expect(none.exitCode, none.stderr).toBe(0);
    expect(none.stdout).toMatch(/^0 runs\./m);
    expect(existsSync(workspace.file(".workflow"))).toBe(false);
    await withHistory(workspace);
    workspace.write({ "elsewhere.jsonl": workspace.read(HISTORY) });
    const { stdout } = await runCli(workspace, ["bench", "track", "--json", "--data", "elsewhere.jsonl"]);
    const history = JSON.parse(stdout) as { series: { step?: string; degradation: object; changePoints: object[] }[] };
    expect(history).toMatchObject({ version: 1, runs: 40, setAside: { malformed: 1, foreign: 1 } });
    expect(history.series.find(({ step }) => step === "test")).toMatchObject({
      degradation: { status: "degraded" },
      changePoints: [{ index: 35, run: "run-35" }],
    });
    const missing = await runCli(workspace, ["bench", "track", "--data", "nowhere.jsonl"]);
    expectRefusal(missing, "nowhere.jsonl", "ENGINE_DATA_UNREADABLE");
  });
});

test.each([
  [["run", "--pairs", "0"], "Give a whole number of at least 1."],
  [["run", "--pairs", "1e3"], "Give a whole number of at least 1."],
  [["run", "--warmup", "-1"], "Give a whole number of at least 0."],
  [["run", "--threshold", "0"], "Give a number above 0."],
  [["run", "--timeout", "soon"], "Give a number of at least 0."],
  [["run", "--measure", "memory"], "Allowed choices are cpu, wall."],
  [["run", "--baseline", "true"], "option '--baseline' needs '--compare', or '--workflow'"],
  [["run", "--compare", "true"], "option '--compare' needs '--baseline', or '--workflow'"],
  [["run", "--baseline", "", "--compare", "true"], "It is empty."],
  [["run", "--baseline", "true", "--compare", "true", "--steps", "a"], "option '--steps' needs '--workflow'"],
  [["run", "--baseline", "true", "--compare", "true", "--cold"], "option '--cold' needs '--workflow'"],
  [["run", "--baseline", "true", "--compare", "true", "--report", "."], "ENGINE_OUTPUT_UNWRITABLE"],
  [["run", "--baseline", "true", "--compare", "true", "--output", "a.txt/b"], "ENGINE_OUTPUT_UNWRITABLE"],
  [["run"], "ENGINE_CONFIG_MISSING"],
  [["gate"], "required option '--baseline <ref>' not specified"],
  [["gate", "--baseline", "main", "--max-pairs", "7"], "Give a whole number of at least 8."],
  [["gate", "--baseline", "main", "--command", "true", "--steps", "a"], "cannot be used with option '--steps <list>'"],
  [["gate", "--baseline", "main"], "ENGINE_CONFIG_MISSING"],
  [["compare"], "missing required argument 'baseline'"],
  [["track", "--target", "nowhere"], "ENGINE_TARGET_MISSING"],
])("ai-workflow bench %j is refused before anything is measured", async (args, message) => {
  using workspace = createWorkspace({ files: { "a.txt": "a" } });
  const result = await runCli(workspace, ["bench", ...args]);
  expectNoStack(result);
  expectRefusal(result, message);
  expectNoTraces(workspace);
});
