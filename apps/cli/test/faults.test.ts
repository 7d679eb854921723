/** Faults of docs/faults.md that belong to no other file here. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { BIN, runCli, startCli } from "./support/run-cli.ts";
import { snapshotState } from "./support/snapshot-state.ts";

const CONFIG = ".workflow-config.yaml";

test("a power cut while a step runs that leaves every file of the state half: the next run goes well, and the one after it replays", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  workspace.commit({
    [CONFIG]: `steps:\n  first: { run: "true" }\n  long: { run: ${JSON.stringify(stepper.command("long"))}, needs: [first] }\n`,
  });
  const cut = startCli(workspace, ["run"]);
  const long = await stepper.next("long");
  cut.process.kill("SIGKILL");
  await cut.result;
  long.exit(0);
  await long.gone;
  for (const name of Object.keys(snapshotState(workspace))) {
    const file = workspace.file(`.workflow/${name}`);
    truncateSync(file, Math.floor(statSync(file).size / 2));
  }
  const next = startCli(workspace, ["run"]);
  (await stepper.next("long")).exit(0);
  expectOutcomes(await next.result, { first: "passed", long: "passed" });
  expectOutcomes(await runCli(workspace, ["run"]), { first: "replayed", long: "replayed" });
});

test("100 MB in one line without an end are in the log as they were printed", async () => {
  const size = 100_000_000;
  using workspace = createWorkspace({
    files: { [CONFIG]: `steps:\n  loud: { run: "head -c ${size} /dev/zero | tr '\\\\0' x" }\n` },
  });
  const result = await runCli(workspace, ["run"]);
  expectOutcomes(result, { loud: "passed" });
  const log = readFileSync(workspace.file(`.workflow/${lastRecord(workspace).steps[0]?.log}`));
  expect(log.length).toBe(size);
  expect(log.every((byte) => byte === 0x78)).toBe(true);
  expect(result.stdout.length + result.stderr.length).toBeLessThan(10_000);
});

test("a step that prints gigabytes leaves a log of some megabytes, with its first and its last words", async () => {
  const bytes = 1_000_000_000;
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `steps:\n  loud: { run: "echo first; { yes much too much || :; } | head -c ${bytes}; echo; echo last; exit 3" }\n`,
    },
  });
  const result = await runCli(workspace, ["run"]);
  expectOutcomes(result, { loud: "failed" });
  expect(result.stdout + result.stderr).toContain("\nlast\n---");
  const log = readFileSync(workspace.file(`.workflow/${lastRecord(workspace).steps[0]?.log}`), "latin1");
  expect(log.length).toBeLessThan(129 * 2 ** 20);
  expect(log.startsWith("first\nmuch too much\n")).toBe(true);
  const [, leftOut] = /\n\[(?:at least )?(\d+) bytes are left out here: /.exec(log) ?? [];
  expect(Number(leftOut)).toBeGreaterThan(bytes / 2);
  expect(Number(leftOut) + log.length).toBeLessThan(bytes + 1_000);
});

test("a run that is stopped for longer than its steps may take does not end what ended in time, and says so", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  const step = (id: string, more: string): string =>
    `  ${id}: { run: ${JSON.stringify(stepper.command(id))}, timeout: 4s${more} }\n`;
  workspace.commit({
    [CONFIG]: `optimizations: { performance: { max_parallel_jobs: 2 } }\nsteps:\n${step("ends", "")}${step("late", ", cache: false")}`,
  });
  const cli = startCli(workspace, ["run", "--continue"]);
  const [ends, late] = await Promise.all([stepper.next("ends"), stepper.next("late")]);
  cli.process.kill("SIGSTOP");
  const stoppedAtMs = performance.now();
  ends.exit(0);
  await ends.gone;
  await vi.waitUntil(() => performance.now() - stoppedAtMs > 6_500, { timeout: 20_000 });
  cli.process.kill("SIGCONT");
  // What goes on beyond its limit after the stop is ended as ever.
  await late.gone;
  const result = await cli.result;
  expectOutcomes(result, { ends: "passed", late: "timed-out" });
  expect(result.stderr).toMatch(/note: the run stood still for about [5-9] s/);
});

/** A clock of the process that jumps by hours, forward and back, 20 times a second, and is set back for good in the end. */
const JUMPING_CLOCK = `
const { Date: RealDate } = globalThis;
const jumpMs = () => [0, 3, -2, 26, -25, 1][Math.floor(performance.now() / 50) % 6] * 3_600_000;
globalThis.Date = class extends RealDate {
  constructor(...given) { if (given.length === 0) super(Date.now()); else super(...given); }
  static now() { return RealDate.now() + jumpMs(); }
};
`;

