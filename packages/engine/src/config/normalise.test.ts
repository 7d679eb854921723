import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_RETENTION } from "./normalise-retention.ts";
import { DEFAULT_STEP_TIMEOUT_MINUTES, normalise } from "./normalise.ts";

test("every default is filled in", () => {
  const { workflow, problems } = normalise({ steps: { a: { run: "x" } } }, "folder");
  expect(problems).toEqual([]);
  expect(workflow).toEqual({
    name: "folder",
    categoryRules: [],
    keepRunning: new Set(),
    kind: "generic",
    retention: DEFAULT_RETENTION,
    units: [],
    steps: new Map([
      [
        "a",
        {
          id: "a",
          action: { kind: "shell", command: "x" },
          needs: [],
          uses: [],
          trigger: { categories: undefined, paths: undefined, always: false },
          inputs: undefined,
          outputs: [],
          writes: [],
          expiresMs: undefined,
          forEach: undefined,
          unit: undefined,
          environment: [],
          tools: [],
          directory: "",
          timeoutMs: DEFAULT_STEP_TIMEOUT_MINUTES * 60_000,
          retries: 0,
          retryOnExitCodes: undefined,
          retryDelayMs: undefined,
          stage: undefined,
          cache: true,
          demand: {},
          exclusive: undefined,
          kinds: undefined,
        },
      ],
    ]),
    alerts: undefined,
    stages: [],
    base: { ref: undefined, assumeGreen: false },
    optimizations: { smartExecution: true, parallelExecution: true, multiStage: true, mlOptimize: true },
    objective: "makespan",
    onFailure: "never",
    speculation: false,
    aliases: new Map(),
    switchedOff: [],
    shadowRate: 0,
    ai: {
      provider: "none",
      model: undefined,
      baseUrl: undefined,
      apiKeyVariable: undefined,
      command: undefined,
      envelope: "ai-workflow",
      maxOutputTokens: undefined,
      maxInputTokens: 32_000,
      batchSize: 1,
      timeoutMs: 120_000,
      parameters: {},
      prompts: ".ai-prompts",
      exclude: [],
      allowForks: false,
      prices: undefined,
      budget: {
        maxCalls: undefined,
        maxInputTokens: undefined,
        maxOutputTokens: undefined,
        maxCostUsd: undefined,
        maxMinutes: undefined,
      },
      cache: { enabled: true, ttlMs: 24 * 3_600_000, maxBytes: 100 * 2 ** 20 },
    },
    maxParallelJobs: undefined,
    maxMemoryMb: undefined,
    skipRules: [],
    skipOnDocOnly: new Set(),
  });
});

test("what is given wins over every default", () => {
  const { workflow, problems } = normalise(
    {
      project: { name: "given" },
      base: { ref: "main", assume_green: true },
      optimizations: {
        ml_optimize: false,
        speculation: true,
        objective: "first-failure",
        smart_execution: false,
        parallel_execution: false,
        multi_stage: false,
        performance: { max_parallel_jobs: 3, step_timeout_minutes: 0.5, max_memory_mb: 10 },
        skip_rules: [{ pattern: "^a", steps: ["b"] }],
      },
      skip_on_doc_only: ["b"],
      stages: [{ id: "one", trigger: "manual", fail_fast: true, minimum_severity: "info" }, { id: "two" }],
      steps: {
        a: { module: "m.mjs", stage: "two" },
        b: {
          run: "x",
          needs: ["c", "c"],
          when: { changed: ["docs"], paths: ["p"], always: true },
          inputs: ["i"],
          outputs: ["o/"],
          writes: ["w/"],
          expires: "36h",
          env: ["E"],
          directory: "sub/dir//",
          timeout: "1.5s",
          retries: { attempts: 2, on_exit_codes: [75], delay: "5s" },
          stage: "one",
          cache: false,
          demand: { cpu: 2 },
          exclusive: "db",
        },
        c: { run: "y", directory: ".", stage: "one" },
      },
    },
    "folder",
  );
  expect(problems).toEqual([]);
  expect(workflow).toMatchObject({
    name: "given",
    base: { ref: "main", assumeGreen: true },
    objective: "first-failure",
    speculation: true,
    optimizations: { smartExecution: false, parallelExecution: false, multiStage: false, mlOptimize: false },
    maxParallelJobs: 3,
    maxMemoryMb: 10,
    skipOnDocOnly: new Set(["b"]),
    stages: [
      { id: "one", trigger: "manual", failFast: true, minimumSeverity: "info", steps: ["b", "c"] },
      { id: "two", trigger: "on_success", failFast: false, steps: ["a"] },
    ],
  });
  expect(workflow.skipRules).toEqual([{ pattern: /^a/u, steps: new Set(["b"]) }]);
  expect(workflow.steps.get("a")).toMatchObject({
    action: { kind: "module", module: "m.mjs", with: {} },
    timeoutMs: 30_000,
  });
  expect(workflow.steps.get("b")).toEqual({
    id: "b",
    action: { kind: "shell", command: "x" },
    needs: ["c"],
    uses: [],
    trigger: { categories: new Set(["docs"]), paths: ["p"], always: true },
    inputs: ["i"],
    outputs: ["o/"],
    writes: ["w/"],
    expiresMs: 129_600_000,
    environment: ["E"],
    tools: [],
    directory: "sub/dir",
    timeoutMs: 1_500,
    retries: 2,
    retryOnExitCodes: [75],
    retryDelayMs: 5_000,
    stage: "one",
    cache: false,
    demand: { cpu: 2 },
    exclusive: "db",
  });
  expect(workflow.steps.get("c")?.directory).toBe("");
});

