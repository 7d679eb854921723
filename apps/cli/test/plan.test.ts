import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const FOUR = `steps:
  build: { run: "sleep 0.3" }
  unit: { run: "sleep 0.3", needs: [build] }
  e2e: { run: "sleep 0.3", needs: [build] }
  docs: { run: "sleep 0.3", needs: [build], inputs: ["docs/**"] }
`;

interface Plan {
  readonly decisions: readonly { readonly stepId: string; readonly action: string }[];
  readonly schedule?: { readonly plannedMakespanMs: number; readonly maxParallel: number };
  readonly slots?: readonly { readonly maxParallel: number; readonly makespanMs: number }[];
}

describe("plan", () => {
  test("tells what would run and, once that was timed, when, and what more steps at a time would bring", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: FOUR, "docs/a.md": "a\n" } });
    const untimed = await runCli(workspace, ["plan"]);
    expect(untimed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(untimed.stdout).toContain("planned: unknown until build, ");
    expect(existsSync(workspace.file(".workflow"))).toBe(false);

    await runCli(workspace, ["run", "--concurrency", "4"]);
    const told = await runCli(workspace, ["plan", "--force", "--concurrency", "1"]);
    expect(told.stdout).toMatch(/^build +run +forced$/m);
    expect(told.stdout).toMatch(/^build +\|#+ +\| +\S+$/m);
    expect(told.stdout).toMatch(/^at a time: 1: \S+, 2: \S+, 4: \S+$/m);
    const { schedule, slots } = JSON.parse(
      (await runCli(workspace, ["plan", "--force", "--concurrency", "2", "--json"])).stdout,
    ) as Plan;
    expect(slots?.map(({ maxParallel }) => maxParallel)).toEqual([1, 2, 4]);
    expect(slots?.[1]?.makespanMs).toBe(schedule?.plannedMakespanMs);
  });

  test("has nothing to draw where everything is proved, and plans only what is asked for", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: FOUR, "docs/a.md": "a\n" } });
    await runCli(workspace, ["run", "--concurrency", "4"]);
    const proved = await runCli(workspace, ["plan"]);
    expect(proved.stdout).toMatch(/^build +replay /m);
    expect(proved.stdout).not.toContain("|");
    workspace.write({ "docs/a.md": "b\n" });
    const { decisions } = JSON.parse((await runCli(workspace, ["plan", "docs", "--json"])).stdout) as Plan;
    expect(decisions.find(({ stepId }) => stepId === "docs")?.action).toBe("run");
    expect(decisions.find(({ stepId }) => stepId === "unit")?.action).toBe("skip");
    expectRefusal(await runCli(workspace, ["plan", "dcs"]), "ENGINE_UNKNOWN_STEP", '"docs"');
  });

  test("plans as a run with these flags would", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: FOUR, "docs/a.md": "a\n" } });
    await runCli(workspace, ["run", "--concurrency", "4"]);
    workspace.write({ "docs/a.md": "b\n" });
    workspace.git("add", "--all");
    workspace.git("commit", "--quiet", "--message", "change");
    const actionsOf = async (...flags: readonly string[]): Promise<string> =>
      (JSON.parse((await runCli(workspace, ["plan", "--json", ...flags])).stdout) as Plan).decisions
        .map(({ stepId, action }) => `${stepId}:${action}`)
        .join(" ");
    expect(await actionsOf("--steps", "unit,e2e", "--force")).toBe("build:skip unit:run e2e:run docs:skip");
    for (const flag of ["--base", "--since"]) {
      const told = JSON.parse((await runCli(workspace, ["plan", "--json", flag, "HEAD~1"])).stdout) as {
        readonly changeSet: { readonly total: number };
      };
      expect(told.changeSet.total).toBe(1);
    }
    expect(await actionsOf("--force", "--budget", "0.001s")).toContain("skip");
    const order = JSON.parse(
      (await runCli(workspace, ["plan", "--json", "--force", "--objective", "first-failure"])).stdout,
    ) as {
      readonly schedule: { readonly objective: string };
    };
    expect(order.schedule.objective).toBe("first-failure");
  });

  test("tells what would be asked of models and what sending it costs", async () => {
    using workspace = createWorkspace({
      files: {
        [CONFIG]: `ai: { provider: exec, model: m, command: ["false", "{model}"], prices: prices.yaml }
steps:
  review: { ai: { prompt: code_review, files: all }, inputs: ["src/**"] }
`,
        "prices.yaml": 'models: { "*": { input_per_million_usd: 1000, output_per_million_usd: 1 } }\n',
        "src/a.js": "1\n",
      },
    });
    expect((await runCli(workspace, ["plan"])).stdout).toMatch(
      /^models: 1 question, 0 of them answered before; about \d+ tokens to send, \$\d\.\d{4} without the answers$/m,
    );
    const silent = createWorkspace({ files: { [CONFIG]: FOUR } });
    expect((await runCli(silent, ["plan"])).stdout).not.toContain("models:");
    silent[Symbol.dispose]();
  });
});
