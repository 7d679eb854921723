/**
 * Keys of the configuration whose effect no other test shows, one test for each. The table in support/proofs.ts names the test of every key.
 */
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMailServer } from "./support/create-mail-server.ts";
import { createModelServer, finding, type ModelServer } from "./support/create-model-server.ts";
import { createStepper } from "./support/create-stepper.ts";
import { createWebhookReceiver, type WebhookReceiver } from "./support/create-webhook-receiver.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { runCli, startCli, type CliOptions, type CliResult } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const HISTORY = ".workflow/metrics/history.jsonl";

const withConfig = (config: string, more: Readonly<Record<string, string>> = {}): Workspace =>
  createWorkspace({ files: { [CONFIG]: config, ...more } });

/** Runs, and gives the outcome of each step. */
async function outcomesAfter(
  workspace: Workspace,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<Readonly<Record<string, string>>> {
  await runCli(workspace, ["run", ...args], options);
  return outcomesOf(lastRecord(workspace));
}

let model: ModelServer;
beforeAll(async () => {
  const found = [
    finding({ evidence: "case:two", title: "First", confidence: 0.9 }),
    finding({ evidence: "case:two", title: "Second", ruleId: "other", confidence: 0.6 }),
  ];
  model = await createModelServer({
    "case:two": JSON.stringify({ findings: found }),
    "# End of data": JSON.stringify({ findings: [] }),
  });
});
afterAll(() => model[Symbol.asyncDispose]());
beforeEach(() => model.forget());

/** A repository whose files are to be reviewed, with further keys of `ai` and of the step's `ai`. */
function createReviewed(
  keys: { readonly ai?: string; readonly step?: string; readonly steps?: string } = {},
  files: Readonly<Record<string, string>> = { "src/sum.js": "// case:two\n" },
): Workspace {
  const { ai = "", step = "", steps } = keys;
  const review = `  review: { ai: { prompt: code_review, files: all${step} }, inputs: ["src/**"] }\n`;
  return withConfig(`ai: { provider: openai-compatible, model: model-a${ai} }\nsteps:\n${steps ?? review}`, files);
}

function review(workspace: Workspace, args: readonly string[] = [], env: CliOptions["env"] = {}): Promise<CliResult> {
  return runCli(workspace, ["run", ...args], { env: { ...model.environment, ...env } });
}

/** Two steps that each ask about a file of its own, one after the other. */
const TWO_REVIEWS = `  first: { ai: { prompt: code_review, files: all }, inputs: [src/a.js] }
  second: { ai: { prompt: code_review, files: all }, inputs: [src/b.js], needs: [first] }
`;
const TWO_FILES = { "src/a.js": "1\n", "src/b.js": "2\n" };

/** Tells how many requests a webhook got for a run under rules of alerts. */
function alerting(
  rules: string,
  steps = '  lint: { run: "true", cache: false }\n  test: { run: "true", cache: false }\n',
): string {
  const channel = `{ type: slack, name: ops, url_env: OPS_URL }`;
  return `alerts: { rules: [${rules}], channels: [${channel}] }\nsteps:\n${steps}`;
}
const urlOf = (receiver: WebhookReceiver): CliOptions => ({ env: { OPS_URL: `${receiver.origin}/hook` } });

/** Puts the last run so often into the history, its steps as long as `seconds` says. */
function repeatHistory(workspace: Workspace, seconds: readonly number[]): void {
  const line = JSON.parse(workspace.read(HISTORY).trim().split("\n").at(-1) ?? "") as {
    readonly steps: readonly object[];
  };
  const lines = seconds.map((duration, run) => {
    const time = new Date(Date.UTC(2026, 0, 1, run)).toISOString();
    const steps = line.steps.map((step) => ({ ...step, seconds: duration }));
    const run_id = `20260101T0000${String(run).padStart(2, "0")}Z-abcdef`;
    return JSON.stringify({ ...line, run_id, start_time: time, end_time: time, total_duration: duration, steps });
  });
  workspace.write({ [HISTORY]: `${lines.join("\n")}\n` });
}

/** Bytes of all files in a folder of the workspace. */
function bytesIn(workspace: Workspace, folder: string): number {
  return readdirSync(workspace.file(folder), { recursive: true, encoding: "utf8" })
    .map((name) => statSync(path.join(workspace.file(folder), name)))
    .filter((stat) => stat.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}

/** Runs two steps with these keys, which start together or one after the other. */
async function expectTogether(isTogether: boolean, keys: string, settings = ""): Promise<void> {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  const step = (id: string): string => `  ${id}: { run: ${JSON.stringify(stepper.command(id))}, ${keys} }\n`;
  workspace.commit({ [CONFIG]: `${settings}steps:\n${step("a")}${step("b")}` });
  const cli = startCli(workspace, ["run", "--concurrency", "2"]);
  const starts = [stepper.next("a"), stepper.next("b")];
  if (isTogether) {
    // Neither ends before both have started.
    for (const invocation of await Promise.all(starts)) invocation.exit(0);
  } else {
    for (const start of starts) void start.then((invocation) => invocation.exit(0));
  }
  expect(await cli.result).toMatchObject({ exitCode: 0 });
  const [first, second] = [...lastRecord(workspace).steps].sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  if (!isTogether) expect(second?.startedMs).toBeGreaterThanOrEqual(first?.finishedMs ?? Infinity);
}

const KEYS: Readonly<Record<string, () => Promise<void>>> = {
  "project.name": async () => {
    using workspace = withConfig('project: { name: my-service }\nsteps: { a: { run: "true" } }\n');
    await runCli(workspace, ["run"]);
    expect(lastRecord(workspace).workflowId).toBe("my-service");
  },
  "project.kind": async () => {
    const steps = 'steps:\n  a: { run: "true", kinds: [python_app] }\n';
    using python = withConfig(`project: { kind: python_app }\n${steps}`);
    expect(await outcomesAfter(python)).toEqual({ a: "passed" });
    using node = withConfig(`project: { kind: nodejs_library }\n${steps}`);
    expect(await outcomesAfter(node)).toEqual({ a: "skipped" });
  },
  "steps.kinds": async () => {
    using workspace = withConfig(
      'project: { kind: nodejs_api }\nsteps:\n  a: { run: "true", kinds: [python_app] }\n  b: { run: "true" }\n',
    );
    expect(await outcomesAfter(workspace)).toEqual({ a: "skipped", b: "passed" });
  },
  "base.ref": async () => {
    using workspace = withConfig('steps:\n  a: { run: "true", when: { changed: [code] } }\n', { "a.js": "1\n" });
    workspace.git("tag", "first");
    workspace.commit({ "a.js": "2\n" });
    const refOf = async (): Promise<unknown> => {
      const { stdout } = await runCli(workspace, ["run", "--dry-run=json"]);
      return (JSON.parse(stdout) as { readonly changeSet: { readonly base?: { readonly ref?: string } } }).changeSet
        .base?.ref;
    };
    expect(await refOf()).not.toBe("first");
    workspace.write({ [CONFIG]: `base: { ref: first }\n${workspace.read(CONFIG)}` });
    expect(await refOf()).toBe("first");
  },
  "optimizations.ai_cache.max_size_mb": async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`src/${at}.js`, `// ${at}\n`]));
    const steps = Object.keys(files).map(
      (file, at) => `  r${at}: { ai: { prompt: code_review, files: all }, inputs: [${file}] }\n`,
    );
    using workspace = createReviewed({ steps: steps.join("") }, files);
    const config = workspace.read(CONFIG);
    await review(workspace);
    const keptOf = (): number =>
      readdirSync(workspace.file(".workflow/ai-cache"), { recursive: true, encoding: "utf8" }).filter(
        (name) => name.endsWith(".json") && path.basename(name) !== "index.json",
      ).length;
    const kept = keptOf();
    expect(kept).toBeGreaterThanOrEqual(12);
    workspace.write({ [CONFIG]: `optimizations: { ai_cache: { max_size_mb: 0.001 } }\n${config}` });
    await runCli(workspace, ["cache", "clean"]);
    // The one asked last, and what is known of each.
    expect(keptOf()).toBeLessThanOrEqual(kept - 11);
  },
  "optimizations.performance.step_timeout_minutes": async () => {
    using workspace = withConfig(
      'optimizations: { performance: { step_timeout_minutes: 0.005 } }\nsteps:\n  a: { run: "sleep 60" }\n  b: { run: "sleep 1", timeout: 60s }\n',
    );
    expect(await outcomesAfter(workspace, ["--continue"])).toEqual({ a: "timed-out", b: "passed" });
  },
  "optimizations.smart_execution": async () => {
    using workspace = withConfig(
      'optimizations: { smart_execution: false }\nsteps:\n  a: { run: "true", inputs: [data] }\n',
      {
        data: "1\n",
      },
    );
    await runCli(workspace, ["run"]);
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed" });
    workspace.write({ [CONFIG]: workspace.read(CONFIG).replace("false", "true") });
    expect(await outcomesAfter(workspace)).toEqual({ a: "replayed" });
  },
  "optimizations.parallel_execution": async () => {
    await expectTogether(false, "cache: false", "optimizations: { parallel_execution: false }\n");
  },
  "optimizations.multi_stage": async () => {
    const stages = `stages: [{ id: core }, { id: later }]
steps:
  a: { run: "false", stage: core }
  b: { run: "true", stage: later }
`;
    using gated = withConfig(stages);
    expect(await outcomesAfter(gated, ["--continue"])).toEqual({ a: "failed", b: "cancelled" });
    using flat = withConfig(`optimizations: { multi_stage: false }\n${stages}`);
    expect(await outcomesAfter(flat, ["--continue"])).toEqual({ a: "failed", b: "passed" });
  },
  // The step of the second stage ends only when that of the first has begun, and the other way round.
  "optimizations.speculation": async () => {
    using workspace = withConfig(
      `optimizations: { speculation: true }
stages: [{ id: core }, { id: later }]
steps:
  a: { run: "for i in $(seq 500); do test -e begun.out && exit; sleep 0.01; done; exit 1", stage: core }
  b: { run: "touch begun.out", stage: later, inputs: [.workflow-config.yaml] }
`,
      { ".gitignore": "begun.out\n" },
    );
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed", b: "passed" });
    expect(lastRecord(workspace).speculation).toMatchObject({ started: 1, used: 1 });
  },
  "optimizations.shadow_rate": async () => {
    using workspace = withConfig('optimizations: { shadow_rate: 1 }\nsteps:\n  a: { run: "true" }\n');
    await runCli(workspace, ["run"]);
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed" });
    expect((await runCli(workspace, ["status", "--shadow"])).stdout).toContain("fingerprint-equal");
  },
  "optimizations.skip_rules": async () => {
    using workspace = withConfig(
      'optimizations: { skip_rules: [{ pattern: "^docs/archive/", steps: [a] }] }\nsteps:\n  a: { run: "true" }\n  b: { run: "true" }\n',
      { "docs/archive/old.md": "1\n", "docs/new.md": "1\n" },
    );
    await runCli(workspace, ["run"]);
    workspace.write({ "docs/archive/old.md": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "skipped", b: "passed" });
    workspace.write({ "docs/new.md": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed", b: "passed" });
  },
  test_commands: async () => {
    using workspace = withConfig(
      'test_commands: { unit: "echo unit >> ran.txt", e2e: "echo e2e >> ran.txt" }\nsteps: { test_execution: {} }\n',
      { ".gitignore": "ran.txt\n" },
    );
    expect(await outcomesAfter(workspace)).toEqual({ test_execution: "passed" });
    expect(workspace.read("ran.txt").trim().split("\n").toSorted()).toEqual(["e2e", "unit"]);
  },
  categories: async () => {
    const steps = 'steps:\n  a: { run: "true", when: { changed: [code] } }\n';
    using workspace = withConfig(`categories: [{ category: docs, paths: ["pages/", "!pages/live/"] }]\n${steps}`, {
      "pages/a.js": "1\n",
      "pages/live/a.js": "1\n",
    });
    await runCli(workspace, ["run"]);
    workspace.write({ "pages/a.js": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "skipped" });
    workspace.write({ "pages/live/a.js": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed" });
  },
  units: async () => {
    using workspace = withConfig('units: ["services/*"]\nsteps:\n  a: { run: pwd, for_each: unit }\n', {
      "services/one/x.txt": "1\n",
      "services/two/x.txt": "1\n",
      "other/x.txt": "1\n",
    });
    expect(await outcomesAfter(workspace)).toEqual({ "a@services/one": "passed", "a@services/two": "passed" });
  },
  "ai.max_tokens": async () => {
    using workspace = createReviewed({ ai: ", max_tokens: 123" });
    await review(workspace);
    const [question] = model.questions();
    expect(question?.max_tokens ?? question?.["max_completion_tokens"]).toBe(123);
  },
  "ai.max_input_tokens": async () => {
    const long = Array.from({ length: 800 }, (_, at) => `// line ${at} of a file that is long\n`).join("");
    using whole = createReviewed({}, { "src/a.js": long });
    await review(whole);
    expect(model.questions()).toHaveLength(1);
    model.forget();
    using parts = createReviewed({ ai: ", max_input_tokens: 4000" }, { "src/a.js": long });
    await review(parts);
    expect(model.questions().length).toBeGreaterThan(1);
  },
  "ai.batch_size": async () => {
    const long = (name: string): string => Array.from({ length: 60 }, (_, at) => `// ${name} line ${at}\n`).join("");
    const files = { "src/a.js": long("a"), "src/b.js": long("b"), "src/c.js": long("c") };
    using workspace = createReviewed({ ai: ", max_input_tokens: 2000" }, files);
    await review(workspace);
    const single = model.questions().length;
    expect(single).toBeGreaterThan(1);
    model.forget();
    workspace.write({
      [CONFIG]: workspace.read(CONFIG).replace("max_input_tokens", "batch_size: 10, max_input_tokens"),
    });
    await review(workspace, ["--no-ai-cache", "--force"]);
    // The stand-in does not know how to answer several questions at once, so each is asked alone behind the shared request.
    expect(model.questions()).toHaveLength(single + 1);
  },
  "ai.timeout": async () => {
    const hangs = JSON.stringify([process.execPath, "-e", "setInterval(() => {}, 1000)"]);
    using workspace = withConfig(
      `ai: { provider: exec, command: ${hangs}, timeout: 300ms }\nsteps:\n  review: { ai: { prompt: code_review, files: all } }\n`,
    );
    expect((await runCli(workspace, ["run"])).exitCode).toBe(3);
    expect(lastRecord(workspace).ai?.inconclusive).toEqual({ "timed-out": 1 });
  },
  "ai.prompts": async () => {
    using workspace = createReviewed(
      { ai: ", prompts: our-prompts" },
      {
        "src/sum.js": "1\n",
        "our-prompts/templates/code_review.yaml": "extends: code_review\nmore_instructions: Amounts are in cents.\n",
      },
    );
    await review(workspace);
    expect(JSON.stringify(model.questions())).toContain("Amounts are in cents.");
  },
  "ai.allow_forks": async () => {
    const event = JSON.stringify({
      pull_request: {
        head: { repo: { full_name: "them/project", fork: true } },
        base: { repo: { full_name: "us/project", fork: false } },
      },
    });
    const asked = async (ai: string): Promise<number> => {
      using workspace = createReviewed({ ai });
      model.forget();
      const file = workspace.file("../event.json");
      writeFileSync(file, event);
      const fork = { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request", GITHUB_EVENT_PATH: file, CI: "true" };
      await review(workspace, ["--base", "HEAD"], fork);
      return model.questions().length;
    };
    expect(await asked("")).toBe(0);
    expect(await asked(", allow_forks: true")).toBe(1);
  },
  "ai.budget.max_calls": async () => {
    using workspace = createReviewed({ ai: ", budget: { max_calls: 1 }", steps: TWO_REVIEWS }, TWO_FILES);
    expect((await review(workspace)).exitCode).toBe(3);
    expect(outcomesOf(lastRecord(workspace))).toEqual({ first: "passed", second: "inconclusive" });
    expect(model.questions()).toHaveLength(1);
  },
  "ai.budget.max_input_tokens": async () => {
    using workspace = createReviewed({ ai: ", budget: { max_input_tokens: 10 }" });
    expect((await review(workspace)).exitCode).toBe(3);
    expect(lastRecord(workspace).ai?.inconclusive).toEqual({ budget: 1 });
    expect(model.questions()).toHaveLength(0);
  },
  // The stand-in says that each answer took 60 tokens; the next may take as many as an answer may at most.
  "ai.budget.max_output_tokens": async () => {
    using workspace = createReviewed(
      { ai: ", max_tokens: 100, budget: { max_output_tokens: 120 }", steps: TWO_REVIEWS },
      TWO_FILES,
    );
    expect((await review(workspace)).exitCode).toBe(3);
    expect(outcomesOf(lastRecord(workspace))).toEqual({ first: "passed", second: "inconclusive" });
  },
  "ai.budget.max_minutes": async () => {
    const slow = `  pause: { run: "sleep 1", needs: [first], cache: false }\n`;
    using workspace = createReviewed(
      {
        ai: ", budget: { max_minutes: 0.01 }",
        steps: `${TWO_REVIEWS.replace("needs: [first]", "needs: [pause]")}${slow}`,
      },
      TWO_FILES,
    );
    expect((await review(workspace)).exitCode).toBe(3);
    expect(outcomesOf(lastRecord(workspace))).toMatchObject({ first: "passed", second: "inconclusive" });
  },
  "steps.ai.min_confidence": async () => {
    const titles = async (step: string): Promise<readonly string[]> => {
      using workspace = createReviewed({ step });
      await review(workspace);
      return lastRecord(workspace).steps.flatMap(({ findings }) => findings.map(({ rule }) => rule));
    };
    expect(await titles("")).toHaveLength(2);
    expect(await titles(", min_confidence: 0.8")).toEqual(["off-by-one"]);
  },
  "steps.ai.max_findings": async () => {
    using workspace = createReviewed({ step: ", max_findings: 1" });
    await review(workspace);
    expect(lastRecord(workspace).steps[0]?.findings).toHaveLength(1);
  },
  "steps.ai.persona": async () => {
    using workspace = createReviewed(
      { step: ", persona: pirate" },
      {
        "src/sum.js": "1\n",
        ".ai-prompts/personas/pirate.yaml":
          "name: pirate\ndescription: A pirate\nsystem: You are a pirate who reviews code.\n",
      },
    );
    const { stdout } = await review(workspace);
    expect(JSON.stringify(model.questions()), stdout).toContain("You are a pirate who reviews code.");
  },
  "alerts.rules.threshold_seconds": async () => {
    await using receiver = await createWebhookReceiver();
    using workspace = withConfig(alerting("{ kind: slow-run, threshold_seconds: 3600 }"));
    await runCli(workspace, ["run"], urlOf(receiver));
    expect(receiver.requests).toHaveLength(0);
    workspace.write({ [CONFIG]: alerting("{ kind: slow-run, threshold_seconds: 0.001 }") });
    await runCli(workspace, ["run"], urlOf(receiver));
    expect(receiver.requests).toHaveLength(1);
  },
  "alerts.rules.id": async () => {
    await using receiver = await createWebhookReceiver();
    using workspace = withConfig(alerting("{ kind: slow-run, id: too-slow, threshold_seconds: 0.001 }"));
    await runCli(workspace, ["run"], urlOf(receiver));
    expect(workspace.read(".workflow/alerts.json")).toContain("too-slow");
  },
  "alerts.rules.scope": async () => {
    await using receiver = await createWebhookReceiver();
    using workspace = withConfig(alerting("{ kind: slow-run, threshold_seconds: 0.0001, scope: [lint] }"));
    await runCli(workspace, ["run"], urlOf(receiver));
    const [told] = receiver.requests;
    expect(told?.body).toContain("lint");
    expect(told?.body).not.toMatch(/The run took|test took/);
  },
  "alerts.rules.cooldown_minutes": async () => {
    await using receiver = await createWebhookReceiver();
    const rule = (threshold: number, cooldown: string): string =>
      alerting(`{ kind: slow-run, threshold_seconds: ${threshold}${cooldown} }`);
    for (const [cooldown, requests] of [
      ["", 2],
      [", cooldown_minutes: 0", 3],
    ] as const) {
      using workspace = withConfig("");
      const before = receiver.requests.length;
      // Slow, good again, slow again.
      for (const threshold of [0.0001, 3600, 0.0001]) {
        workspace.write({ [CONFIG]: rule(threshold, cooldown) });
        await runCli(workspace, ["run"], urlOf(receiver));
      }
      expect(receiver.requests.length - before).toBe(requests);
    }
  },
  "alerts.rules.resolve_after": async () => {
    await using receiver = await createWebhookReceiver();
    using workspace = withConfig("");
    // Slow, good and good: one good run is not enough.
    const told: number[] = [];
    for (const threshold of [0.0001, 3600, 3600]) {
      workspace.write({ [CONFIG]: alerting(`{ kind: slow-run, threshold_seconds: ${threshold}, resolve_after: 2 }`) });
      await runCli(workspace, ["run"], urlOf(receiver));
      told.push(receiver.requests.length);
    }
    expect(told).toEqual([1, 1, 2]);
  },
  "alerts.rules.window": async () => {
    const isTold = async (window: string): Promise<boolean> => {
      await using receiver = await createWebhookReceiver();
      using workspace = withConfig(alerting(`{ kind: degradation${window} }`));
      await runCli(workspace, ["run"], urlOf(receiver));
      // Only the last three runs are slower.
      repeatHistory(workspace, [...Array.from({ length: 40 }, (_, at) => 10 + (at % 3) * 0.1), 20, 20.1, 20.2]);
      await runCli(workspace, ["alert", "check"], urlOf(receiver));
      return receiver.requests.length > 0;
    };
    expect(await isTold(", window: 3")).toBe(true);
    expect(await isTold(", window: 10")).toBe(false);
  },
  "alerts.rules.threshold_percent": async () => {
    const isTold = async (threshold: string): Promise<boolean> => {
      await using receiver = await createWebhookReceiver();
      using workspace = withConfig(alerting(`{ kind: degradation${threshold} }`));
      await runCli(workspace, ["run"], urlOf(receiver));
      repeatHistory(workspace, [
        ...Array.from({ length: 40 }, (_, at) => 10 + (at % 3) * 0.1),
        ...Array.from({ length: 5 }, (_, at) => 15 + at * 0.1),
      ]);
      await runCli(workspace, ["alert", "check"], urlOf(receiver));
      return receiver.requests.length > 0;
    };
    expect(await isTold("")).toBe(true);
    expect(await isTold(", threshold_percent: 200")).toBe(false);
  },
  "alerts.channels.name": async () => {
    await using receiver = await createWebhookReceiver();
    using workspace = withConfig(alerting("{ kind: slow-run, threshold_seconds: 0.001 }"));
    expect((await runCli(workspace, ["run"], urlOf(receiver))).stderr).toContain("told: ops");
  },
  "alerts.channels.url_env": async () => {
    await using receiver = await createWebhookReceiver();
    using workspace = withConfig(alerting("{ kind: slow-run, threshold_seconds: 0.001 }"));
    await runCli(workspace, ["run"], urlOf(receiver));
    expect(receiver.requests.map(({ path: place }) => place)).toEqual(["/hook"]);
  },
  "alerts.channels.user_env": async () => {
    await using server = await createMailServer({ login: { user: "ci", password: "correct horse" } });
    const channel = `{ type: email, host: 127.0.0.1, port: ${server.port}, tls: none, from: a@example.com, to: [b@example.com], user_env: MAIL_USER, password_env: MAIL_PASSWORD }`;
    using workspace = withConfig(
      `alerts: { rules: [{ kind: slow-run, threshold_seconds: 0.001 }], channels: [${channel}] }\nsteps: { a: { run: "true" } }\n`,
    );
    const send = (password: string): Promise<CliResult> =>
      runCli(workspace, ["alert", "test"], { env: { MAIL_USER: "ci", MAIL_PASSWORD: password } });
    expect((await send("wrong")).exitCode).toBe(1);
    expect(server.mails).toHaveLength(0);
    expect((await send("correct horse")).exitCode).toBe(0);
    expect(server.mails).toHaveLength(1);
  },
  "retention.logs_mb": async () => {
    using workspace = withConfig(
      "retention: { logs_mb: 0.1 }\nsteps:\n  a: { run: \"head -c 60000 /dev/zero | tr '\\\\0' x\", cache: false }\n",
    );
    for (let run = 0; run < 4; run += 1) await runCli(workspace, ["run"]);
    await runCli(workspace, ["clean"]);
    expect(bytesIn(workspace, ".workflow/logs")).toBeLessThan(200_000);
    expect(readdirSync(workspace.file(".workflow/runs"))).toHaveLength(4);
  },
  "retention.results": async () => {
    using workspace = withConfig('retention: { results: 1 }\nsteps:\n  a: { run: "true", inputs: [data] }\n', {
      data: "",
    });
    for (const data of ["1", "2", "3"]) {
      workspace.write({ data });
      await runCli(workspace, ["run"]);
    }
    await runCli(workspace, ["clean"]);
    // Only the last one is still known.
    expect(await outcomesAfter(workspace)).toEqual({ a: "replayed" });
    workspace.write({ data: "1" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed" });
  },
  "retention.results_mb": async () => {
    using workspace = withConfig(
      'retention: { results_mb: 0.05 }\nsteps:\n  a: { run: "head -c 40000 /dev/urandom > out.bin", inputs: [data], outputs: [out.bin] }\n',
      { data: "", ".gitignore": "out.bin\n" },
    );
    for (const data of ["1", "2", "3"]) {
      workspace.write({ data });
      await runCli(workspace, ["run"]);
    }
    await runCli(workspace, ["clean"]);
    expect(bytesIn(workspace, ".workflow/results")).toBeLessThan(60_000);
  },
  "retention.history": async () => {
    using workspace = withConfig('retention: { history: 3 }\nsteps:\n  a: { run: "true", cache: false }\n');
    await runCli(workspace, ["run"]);
    repeatHistory(
      workspace,
      Array.from({ length: 40 }, () => 1),
    );
    await runCli(workspace, ["run"]);
    await runCli(workspace, ["clean"]);
    expect(workspace.read(HISTORY).trim().split("\n")).toHaveLength(3);
  },
  "stages.fail_fast": async () => {
    const config = (failFast: boolean): string =>
      `stages: [{ id: core, fail_fast: ${failFast} }]\nsteps:\n  a: { run: "false", stage: core }\n  b: { run: "true", stage: core }\n  c: { run: "true", stage: core }\n`;
    const run = async (failFast: boolean): Promise<Readonly<Record<string, string>>> => {
      using workspace = withConfig(config(failFast));
      return await outcomesAfter(workspace, ["--concurrency", "1", "--continue"]);
    };
    expect(Object.values(await run(false)).toSorted()).toEqual(["failed", "passed", "passed"]);
    expect(Object.values(await run(true))).toContain("cancelled");
  },
  "stages.minimum_severity": async () => {
    const warns = {
      "warn.mjs": 'export default () => ({ findings: [{ rule: "r", severity: "warning", message: "m" }] });\n',
    };
    const run = async (stage: string): Promise<Readonly<Record<string, string>>> => {
      using workspace = withConfig(
        `stages: [{ id: core${stage} }, { id: later }]\nsteps:\n  a: { module: warn.mjs, stage: core }\n  b: { run: "true", stage: later }\n`,
        warns,
      );
      return await outcomesAfter(workspace);
    };
    expect(await run("")).toEqual({ a: "passed", b: "passed" });
    expect((await run(", minimum_severity: warning"))["b"]).not.toBe("passed");
  },
  "stages.time_limit": async () => {
    using workspace = withConfig(
      'stages: [{ id: core, time_limit: 300ms }, { id: later }]\nsteps:\n  a: { run: "sleep 60", stage: core }\n  b: { run: "true", stage: later }\n',
    );
    const outcomes = await outcomesAfter(workspace);
    expect(outcomes["a"]).not.toBe("passed");
    expect(outcomes["b"]).not.toBe("passed");
    expect(lastRecord(workspace).durationMs).toBeLessThan(30_000);
  },
  pipeline: async () => {
    using workspace = withConfig("pipeline: docs-only\n", { "README.md": "# A title\n" });
    const { stdout } = await runCli(workspace, ["run", "--dry-run=json"]);
    const { decisions } = JSON.parse(stdout) as { readonly decisions: readonly { readonly stepId: string }[] };
    expect(decisions.map(({ stepId }) => stepId)).toContain("markdown_lint");
  },
  "steps.needs": async () => {
    using workspace = withConfig(
      'steps:\n  a: { run: "false" }\n  b: { run: "true", needs: [a] }\n  c: { run: "true" }\n',
    );
    expect(await outcomesAfter(workspace, ["--continue"])).toEqual({ a: "failed", b: "cancelled", c: "passed" });
  },
  "steps.when.always": async () => {
    using workspace = withConfig('steps:\n  a: { run: "true", when: { always: true } }\n');
    await runCli(workspace, ["run"]);
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed" });
  },
  "steps.when.changed": async () => {
    using workspace = withConfig('steps:\n  a: { run: "true", when: { changed: [docs] } }\n', {
      "a.md": "1\n",
      "a.js": "1\n",
    });
    await runCli(workspace, ["run"]);
    workspace.write({ "a.js": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "skipped" });
    workspace.write({ "a.md": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed" });
  },
  "steps.when.paths": async () => {
    using workspace = withConfig('steps:\n  a: { run: "true", when: { paths: ["src/**"] } }\n', {
      "src/a.js": "1\n",
      "b.js": "1\n",
    });
    await runCli(workspace, ["run"]);
    workspace.write({ "b.js": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "skipped" });
    workspace.write({ "src/a.js": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed" });
  },
  "steps.demand": async () => {
    await expectTogether(true, "demand: { database: 0.5 }");
    await expectTogether(false, "demand: { database: 0.6 }");
  },
  "steps.exclusive": async () => {
    await expectTogether(false, "exclusive: port-3000");
  },
  "steps.timeout": async () => {
    using workspace = withConfig('steps:\n  a: { run: "sleep 60", timeout: 200ms }\n');
    expect(await outcomesAfter(workspace)).toEqual({ a: "timed-out" });
  },
  "steps.cache": async () => {
    using workspace = withConfig('steps:\n  a: { run: "true", cache: false }\n  b: { run: "true" }\n');
    await runCli(workspace, ["run"]);
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed", b: "replayed" });
  },
  "steps.env": async () => {
    using workspace = withConfig('steps:\n  a: { run: "true", env: [MODE] }\n');
    const run = (mode: string): Promise<Readonly<Record<string, string>>> =>
      outcomesAfter(workspace, [], { env: { MODE: mode } });
    await run("x");
    expect(await run("x")).toEqual({ a: "replayed" });
    expect(await run("y")).toEqual({ a: "passed" });
  },
  "steps.inputs": async () => {
    using workspace = withConfig('steps:\n  a: { run: "true", inputs: ["src/**", "!src/b.js"] }\n', {
      "src/a.js": "1\n",
      "src/b.js": "1\n",
    });
    await runCli(workspace, ["run"]);
    workspace.write({ "src/b.js": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "replayed" });
    workspace.write({ "src/a.js": "2\n" });
    expect(await outcomesAfter(workspace)).toEqual({ a: "passed" });
  },
  "steps.units": async () => {
    using workspace = withConfig(
      'units: ["services/*"]\nsteps:\n  a: { run: pwd, for_each: unit, units: ["services/*", "!services/two"] }\n',
      { "services/one/x.txt": "1\n", "services/two/x.txt": "1\n" },
    );
    expect(await outcomesAfter(workspace)).toEqual({ "a@services/one": "passed" });
  },
  "steps.with": async () => {
    using workspace = withConfig("steps:\n  a: { module: m.mjs, with: { word: hello } }\n", {
      "m.mjs": "export default ({ with: given }) => ({ message: `was told ${given.word}` });\n",
    });
    await runCli(workspace, ["run"]);
    expect(lastRecord(workspace).steps[0]?.message).toBe("was told hello");
  },
  "steps.directory": async () => {
    using workspace = withConfig('steps:\n  a: { run: "pwd > here.txt", directory: web }\n', {
      "web/.gitignore": "here.txt\n",
    });
    await runCli(workspace, ["run"]);
    expect(workspace.read("web/here.txt").trim()).toBe(workspace.file("web"));
  },
  "steps.args": async () => {
    using workspace = withConfig('steps:\n  a: { script: say, args: ["two words"] }\n', {
      "package.json": '{ "scripts": { "say": "node say.cjs" } }\n',
      "say.cjs": 'require("node:fs").writeFileSync("said.json", JSON.stringify(process.argv.slice(2)));\n',
      ".gitignore": "said.json\n",
    });
    await runCli(workspace, ["run"]);
    expect(JSON.parse(workspace.read("said.json"))).toEqual(["two words"]);
  },
  "steps.stage": async () => {
    using workspace = withConfig(
      'stages: [{ id: core }, { id: later }]\nsteps:\n  a: { run: "false", stage: core }\n  b: { run: "true", stage: later }\n',
    );
    const outcomes = await outcomesAfter(workspace, ["--continue"]);
    expect(outcomes["b"]).not.toBe("passed");
    expect(existsSync(workspace.file(HISTORY))).toBe(true);
  },
};

describe("the key", () => {
  test.each(Object.entries(KEYS))("%s", (_, check) => check());
});
