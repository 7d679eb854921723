/** What a run measures of its steps, through the built program: resources, spans of children, profiles of tests. */
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

/** Burns CPU time of its own until it has used so much of it, however fast the machine is. */
const BURN = `const limit = Number(process.argv[2]) * 1000;
while (process.cpuUsage().user + process.cpuUsage().system < limit);
`;

const linux = process.platform === "linux";

describe.runIf(linux)("resources", () => {
  const files = {
    [CONFIG]: `steps:
  burn: { run: "node burn.cjs 400; node burn.cjs 400" }
  hold: { run: "node hold.cjs" }
  module: { module: burn.mjs }
`,
    "burn.cjs": BURN,
    "hold.cjs": "const held = Buffer.alloc(200 * 2 ** 20, 1); setTimeout(() => console.log(held.length), 1500);\n",
    "burn.mjs": `export default () => {
  const started = process.cpuUsage();
  for (let usedMs = 0; usedMs < 500; ) {
    const { user, system } = process.cpuUsage(started);
    usedMs = (user + system) / 1000;
  }
};
`,
  };

  test("the record tells CPU time and memory of each step, also of processes that are gone", async () => {
    using workspace = createWorkspace({ files });
    const run = await runCli(workspace, ["run", "--concurrency", "1"]);
    expectOutcomes(run, { burn: "passed", hold: "passed", module: "passed" });
    const record = lastRecord(workspace);
    const resourcesOf = (id: string) => record.steps.find((step) => step.id === id)?.resources;
    expect(resourcesOf("burn")?.cpuMs).toBeGreaterThanOrEqual(780);
    expect(resourcesOf("hold")?.peakMemoryBytes).toBeGreaterThan(200 * 2 ** 20);
    expect(resourcesOf("hold")?.cpuMs).toBeLessThan(resourcesOf("burn")?.cpuMs ?? 0);
    expect(resourcesOf("module")).toMatchObject({ method: "thread" });
    expect(record.resources?.cpuMs).toBeGreaterThanOrEqual(780);
    expect(record.resources?.peakMemoryBytes).toBeGreaterThan(200 * 2 ** 20);
    expect(record.resources?.toolPeakMemoryBytes).toBeGreaterThan(2 ** 20);
    const current = JSON.parse(workspace.read(".workflow/metrics/current_run.json")) as {
      readonly resource_usage: Readonly<Record<string, number>>;
    };
    expect(current.resource_usage["peak_memory_mb"]).toBeGreaterThan(200);
    expect(current.resource_usage["cpu_seconds"]).toBeGreaterThan(0.7);
    expect(existsSync(workspace.file(".workflow/logs/latest/resources.log"))).toBe(false);
  });

  test("WORKFLOW_MONITOR_RESOURCES=true writes each look into resources.log", async () => {
    using workspace = createWorkspace({ files });
    await runCli(workspace, ["run", "hold"], { env: { WORKFLOW_MONITOR_RESOURCES: "true" } });
    const [header, ...lines] = workspace.read(".workflow/logs/latest/resources.log").trimEnd().split("\n");
    expect(header?.split(/\s+/)).toEqual(["TIME", "CPU%", "MEM(MB)", "DISK(MB/s)", "STEP"]);
    expect(lines.length).toBeGreaterThan(1);
    const rows = lines.map((line) => line.trim().split(/\s+/));
    expect(rows.every((row) => row.length === 5 && row[4] === "hold")).toBe(true);
    expect(Math.max(...rows.map((row) => Number(row[2])))).toBeGreaterThan(200);
  });

  test("steps that were measured to take more memory together than there is do not run at the same time", async () => {
    const hold = "const held = Buffer.alloc(60 * 2 ** 20, 1); setTimeout(() => held.length, 500);\n";
    using workspace = createWorkspace({
      files: {
        [CONFIG]: `optimizations: { performance: { max_memory_mb: 150 } }
steps:
  a: { run: "node hold.cjs" }
  b: { run: "node hold.cjs" }
`,
        "hold.cjs": hold,
      },
    });
    const waits = async (): Promise<readonly string[]> => {
      await runCli(workspace, ["run", "--force", "--concurrency", "2"]);
      const all = lastRecord(workspace).steps.flatMap((step) => step.waits);
      return all.filter(({ cause }) => cause === "resource").map(({ on }) => on);
    };
    // Nothing is known at first, and one measurement says little.
    expect(await waits()).toEqual([]);
    expect(await waits()).toEqual([]);
    // On a machine that is busy a run may be looked at too seldom to count as a measurement.
    let last = await waits();
    for (let more = 0; last.length === 0 && more < 8; more += 1) last = await waits();
    expect(last).toEqual(["memory_mb"]);
  });

  test("WORKFLOW_MONITOR_RESOURCES=false measures nothing", async () => {
    using workspace = createWorkspace({ files });
    await runCli(workspace, ["run", "burn"], { env: { WORKFLOW_MONITOR_RESOURCES: "false" } });
    const record = lastRecord(workspace);
    expect(record.steps.every((step) => step.resources === undefined)).toBe(true);
    expect(record.resources).toBeUndefined();
  });
});