test("a wall clock that jumps by hours during a run changes no duration and no decision", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]:
        "steps:\n  a: { run: sleep 0.2, timeout: 1m }\n  b: { run: sleep 0.2, needs: [a], retries: 1 }\n  c: { run: 'true', uses: [b] }\n",
    },
  });
  workspace.write({ "../clock.mjs": JUMPING_CLOCK });
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(workspace.file("../clock.mjs")).href}` };
  const outcomes = { a: "passed", b: "passed", c: "passed" };
  expectOutcomes(await runCli(workspace, ["run"], { env }), outcomes);
  const record = lastRecord(workspace);
  expect(Date.parse(record.finishedAt)).toBeGreaterThanOrEqual(Date.parse(record.startedAt));
  expect(record.durationMs).toBeGreaterThan(400);
  expect(record.durationMs).toBeLessThan(60_000);
  for (const { startedMs = -1, finishedMs = -1, durationMs } of record.steps) {
    expect(startedMs).toBeGreaterThanOrEqual(0);
    expect(finishedMs).toBeGreaterThanOrEqual(startedMs);
    expect(durationMs).toBeLessThan(60_000);
  }
  const replayed = { a: "replayed", b: "replayed", c: "replayed" };
  expectOutcomes(await runCli(workspace, ["run"], { env }), replayed);
  expectOutcomes(await runCli(workspace, ["run"]), replayed);
});

test("with descriptors for a part of the steps alone, none is lost", async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `s${index}`);
  using workspace = createWorkspace({
    files: { [CONFIG]: `steps:\n${ids.map((id) => `  ${id}: { run: "sleep 0.2; echo ${id}" }\n`).join("")}` },
  });
  const { stdout, status } = spawnSync(
    "sh",
    ["-c", 'ulimit -n 64; exec "$@"', "sh", process.execPath, BIN, "run", "--concurrency", "40"],
    { cwd: workspace.repository, env: workspace.environment, encoding: "utf8" },
  );
  expect(status, stdout).toBe(0);
  expect(outcomesOf(lastRecord(workspace))).toEqual(Object.fromEntries(ids.map((id) => [id, "passed"])));
});

test("a command that is too long for the system fails, and says what to do", async () => {
  using workspace = createWorkspace({
    files: { [CONFIG]: `steps: { long: { run: "true ${"x".repeat(3_000_000)}" } }\n` },
  });
  const result = await runCli(workspace, ["run"]);
  expectOutcomes(result, { long: "failed" });
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toContain(
    "longer than this system lets a program be given (E2BIG); put a long command into a file",
  );
  expect(result.stdout.length).toBeLessThan(2_000);
});

test("a link in the place of a folder of outputs is named, with what to do about it", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: "steps: { build: { run: 'mkdir -p out && cp in.txt out', inputs: [in.txt], outputs: [out/] } }\n",
      "in.txt": "1\n",
      ".gitignore": "out\nelsewhere\n",
    },
  });
  await runCli(workspace, ["run"]);
  rmSync(workspace.file("out"), { recursive: true });
  mkdirSync(workspace.file("elsewhere"));
  symlinkSync("elsewhere", workspace.file("out"));
  const result = await runCli(workspace, ["run"]);
  expectOutcomes(result, { build: "passed" });
  expect(result.stderr).toContain(
    'what build left cannot be restored, so it runs: "out" is a link, and nothing is written through one: remove it, or name the folder that it leads to in `outputs`',
  );
  expect(result.stdout).toContain("no longer stored, or cannot be restored");
});

test("values of variables are in nothing that is kept or said, of runs that end and of one that is killed", async () => {
  const secret = `s3cr3t-${"value".repeat(4)}`;
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  workspace.commit({
    [CONFIG]: `steps:
  good: { run: 'test -n "$DEPLOY_TOKEN"', env: [DEPLOY_TOKEN] }
  undeclared: { run: 'test -n "$OTHER_TOKEN"' }
  bad: { run: 'test -z "$DEPLOY_TOKEN"', env: [DEPLOY_TOKEN] }
  module: { module: ./step.mjs, env: [DEPLOY_TOKEN] }
  long: { run: ${JSON.stringify(stepper.command("long"))}, env: [DEPLOY_TOKEN], needs: [good, undeclared, module] }
`,
    "step.mjs": "export default () => ({ message: String(process.env.DEPLOY_TOKEN !== undefined) });\n",
  });
  const env = { DEPLOY_TOKEN: secret, OTHER_TOKEN: secret };
  const said: string[] = [];
  const expectNothingKept = (): void => {
    const forms = [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")];
    for (const [name, text] of [
      ...Object.entries(snapshotState(workspace)),
      ["what is printed", said.join("")] as const,
    ]) {
      for (const form of forms) expect(text.includes(form), name).toBe(false);
    }
  };
  const killed = startCli(workspace, ["run", "--continue", "--verbose"], { env });
  const long = await stepper.next("long");
  killed.process.kill("SIGKILL");
  const { stdout, stderr } = await killed.result;
  said.push(stdout, stderr);
  expect(Object.keys(snapshotState(workspace)).some((name) => name.endsWith("journal.jsonl"))).toBe(true);
  expectNothingKept();
  long.exit(0);
  const run = startCli(workspace, ["run", "--continue", "--json"], { env });
  (await stepper.next("long")).exit(0);
  const ended = await run.result;
  expect(outcomesOf(lastRecord(workspace))).toMatchObject({ bad: "failed", module: "replayed", long: "passed" });
  said.push(ended.stdout, ended.stderr);
  for (const args of [
    ["explain", "bad"],
    ["explain", "good", "--json"],
    ["run", "--dry-run"],
    ["status", "--json"],
  ]) {
    const result = await runCli(workspace, args, { env: { ...env, DEPLOY_TOKEN: `${secret}2` } });
    said.push(result.stdout, result.stderr);
  }
  expect(said.join("")).toContain("environment DEPLOY_TOKEN changed");
  expectNothingKept();
});
