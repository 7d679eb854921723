import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createModelServer, finding, type ModelServer } from "./support/create-model-server.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli, type CliOptions, type CliResult } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const GOOD = "for (let i = 0; i < items.length; i++) sum += items[i];\n";
const BAD = "for (let i = 0; i <= items.length; i++) sum += items[i];\n";
const SECRET = ["sk", "proj", "abcdefghijklmnopqrstuvwxyz0123456789ABCD"].join("-");

let server: ModelServer;
beforeAll(async () => {
  server = await createModelServer({
    "i <= items.length": JSON.stringify({ findings: [finding()] }),
    "case:invented": JSON.stringify({ findings: [finding({ evidence: "this text is nowhere" })] }),
    "case:unsure": JSON.stringify({ findings: [finding({ evidence: "case:unsure", confidence: 0.2 })] }),
    "case:advised": JSON.stringify({
      findings: [finding({ evidence: "case:advised", suggestion: "Stop at <,\nnot <=." })],
    }),
    "case:prose": `I think that it looks fine. ${SECRET}`,
    // The end of every question: nothing to report.
    "# End of data": JSON.stringify({ findings: [] }),
  });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.forget());

const STEP = "steps:\n  review: { ai: { prompt: code_review }, when: { changed: [code] } }\n";
const PROVIDER = "provider: openai-compatible, model: model-a";

/** A repository in which `src/sum.js` was edited to hold a mistake. */
function createEdited(
  options: { readonly ai?: string; readonly config?: string; readonly to?: string } = {},
): Workspace {
  const config = options.config ?? `ai: { ${options.ai ?? PROVIDER} }\n${STEP}`;
  const workspace = createWorkspace({ files: { [CONFIG]: config, "src/sum.js": GOOD } });
  workspace.write({ "src/sum.js": options.to ?? BAD });
  return workspace;
}

function run(workspace: Workspace, args: readonly string[] = [], env: CliOptions["env"] = {}): Promise<CliResult> {
  return runCli(workspace, ["run", ...args], { env: { ...server.environment, ...env } });
}

describe("a step that asks a model", () => {
  test("reports what the model found in the change, and the record and the log say what that took", async () => {
    using workspace = createEdited();
    const result = await run(workspace);
    expectOutcomes(result, { review: "passed" });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain(
      "src/sum.js:1: error Reads past the end: With any list the last item is undefined.",
    );
    expect(result.stdout).toContain(
      "models: 1 question, 0 answered from the cache; 1 call: 900 tokens read, 60 written",
    );
    const { ai, steps } = lastRecord(workspace);
    expect(ai).toMatchObject({
      model: "model-a",
      cacheMode: "on",
      questions: 1,
      cacheHits: 0,
      cacheMisses: 1,
      calls: 1,
    });
    expect(steps[0]).toMatchObject({
      kind: "ai",
      ai: { prompt: "code_review", reviewedFiles: 1, notReviewedTotal: 0 },
    });
    expect(workspace.read(".workflow/logs/latest/run.log")).toMatch(/^\S+ AI_CALL review \d+ miss 960$/m);
    expect(JSON.parse(workspace.read(".workflow/metrics/current_run.json"))).toMatchObject({
      ai_stats: { calls: 1, cache_hits: 0, cache_misses: 1, total_tokens: 960, tokens_saved: 0 },
    });
    const [question] = server.questions();
    expect(question?.model).toBe("model-a");
    expect(JSON.stringify(question?.messages)).toContain("1+|for (let i = 0; i <= items.length");
  });

  test("fails when a finding reaches `fail_on`, and stays due when the mistake is committed, without paying again", async () => {
    using workspace = createEdited({
      config: `ai: { ${PROVIDER} }\nsteps:\n  review: { ai: { prompt: code_review, fail_on: high }, when: { changed: [code] } }\n`,
    });
    const first = await run(workspace);
    expectOutcomes(first, { review: "failed" });
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toContain("1 finding of at least high: Reads past the end");
    const again = await run(workspace);
    expect(again.exitCode).toBe(1);
    expect(server.questions()).toHaveLength(1);
    workspace.commit();
    workspace.commit({ "README.md": "# Documents only\n" });
    const committed = await run(workspace);
    expectOutcomes(committed, { review: "failed" });
    workspace.commit({ "src/sum.js": GOOD });
    expectOutcomes(await run(workspace), { review: "passed" });
    expectOutcomes(await run(workspace), { review: "replayed" });
  });

  test("says with a finding what the model suggests", async () => {
    using workspace = createEdited({ to: "// case:advised\n" });
    expect((await run(workspace)).stdout).toContain("(review/off-by-one)\n  suggestion: Stop at <, not <=.\n");
  });

  test("leaves out findings that cannot be true and those the model is unsure of, and counts them", async () => {
    using workspace = createEdited({ to: "// case:invented\n" });
    const invented = await run(workspace);
    expectOutcomes(invented, { review: "passed" });
    expect(invented.stdout).toMatch(/^models: .*; 1 finding left out, see the steps' logs$/m);
    expect(lastRecord(workspace).steps[0]?.ai?.droppedFindings).toEqual({ "evidence-missing": 1 });
    workspace.write({ "src/sum.js": "// case:unsure\n" });
    const unsure = await run(workspace);
    expect(unsure.stdout).not.toContain("Reads past the end");
    expect(lastRecord(workspace).steps[0]?.ai?.droppedFindings).toEqual({ unsure: 1 });
  });

  test("lists in its log what a comment silences, with the reason", async () => {
    using workspace = createEdited({ to: `// ai-ignore-next-line off-by-one -- the list has an end mark\n${BAD}` });
    expectOutcomes(await run(workspace), { review: "passed" });
    expect(workspace.read(".workflow/logs/latest/steps/review.log")).toContain(
      "src/sum.js:2: off-by-one silenced by line 1: the list has an end mark\n",
    );
  });

  test("keeps the beginning of an answer that could not be used in its log, without secrets", async () => {
    using workspace = createEdited({ to: "// case:prose\n" });
    expectOutcomes(await run(workspace), { review: "inconclusive" });
    const log = workspace.read(".workflow/logs/latest/steps/review.log");
    expect(log).toContain("invalid-answer: the answer that could not be used begins so:\n");
    expect(log).toContain("I think that it looks fine");
    expect(log).toContain("«SECRET:openai-key:1»");
    expect(log).not.toContain(SECRET);
  });

  test("asks about all of its inputs with `files: all`, and only about files that it names", async () => {
    using workspace = createEdited({
      config: `ai: { ${PROVIDER} }\nsteps:\n  review: { ai: { prompt: code_review, files: all }, inputs: ["src/**"] }\n`,
    });
    workspace.write({ "src/other.js": "2\n", "lib/third.js": "3\n" });
    await run(workspace);
    const asked = JSON.stringify(server.questions());
    expect(asked).toContain("src/sum.js");
    expect(asked).toContain("src/other.js");
    expect(asked).not.toContain("lib/third.js");
  });

  test("uses templates and personas of the repository before the shipped ones, and an edit of them makes the step due", async () => {
    using workspace = createEdited();
    workspace.write({
      ".ai-prompts/templates/code_review.yaml":
        "description: our review\npersona: ours\ninstructions: Look for the house rule.\nanswer: findings\n",
      ".ai-prompts/personas/ours.yaml": "description: us\nsystem: You are one of us.\n",
    });
    await run(workspace);
    expect(JSON.stringify(server.questions())).toContain("Look for the house rule.");
    expectOutcomes(await run(workspace), { review: "replayed" });
    workspace.write({ ".ai-prompts/personas/ours.yaml": "description: us\nsystem: You are the other one.\n" });
    expectOutcomes(await run(workspace), { review: "passed" });
    expect(server.questions()).toHaveLength(2);
  });
});

describe("no answer is never a pass", () => {
  const cases: readonly (readonly [
    string,
    { readonly ai?: string; readonly to?: string; readonly env?: CliOptions["env"] },
    RegExp,
  ])[] = [
    [
      "no provider",
      { ai: "provider: none" },
      /no-provider: No model provider is configured; set `ai\.provider`; 1 file was not reviewed/,
    ],
    [
      "no base URL",
      { env: { AI_BASE_URL: "" } },
      /no-provider: No base URL is chosen; set `ai\.base_url` or AI_BASE_URL/,
    ],
    ["no model", { ai: "provider: openai-compatible" }, /no-provider: No model is chosen; set `ai\.model` or AI_MODEL/],
    [
      "no key",
      { ai: "provider: anthropic, model: m", env: { AI_BASE_URL: "", AI_API_KEY: "" } },
      /no-provider: .*ANTHROPIC_API_KEY/,
    ],
    [
      "nobody listens",
      { ai: `${PROVIDER}, timeout: 20s`, env: { AI_BASE_URL: "http://127.0.0.1:1/v1" } },
      /unreachable: /,
    ],
    ["an answer in prose", { to: "// case:prose\n" }, /invalid-answer/],
    [
      "a budget of no tokens",
      { ai: `${PROVIDER}, budget: { max_input_tokens: 10 }` },
      /budget: The budget of the run is too low: the next call alone may take \d+ input tokens, and 10 are allowed/,
    ],
    [
      "a question that fits no request",
      { ai: `${PROVIDER}, max_input_tokens: 1500`, to: `// ${"word ".repeat(800)}\n` },
      /1 file was not reviewed: a line alone is larger/,
    ],
  ];
  test.each(cases)(
    "%s is inconclusive, and lists what was not reviewed",
    async (_, options, why) => {
      using workspace = createEdited(options);
      const result = await run(workspace, [], options.env);
      expectOutcomes(result, { review: "inconclusive" });
      expect(result.stdout).toMatch(why);
      expect(result.stdout).toMatch(/^src\/sum\.js(:1-1)?: not reviewed by review/m);
      expect(result.exitCode).toBe(3);
      // Nothing was proved: it is due again.
      expectOutcomes(await run(workspace, [], options.env), { review: "inconclusive" });
    },
    60_000,
  );

  test("files that cannot be read as text keep a step from passing, whatever stands in them, until they are excluded", async () => {
    using workspace = createEdited();
    const large = "x();\n".repeat(300_000);
    workspace.write({ "latin.js": Buffer.from("// caf\xe9\n", "latin1"), "nul.js": "x();\0\n", "large.js": large });
    const result = await run(workspace);
    expectOutcomes(result, { review: "inconclusive" });
    expect(result.stdout).toContain('3 files were not reviewed: "large.js": too-large (`ai.exclude` says which');
    for (const file of ["large.js: ", "latin.js: ", "nul.js: "])
      expect(result.stdout).toContain(`\n${file}not reviewed`);
    workspace.write({ [CONFIG]: `ai: { ${PROVIDER}, exclude: [latin.js, nul.js, large.js] }\n${STEP}` });
    expectOutcomes(await run(workspace), { review: "passed" });
    expect(server.questions()).toHaveLength(1);
  });

  test("outside of git all of the files that it names are reviewed, once", async () => {
    using workspace = createWorkspace({
      init: false,
      files: { [CONFIG]: `ai: { ${PROVIDER} }\n${STEP}`, "src/sum.js": BAD },
    });
    const result = await run(workspace);
    expectOutcomes(result, { review: "passed" });
    expect(result.stdout).toContain("src/sum.js:1: error Reads past the end");
    expectOutcomes(await run(workspace), { review: "replayed" });
    expect(server.questions()).toHaveLength(1);
  });

  test("a file that git is told to take for binary is reviewed all the same", async () => {
    using workspace = createEdited();
    workspace.write({ ".gitattributes": "*.js -diff\n" });
    expect((await run(workspace)).stdout).toContain("Reads past the end");
  });

  test("what changed since an older commit is not proved by what passed since a newer one", async () => {
    using workspace = createEdited();
    workspace.commit();
    expectOutcomes(await run(workspace), { review: "passed" });
    expect(server.questions()).toHaveLength(0);
    expect((await run(workspace, ["--force"])).stdout).toMatch(
      /review +passed .* nothing was asked: nothing that counts for it changed since [0-9a-f]{8}$/m,
    );
    expect((await run(workspace, ["--base", "HEAD~1"])).stdout).toContain("Reads past the end");
    expect(server.questions()).toHaveLength(1);
  });

  test("what a step set out to review stays due when the run is killed, or another step fails first, and is committed", async () => {
    using workspace = createEdited({
      config: `ai: { ${PROVIDER} }\nsteps:\n  lint: { run: "exit 1", inputs: [other] }\n  review: { ai: { prompt: code_review }, needs: [lint] }\n`,
    });
    expectOutcomes(await run(workspace), { review: "cancelled" });
    workspace.write({ [CONFIG]: `ai: { ${PROVIDER} }\n${STEP}` });
    workspace.commit();
    workspace.write({ "src/sum.js": `${BAD}// more\n` });
    const result = await run(workspace);
    // All of the file is, not only what changed since.
    expect(result.stdout).toContain("Reads past the end");
    expect(JSON.stringify(server.questions())).toContain("1|for (let i = 0; i <= items.length");
  });

  test("a prompt that does not exist and a wrong price list fail the step, a wrong variable the run, and each says what to do", async () => {
    using workspace = createEdited({
      config: `ai: { ${PROVIDER} }\nsteps: { review: { ai: { prompt: code_reviev } } }\n`,
    });
    const missing = await run(workspace);
    expectOutcomes(missing, { review: "failed" });
    expect(missing.stdout).toMatch(/there is no template "code_reviev".*code_review/);
    const withVariables = (variables: string): string =>
      `ai: { ${PROVIDER} }\nsteps: { review: { ai: { prompt: changelog${variables} } } }\n`;
    workspace.write({ [CONFIG]: withVariables("") });
    expect((await run(workspace)).stdout).toContain("set `ai.variables.commits` of the step");
    workspace.write({ [CONFIG]: withVariables(", variables: { comits: x, commits: y }") });
    expect((await run(workspace)).stdout).toContain("`ai.variables.comits` of the step has no effect");
    workspace.write({ [CONFIG]: `ai: { ${PROVIDER} }\n${STEP}` });
    const wrong = await run(workspace, [], { AI_MAX_TOKENS: "many" });
    expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
    expect(wrong.stderr).toContain('AI_MAX_TOKENS must be a whole number of at least 1, got "many"');
    workspace.write({ [CONFIG]: `ai: { ${PROVIDER}, prices: prices.yaml }\n${STEP}`, "prices.yaml": "models: 1\n" });
    expect((await run(workspace)).stdout).toContain("the price list prices.yaml cannot be used");
    expect(server.questions()).toHaveLength(0);
  });

  test("on a pull request from a fork steps only replay, and say so", async () => {
    using workspace = createEdited();
    const event = workspace.file("../event.json");
    const repo = (full_name: string): object => ({ repo: { full_name, fork: full_name !== "us/project" } });
    writeFileSync(event, JSON.stringify({ pull_request: { head: repo("them/project"), base: repo("us/project") } }));
    const fork = { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request", GITHUB_EVENT_PATH: event, CI: "true" };
    const result = await run(workspace, ["--base", "HEAD"], fork);
    expectOutcomes(result, { review: "inconclusive" });
    expect(result.stderr).toMatch(/This is code of a fork, so AI steps only replay/);
    expect(server.questions()).toHaveLength(0);
    await run(workspace);
    const replayed = await run(workspace, ["--base", "HEAD", "--force"], fork);
    expectOutcomes(replayed, { review: "passed" });
    expect(server.questions()).toHaveLength(1);
  });
});

describe("answers of models", () => {
  test("are not paid again, and a run that finds them all loads no SDK and opens no socket", async () => {
    using workspace = createEdited();
    await run(workspace);
    const report = workspace.file("../loaded.json");
    workspace.write({
      "../watch.cjs": `const net = require("node:net");
let sockets = 0;
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) { sockets += 1; return connect.apply(this, args); };
// Code comes from the module loader, or is read and compiled with what was kept of it.
const fs = require("node:fs");
const read = [];
const { readFileSync } = fs;
fs.readFileSync = (file, ...rest) => { read.push(String(file)); return readFileSync(file, ...rest); };
const files = () => [...new Set([...Object.keys(require.cache), ...read])].filter((file) => file.endsWith(".js"));
process.on("exit", () => fs.writeFileSync(process.env.REPORT, JSON.stringify({ sockets, files: files() })));
`,
    });
    const watch = { NODE_OPTIONS: `--require "${workspace.file("../watch.cjs")}"`, REPORT: report };
    const result = await run(workspace, ["--force"], watch);
    expectOutcomes(result, { review: "passed" });
    expect(result.stdout).toContain(
      "1 question, 1 answered from the cache; 0 calls: 0 tokens read, 0 written; saved 960 tokens",
    );
    expect(result.stdout).toContain("Reads past the end");
    const loaded = (): { sockets: number; files: string[] } =>
      JSON.parse(workspace.read("../loaded.json")) as { sockets: number; files: string[] };
    const sdks = (): string[] => loaded().files.filter((file) => /ai-sdk/.test(file));
    expect(loaded().sockets).toBe(0);
    expect(sdks()).toEqual([]);
    expect(server.questions()).toHaveLength(1);
    // The watch does see both where they are needed.
    await run(workspace, ["--force", "--no-ai-cache"], watch);
    expect(loaded().sockets).toBeGreaterThan(0);
    expect(sdks()).toHaveLength(1);
  });

  test("are asked for anew with --no-ai-cache, --ai-cache=refresh, another model or more tokens, and never with replay", async () => {
    using workspace = createEdited();
    const asks = async (args: readonly string[], env: CliOptions["env"] = {}): Promise<number> => {
      server.forget();
      await run(workspace, ["--force", ...args], env);
      return server.questions().length;
    };
    expect(await asks([])).toBe(1);
    expect(await asks([])).toBe(0);
    expect(await asks(["--no-ai-cache"])).toBe(1);
    expect(await asks(["--ai-cache", "refresh"])).toBe(1);
    expect(await asks(["--ai-cache", "read-only"])).toBe(0);
    expect(await asks(["--ai-cache", "replay"], { AI_MODEL: "model-b" })).toBe(0);
    expect(lastRecord(workspace).status).toBe("inconclusive");
    expect(lastRecord(workspace).steps[0]?.message).toBe(
      "no-provider: no answer is kept for this question, and this run may not ask a model; 1 file was not reviewed",
    );
    expect(await asks(["--ai-cache", "read-only"], { AI_MODEL: "model-b" })).toBe(1);
    expect(await asks([], { AI_MODEL: "model-b" })).toBe(1);
    expect(await asks([], { AI_MODEL: "model-b" })).toBe(0);
    expect(await asks([], { AI_MAX_TOKENS: "77" })).toBe(1);
    expect(server.questions()[0]?.max_tokens).toBe(77);
    expect(await asks(["--baseline"])).toBe(1);
  });

  test("are asked for with the parameters of the configuration, and anew with others", async () => {
    using workspace = createEdited({ ai: `${PROVIDER}, parameters: { temperature: 0.5 }` });
    await run(workspace);
    expect(server.questions()[0]).toMatchObject({ temperature: 0.5 });
    workspace.write({ [CONFIG]: workspace.read(CONFIG).replace("0.5", "0.25") });
    expect((await run(workspace, ["--dry-run", "--print-prompts"])).stdout).toContain("Cache: miss");
    await run(workspace);
    expect(server.questions()).toHaveLength(2);
    expect((await run(workspace, ["--dry-run", "--print-prompts", "--force"])).stdout).toContain("Cache: hit");
  });

  test("come from a program that stands beside the configuration", async () => {
    using workspace = createEdited({ ai: "provider: exec, envelope: text, command: [tools/model.sh]" });
    workspace.write({ "tools/model.sh": `#!/bin/sh\ncat > /dev/null\necho '{"findings":[]}'\n` });
    chmodSync(workspace.file("tools/model.sh"), 0o755);
    expectOutcomes(await run(workspace, [], { AI_BASE_URL: "" }), { review: "passed" });
  });

  test("come from no script that is named relative to the configuration, and the step says why", async () => {
    using workspace = createEdited({ ai: "provider: exec, envelope: text, command: [node, tools/model.mjs, -x]" });
    workspace.write({ "tools/model.mjs": "console.log('{}');\n" });
    const result = await run(workspace, [], { AI_BASE_URL: "" });
    expectOutcomes(result, { review: "inconclusive" });
    expect(result.stdout).toContain(
      'the program runs in an empty folder, where it does not find "tools/model.mjs": give an absolute path',
    );
    // The last lines of what Node says.
    expect(result.stdout).toMatch(/unreachable: The program ended with exit code 1: .*Node\.js v\d+/);
  }, 60_000);

  test("live as long as AI_CACHE_TTL_HOURS and the configuration say, and not at all when the cache is disabled", async () => {
    using workspace = createEdited();
    await run(workspace);
    // A thousandth of a second is over when the next process has started.
    await run(workspace, ["--force"], { AI_CACHE_TTL_HOURS: "0.0000003" });
    expect(server.questions()).toHaveLength(2);
    // That answer was kept for as short a time.
    await run(workspace, ["--force"]);
    expect(server.questions()).toHaveLength(3);
    await run(workspace, ["--force"]);
    expect(server.questions()).toHaveLength(3);
    const refused = await run(workspace, ["--force"], { AI_CACHE_TTL_HOURS: "a day" });
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain('AI_CACHE_TTL_HOURS must be a number above 0, got "a day"');
    const cache = (settings: string): string =>
      `ai: { ${PROVIDER} }\noptimizations: { ai_cache: { ${settings} } }\n${STEP}`;
    workspace.write({ [CONFIG]: cache("ttl_hours: 0.0000003") });
    await run(workspace, ["--force"]);
    expect(server.questions()).toHaveLength(4);
    workspace.write({ [CONFIG]: cache("enabled: false") });
    await run(workspace, ["--force"]);
    expect(server.questions()).toHaveLength(5);
  });

  test("to several questions come in one request with AI_BATCH_SIZE, each kept alone", async () => {
    using workspace = createEdited({ ai: `${PROVIDER}, max_input_tokens: 2000` });
    const long = (name: string): string => Array.from({ length: 60 }, (_, i) => `// ${name} line ${i}\n`).join("");
    workspace.write({ "src/sum.js": GOOD, "src/a.js": long("a"), "src/b.js": long("b"), "src/c.js": long("c") });
    await run(workspace);
    const single = server.questions().length;
    expect(single).toBeGreaterThan(1);
    server.forget();
    await run(workspace, ["--no-ai-cache", "--force"], { AI_BATCH_SIZE: "10" });
    // The stand-in does not know how to answer several questions at once, so each is asked alone behind the shared request.
    expect(server.questions()).toHaveLength(single + 1);
  });

  test("cost what the price list says, and a limit in dollars is kept", async () => {
    const prices = "models: { 'model-*': { input_per_million_usd: 10, output_per_million_usd: 100 } }\n";
    using workspace = createEdited({
      ai: `${PROVIDER}, prices: prices.yaml, max_tokens: 100, budget: { max_cost_usd: 1 }`,
    });
    workspace.write({ "prices.yaml": prices });
    const paid = await run(workspace);
    expect(lastRecord(workspace).ai?.costUsd).toBeCloseTo(0.015);
    expect(paid.stdout).toContain("60 written, 0.015 USD");
    expect((await run(workspace, ["--force"])).stdout).toContain("saved 960 tokens, 0.015 USD");
    const unknown = await run(workspace, [], { AI_MODEL: "another" });
    expect(unknown.stdout).toContain('There is no price for the model "another"');
    expect(unknown.exitCode).toBe(3);
    workspace.write({ [CONFIG]: workspace.read(CONFIG).replace("max_cost_usd: 1", "max_cost_usd: 0.001") });
    expect((await run(workspace, ["--force", "--no-ai-cache"])).stdout).toMatch(
      /budget: .*too low: the next call alone may cost 0\.0\d+ USD, and 0.001 USD are allowed/,
    );
  });
});

describe("what leaves the machine", () => {
  test("is printed by --dry-run --print-prompts without a network, and is what is sent", async () => {
    using workspace = createEdited({
      config: `ai: { ${PROVIDER}, exclude: ["src/private/"] }\nsteps: { review: { ai: { prompt: code_review } } }\n`,
    });
    workspace.write({
      "src/key.js": `export const apiKey = "${SECRET}";\n`,
      ".env": "PASSWORD=hunter22\n",
      "src/private/a.js": "1\n",
      ".aiignore": "*.csv\n",
      "data.csv": "1,2\n",
    });
    const preview = await run(workspace, ["--dry-run", "--print-prompts"], { AI_BASE_URL: "http://127.0.0.1:1/v1" });
    expect(preview.exitCode).toBe(0);
    expect(preview.stdout).toContain("| 1+|for (let i = 0; i <= items.length; i++)");
    expect(preview.stdout).toContain("«SECRET:openai-key:1»");
    expect(preview.stdout).toMatch(/Redacted: 1 x openai-key/);
    expect(preview.stdout).toMatch(/Cache: miss, key [0-9a-f]{64}/);
    for (const file of [".env", "src/private/a.js", "data.csv"]) {
      expect(preview.stdout).toContain(`review: not sent: ${JSON.stringify(file)}`);
    }
    expect(preview.stdout).toContain('"src/private/a.js" (`ai.exclude`: src/private/)');
    expect(preview.stdout + preview.stderr).not.toMatch(new RegExp(`${SECRET}|hunter22`));
    expect(existsSync(workspace.file(".workflow"))).toBe(false);

    const result = await run(workspace);
    expectOutcomes(result, { review: "passed" });
    expect(result.stdout).toContain(".env: not reviewed by review: secret");
    expect(result.stdout).toContain("1 secret replaced before sending");
    const sent = JSON.stringify(server.questions());
    expect(sent).toContain("«SECRET:openai-key:1»");
    for (const word of [SECRET, "hunter22", "src/private", "1,2"]) expect(sent).not.toContain(word);
    const kept = workspace.read(".workflow/logs/latest/steps/review.log") + JSON.stringify(lastRecord(workspace));
    expect(kept).not.toContain(SECRET);
    const after = await run(workspace, ["--dry-run", "--print-prompts", "--force"]);
    expect(after.stdout).toMatch(/Cache: hit, key [0-9a-f]{64}/);
  });

  test("holds no secret from a template's variables, and no file whose name is one", async () => {
    using workspace = createEdited({
      config: `ai: { ${PROVIDER} }\nsteps: { review: { ai: { prompt: ours, variables: { rules: "use ${SECRET}" } } } }\n`,
    });
    workspace.write({
      ".ai-prompts/templates/ours.yaml":
        "description: ours\npersona: us\ninstructions: Follow {{rules}}.\nanswer: findings\nvariables: [rules]\n",
      ".ai-prompts/personas/us.yaml": "description: us\nsystem: You are one of us.\n",
      [`src/${SECRET}.js`]: "1\n",
    });
    const preview = await run(workspace, ["--dry-run", "--print-prompts"]);
    expect(preview.stdout).toContain("use «SECRET:openai-key:1»");
    const result = await run(workspace);
    expectOutcomes(result, { review: "inconclusive" });
    expect(result.stdout).toContain("its name looks like a secret");
    expect(server.questions()).toHaveLength(1);
    expect(JSON.stringify(server.questions())).not.toContain(SECRET);
  });

  test("--print-prompts needs --dry-run", async () => {
    using workspace = createEdited();
    const result = await run(workspace, ["--print-prompts"]);
    expect(result.stderr).toContain("'--print-prompts' needs '--dry-run'");
    expect(result.exitCode).toBe(2);
  });
});

describe("ai-workflow cache", () => {
  test("tells what was saved, what changed, what is damaged, and removes answers", async () => {
    using workspace = createEdited();
    await run(workspace);
    await run(workspace, ["--force"]);
    const cache = (...args: string[]): Promise<CliResult> => runCli(workspace, ["cache", ...args]);
    const stats = JSON.parse((await cache("stats", "--json")).stdout) as { stats: Record<string, unknown> };
    expect(stats.stats).toMatchObject({
      total_calls: 2,
      hits: 1,
      misses: 1,
      hit_rate: 0.5,
      total_tokens_saved: 960,
      entries: 1,
    });
    expect(JSON.parse(workspace.read(".workflow/ai-cache/index.json"))).toMatchObject({ stats: stats.stats });
    expect((await cache("stats")).stdout).toContain("saved     960 tokens");

    await run(workspace, ["--force"], { AI_MODEL: "model-b" });
    const explained = await cache("explain", "review");
    expect(explained.stdout).toContain('model changed: "model-a" -> "model-b"');
    const misspelt = await cache("explain", "reviev");
    expect(misspelt.stderr).toContain('Did you mean "review"?');
    expect(misspelt.exitCode).toBe(2);

    expect((await cache("verify")).stdout).toContain("2 of 2 answers are whole");
    const { damaged } = JSON.parse((await cache("verify", "--json")).stdout) as { damaged: unknown[] };
    expect(damaged).toEqual([]);
    const { keptCount } = JSON.parse((await cache("clean", "--max-size", "0", "--json")).stdout) as {
      keptCount: number;
    };
    expect(keptCount).toBe(0);
    await run(workspace, ["--force"]);
    expect((await cache("clean", "--max-age", "0")).stdout).toContain("removed 1 answer over the limits");
    await run(workspace, ["--force"]);
    expect((await cache("clear")).stdout).toMatch(/^1 answer and \d stored results? removed\n$/);
    expect((await cache("clean", "--max-age", "old")).exitCode).toBe(2);

    workspace.write({ [CONFIG]: "steps:\n  lint: { run: 'true' }\n" });
    expect((await cache("explain", "lint")).stdout).toBe(
      "lint asks no model\nits result: no success of this fingerprint is stored\n",
    );
  });
});
