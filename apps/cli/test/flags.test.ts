/** Flags of commands other than `run` whose effect no other test shows. The table in support/proofs.ts names the test of every flag. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createWebhookReceiver } from "./support/create-webhook-receiver.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { runCli, startCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const OUTER = 'steps:\n  outer: { run: "true" }\n';
const ONE_STEP = 'steps:\n  lint: { run: "true" }\n';
const BURN = `"${process.execPath}" -e 'for (let i = 0; i < 1e6; i += 1);'`;

/** A target in a folder of a repository that has a configuration of its own. */
function createInner(config: string): Workspace {
  return createWorkspace({ files: { [CONFIG]: OUTER, [`inner/${CONFIG}`]: config } });
}

/** A history of one step, in runs an hour apart. */
function historyOf(runs: number): string {
  const line = (run: number): string =>
    JSON.stringify({ run, time: 1.7e9 + run * 3_600, step: "pack", seconds: 5 + (run % 2), outcome: "passed" });
  return Array.from({ length: runs }, (_, run) => `${line(run)}\n`).join("");
}

/** Measures two revisions that are the same, in as many pairs as the gate takes at least. */
function gate(...args: readonly string[]): readonly string[] {
  return ["bench", "gate", "--baseline", "HEAD~1", "--max-pairs", "8", "--warmup", "0", ...args];
}

function createRevisions(): Workspace {
  const workspace = createWorkspace({ files: { [CONFIG]: ONE_STEP, "a.txt": "1\n" } });
  workspace.commit({ "a.txt": "2\n" });
  return workspace;
}

describe("approve", () => {
  test("--quiet says nothing of what passes", async () => {
    const config = `stages: [{ id: release, trigger: manual }]\nsteps:\n  publish: { run: "true", stage: release }\n`;
    using workspace = createWorkspace({ files: { [CONFIG]: config } });
    await runCli(workspace, ["run"]);
    expect(await runCli(workspace, ["approve", "--quiet"])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });
});

describe("watch", () => {
  test("--target watches that directory, and --quiet tells only of what went wrong", async () => {
    using workspace = createInner('steps:\n  inner: { run: "test ! -e bad", inputs: ["**"] }\n');
    const watch = startCli(workspace, ["watch", "--target", "inner", "--quiet"]);
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await sleep(20);
    };
    await until(() => existsSync(workspace.file("inner/.workflow/metrics/history.jsonl")));
    expect(watch.output).toEqual({ stdout: "", stderr: "" });
    workspace.write({ "inner/bad": "1\n" });
    await until(() => watch.output.stdout.includes("failed in"));
    watch.process.kill("SIGINT");
    const { exitCode, stdout, stderr } = await watch.result;
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/^inner +failed/m);
    expect(stdout + stderr).not.toMatch(/outer|watching|── run/);
    expect(existsSync(workspace.file(".workflow"))).toBe(false);
  });
});

describe("explain", () => {
  test("--base names what the change is counted from", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: ONE_STEP, "a.js": "1\n" } });
    workspace.git("tag", "before");
    workspace.commit({ "a.js": "2\n" });
    expect((await runCli(workspace, ["explain", "lint", "--base", "HEAD"])).stdout).not.toContain("a.js");
    expect((await runCli(workspace, ["explain", "lint", "--base", "before"])).stdout).toContain("a.js");
  });
});

describe("ml", () => {
  test("train --target writes the model into that directory", async () => {
    using workspace = createInner(ONE_STEP);
    workspace.write({ "rows.jsonl": historyOf(80) });
    const result = await runCli(workspace, ["ml", "train", "--target", "inner", "--data", "rows.jsonl"]);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(existsSync(workspace.file("inner/.workflow/ml/model.json"))).toBe(true);
    expect(existsSync(workspace.file(".workflow"))).toBe(false);
  });

  test("evaluate --data and --target say whose history counts", async () => {
    using workspace = createInner(ONE_STEP);
    workspace.write({ "rows.jsonl": historyOf(60) });
    const scored = await runCli(workspace, ["ml", "evaluate", "--data", "rows.jsonl"]);
    expect(scored.stdout).toMatch(/^served .*\d+\.\d %/m);
    workspace.write({ "inner/.workflow/metrics/history.jsonl": "" });
    const { stdout } = await runCli(workspace, ["ml", "evaluate", "--target", "inner"]);
    expect(stdout).not.toMatch(/^served .*\d+\.\d %/m);
    expectRefusal(await runCli(workspace, ["ml", "evaluate", "--target", "nowhere"]), "ENGINE_TARGET_MISSING");
  });
});