test.each([
  ["500ms", 500],
  ["90s", 90_000],
  ["10m", 600_000],
  ["1h", 3_600_000],
  ["0.5h", 1_800_000],
  ["1.25s", 1_250],
])("a timeout of %s is %i ms", (timeout, timeoutMs) => {
  const { workflow } = normalise({ steps: { a: { run: "x", timeout } } }, "n");
  expect(workflow.steps.get("a")?.timeoutMs).toBe(timeoutMs);
});

test("a circle is found in any graph that has one, and named as a path of real needs", () => {
  const ids = ["a", "b", "c", "d", "e"];
  const needs = fc.array(fc.subarray(ids), { minLength: ids.length, maxLength: ids.length });
  fc.assert(
    fc.property(needs, (all) => {
      const steps = Object.fromEntries(ids.map((id, index) => [id, { run: "x", needs: all[index] ?? [] }]));
      const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
        (steps[from]?.needs ?? []).some(
          (need) => need === to || (!seen.has(need) && reaches(need, to, seen.add(need))),
        );
      const circular = ids.some((id) => reaches(id, id));
      const { problems } = normalise({ steps }, "n");
      expect(problems.length).toBe(circular ? 1 : 0);
      const named = problems[0]?.message.split(": ")[1]?.split(" -> ") ?? [];
      for (const [index, id] of named.slice(0, -1).entries()) expect(steps[id]?.needs).toContain(named[index + 1]);
      expect(named.at(-1)).toBe(named[0]);
      if (circular) expect(problems[0]?.path).toEqual(["steps", named[0], "needs"]);
    }),
  );
});

test("alerts keep what the file says in the units of the alerts package, and leave the rest to its defaults", () => {
  const { workflow, problems } = normalise(
    {
      alerts: {
        rules: [
          { kind: "slow-run", threshold_seconds: 1.5, scope: ["a"], cooldown_minutes: 0.5, resolve_after: 2 },
          { kind: "degradation", window: 4, threshold_percent: 30 },
        ],
        channels: [
          { type: "webhook", name: "ops", url_env: "OPS_URL", secret_env: "OPS_SECRET" },
          { type: "email", host: "mail.example", from: "a@b.example", to: ["c@d.example"], tls: "implicit" },
          { type: "slack", url_env: "SLACK" },
          { type: "job-summary" },
        ],
        fail: true,
      },
      steps: { a: { run: "x" } },
    },
    "folder",
  );
  expect(problems).toEqual([]);
  expect(workflow.alerts).toEqual({
    rules: [
      { kind: "slow-run", thresholdMs: 1500, scope: { steps: ["a"] }, cooldownMs: 30_000, resolveAfterCount: 2 },
      { kind: "degradation", windowCount: 4, thresholdShare: 0.3, resolveAfterCount: 5 },
    ],
    channels: [
      { type: "webhook", name: "ops", urlVariable: "OPS_URL", secretVariable: "OPS_SECRET" },
      { type: "email", host: "mail.example", from: "a@b.example", to: ["c@d.example"], tls: "implicit" },
      { type: "slack", urlVariable: "SLACK" },
      { type: "job-summary" },
    ],
    fail: true,
  });
});