test.each(["WORKFLOW_MONITOR_RESOURCES", "WORKFLOW_PROFILE", "TEST_PROFILE"])(
  "%s is refused when it holds neither true nor false",
  async (name) => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps: { a: { run: "true" } }\n' } });
    const refused = await runCli(workspace, ["run"], { env: { [name]: "yes" } });
    expectRefusal(refused, "ENGINE_ENVIRONMENT_INVALID", name, `Set ${name}=true`);
    expect(refused.exitCode).toBe(2);
  },
);

describe("spans of steps", () => {
  test("a shell step and a module step open spans, which the profile and the trace show", async () => {
    using workspace = createWorkspace({
      files: {
        [CONFIG]: 'steps:\n  shell: { run: "node spans.mjs" }\n  module: { module: module.mjs }\n',
        "spans.mjs": `import { appendFileSync } from "node:fs";
const tell = (line) => appendFileSync(process.env.WORKFLOW_SPANS, JSON.stringify({ at: Date.now() / 1000, ...line }) + "\\n");
tell({ begin: "test_execution" });
tell({ begin: "fixtures" });
await new Promise((resolve) => setTimeout(resolve, 300));
tell({ end: "fixtures" });
tell({ end: "test_execution", attributes: { tests: 12 } });
tell({ begin: "report" });
`,
        "module.mjs": `export default async ({ spans }) => {
  const span = spans.start("scan");
  await new Promise((resolve) => setTimeout(resolve, 50));
  span.end({ files: 3 });
};
`,
      },
    });
    const run = await runCli(workspace, ["run"], { env: { WORKFLOW_PROFILE: "true" } });
    expectOutcomes(run, { shell: "passed", module: "passed" });
    const { spans } = lastRecord(workspace);
    const spanOf = (step: string, name: string) => spans.find((span) => span.step === step && span.name === name);
    const attempt = spanOf("shell", "attempt");
    expect(spanOf("shell", "test_execution")).toMatchObject({ parentId: attempt?.id, attributes: { tests: 12 } });
    expect(spanOf("shell", "fixtures")?.parentId).toBe(spanOf("shell", "test_execution")?.id);
    expect(spanOf("shell", "report")?.endMs).toBeUndefined();
    expect(spanOf("module", "scan")).toMatchObject({ attributes: { files: 3 } });
    const profile = workspace.read(".workflow/logs/latest/profile.log");
    expect(profile).toMatch(/^ {2}- fixtures: 0\.\ds/m);
    expect(profile).toMatch(/^ {2}- report: .* \(unfinished\)$/m);
    expect(workspace.read(".workflow/logs/latest/trace.json")).toContain("test_execution");
    expect(readdirSync(workspace.file(".workflow/logs/latest/steps")).sort()).toEqual(["module.log", "shell.log"]);
  });

  test("lines that are no spans are told and harm nothing", async () => {
    using workspace = createWorkspace({
      files: {
        [CONFIG]: `steps:\n  bad: { run: "echo nonsense >> $WORKFLOW_SPANS; echo '{\\"begin\\":\\"a\\"}' >> $WORKFLOW_SPANS" }\n`,
      },
    });
    const run = await runCli(workspace, ["run"]);
    expectOutcomes(run, { bad: "passed" });
    expect(lastRecord(workspace).notices).toContainEqual({
      code: "spans-incomplete",
      message: expect.stringContaining("bad: ") as string,
    });
  });
});

test("TEST_PROFILE=true tells where the time of a test step went, as its runner says", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: 'steps:\n  unit: { run: "node --test unit.test.mjs" }\n  other: { run: "echo done" }\n',
      "unit.test.mjs":
        'import test from "node:test";\ntest("waits", () => new Promise((resolve) => setTimeout(resolve, 120)));\n',
    },
  });
  await runCli(workspace, ["run"]);
  expect(lastRecord(workspace).steps.every((step) => step.testProfile === undefined)).toBe(true);

  await runCli(workspace, ["run", "--force"], { env: { TEST_PROFILE: "true", WORKFLOW_PROFILE: "true" } });
  const [unit, other] = lastRecord(workspace).steps;
  expect(unit?.testProfile).toMatchObject({ runner: "node:test", tests: { passed: 1, failed: 0, skipped: 0 } });
  expect(other?.testProfile).toBeUndefined();
  expect(workspace.read(".workflow/logs/latest/profile.log")).toMatch(/^ {2}- execution: 0\.\ds/m);
});