describe("alert", () => {
  test("test --target tries the channels of that directory, and --json tells of each", async () => {
    await using receiver = await createWebhookReceiver();
    const channel = "{ type: slack, name: ops, url_env: OPS_URL }";
    using workspace = createInner(
      `alerts: { rules: [{ kind: slow-run, threshold_seconds: 1 }], channels: [${channel}] }\n${ONE_STEP}`,
    );
    const env = { OPS_URL: `${receiver.origin}/hook` };
    expectRefusal(await runCli(workspace, ["alert", "test"], { env }), "ENGINE_ALERTS_MISSING");
    const { stdout, exitCode } = await runCli(workspace, ["alert", "test", "--target", "inner", "--json"], { env });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, deliveries: [{ channel: "ops" }] });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe("cache", () => {
  test("explain --target takes a step of that directory", async () => {
    const ai = "ai: { provider: openai-compatible, model: m }\n";
    using workspace = createInner(`${ai}steps:\n  inner: { ai: { prompt: code_review } }\n`);
    expectRefusal(await runCli(workspace, ["cache", "explain", "inner"]), "ENGINE_UNKNOWN_STEP");
    expect((await runCli(workspace, ["cache", "explain", "inner", "--target", "inner"])).stderr).not.toContain(
      "ENGINE_UNKNOWN_STEP",
    );
  });
});

describe("bench", () => {
  const measured = {
    command: "x",
    baseline: [1, 1.01, 0.99, 1, 1.02, 0.98],
    compare: [1.2, 1.21, 1.19, 1.2, 1.22, 1.18],
  };
  const hyperfine = (name: "baseline" | "compare"): string =>
    JSON.stringify({
      results: [
        { command: name, times: measured[name], mean: 1, stddev: 0, median: 1, user: 1, system: 0, min: 1, max: 1 },
      ],
    });

  test("compare --threshold says what is slower enough to count", async () => {
    using workspace = createWorkspace();
    workspace.write({ "a.json": hyperfine("baseline"), "b.json": hyperfine("compare") });
    const compare = (threshold: string): Promise<{ readonly stdout: string }> =>
      runCli(workspace, ["bench", "compare", "a.json", "b.json", "--threshold", threshold]);
    const strict = await compare("5");
    const lenient = await compare("90");
    expect(strict.stdout).toMatch(/\*\*slower\*\*/);
    expect(lenient.stdout).not.toMatch(/\*\*slower\*\*/);
  });

  test("run --threshold says what is slower enough to count, and --target whose workflow is measured", async () => {
    using workspace = createInner(ONE_STEP);
    const twice = `${BURN}; ${BURN}`;
    const args = ["bench", "run", "--pairs", "5", "--warmup", "0", "--baseline", BURN, "--compare", twice];
    const { stdout } = await runCli(workspace, [...args, "--threshold", "900", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      comparison: { verdict: expect.not.stringMatching("slower") as string },
    });
    const target = ["bench", "run", "--workflow", "--baseline", "--pairs", "1", "--warmup", "0", "--target", "inner"];
    expect((await runCli(workspace, target)).stderr).not.toContain("outer");
  });

  test("gate --steps measures these steps alone", async () => {
    using workspace = createRevisions();
    workspace.write({ [CONFIG]: 'steps:\n  lint: { run: "true" }\n  bad: { run: "exit 9" }\n' });
    workspace.commit();
    workspace.commit({ "a.txt": "3\n" });
    const all = await runCli(workspace, gate());
    expect(all.stderr).toMatch(/failed/);
    const { stderr } = await runCli(workspace, gate("--steps", "lint", "--threshold", "10"));
    expect(stderr).not.toMatch(/failed/);
  });

  test("gate --warmup runs each side so often before it is measured", async () => {
    using workspace = createRevisions();
    const count = async (warmup: string): Promise<number> => {
      workspace.write({ "../runs": "" });
      const command = `echo x >> '${workspace.file("../runs")}'`;
      const args = [
        "bench",
        "gate",
        "--baseline",
        "HEAD~1",
        "--max-pairs",
        "8",
        "--warmup",
        warmup,
        "--command",
        command,
      ];
      await runCli(workspace, args);
      return workspace.read("../runs").split("\n").length - 1;
    };
    expect((await count("3")) - (await count("0"))).toBe(6);
  });

  test("gate --timeout ends a command that takes longer", async () => {
    using workspace = createRevisions();
    const { stdout, exitCode } = await runCli(workspace, gate("--timeout", "0.2", "--command", "sleep 60", "--json"));
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: "failed", failure: { reason: "timed-out" } });
  });

  test("gate --target works in that directory of each revision", async () => {
    using workspace = createInner(ONE_STEP);
    workspace.commit({ "a.txt": "2\n" });
    const command = `pwd >> '${workspace.file("../where")}'`;
    await runCli(workspace, gate("--target", "inner", "--command", command));
    expect(workspace.read("../where")).toMatch(/\/inner\n/);
  });

  test("track --target follows the history of that directory", async () => {
    using workspace = createInner(ONE_STEP);
    await runCli(workspace, ["run", "--target", "inner"]);
    expect((await runCli(workspace, ["bench", "track", "--target", "inner", "--json"])).stdout).toContain("lint");
    expect((await runCli(workspace, ["bench", "track", "--json"])).stdout).not.toContain("lint");
  });
});
