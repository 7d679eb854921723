import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createModelServer, finding, type ModelServer } from "./support/create-model-server.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli, type CliOptions, type CliResult } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const GOOD = "for (let i = 0; i < items.length; i++) sum += items[i];\n";
const BAD = "for (let i = 0; i <= items.length; i++) sum += items[i];\n";
const SECRET = ["sk", "proj", "abcdefghijklmnopqrstuvwxyz0123456789ABCD"].join("-");

/** Asks about what is due and tells what came. */
const STEP = `export default async ({ ask }) => {
  const reply = await ask({ prompt: "code_review", changes: "due" });
  const findings = reply.findings.map((one) => ({ ...one, severity: "warning" }));
  return { message: reply.status + " " + (reply.reason ?? ""), findings };
};
`;
/** Asks about a text with a schema of its own. */
const COUNT = `export default async ({ ask }) => {
  const schema = { type: "object", required: ["letters"], properties: { letters: { type: "integer" } } };
  const reply = await ask({ prompt: "count", variables: { word: "case:word ${SECRET}" }, schema });
  return { message: JSON.stringify(reply.answers.map(({ value }) => value)) };
};
`;
const PROMPT = `name: count
persona: code_reviewer
description: count letters
instructions: "Count the letters of {{word}}."
variables: [word]
answer: text
`;

let server: ModelServer;
beforeAll(async () => {
  server = await createModelServer({
    "i <= items.length": JSON.stringify({ findings: [finding(), finding({ evidence: "this text is nowhere" })] }),
    "case:prose": "I think that it looks fine.",
    "case:word": JSON.stringify({ letters: 9 }),
    "# End of data": JSON.stringify({ findings: [] }),
  });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.forget());

const AI = "ai: { provider: openai-compatible, model: model-a }\n";
const REVIEW =
  "steps:\n  review: { module: step.mjs, asks: [code_review], when: { changed: [code] }, inputs: [src/**] }\n";

function createEdited(config: string, to = BAD, files: Readonly<Record<string, string>> = {}): Workspace {
  const workspace = createWorkspace({ files: { [CONFIG]: config, "src/sum.js": GOOD, "step.mjs": STEP, ...files } });
  workspace.write({ "src/sum.js": to });
  return workspace;
}

function run(workspace: Workspace, args: readonly string[] = [], env: CliOptions["env"] = {}): Promise<CliResult> {
  return runCli(workspace, ["run", ...args], { env: { ...server.environment, ...env } });
}

test("a module that asks is answered as a step with `ai` is, and its pass is replayed until the model is another", async () => {
  using workspace = createEdited(AI + REVIEW);
  const first = await run(workspace);
  expectOutcomes(first, { review: "passed" });
  expect(first.stdout).toContain("src/sum.js:1: warning Reads past the end");
  const { ai, steps, spans } = lastRecord(workspace);
  expect(ai).toMatchObject({ questions: 1, cacheMisses: 1, calls: 1, model: "model-a" });
  expect(steps[0]).toMatchObject({
    kind: "module",
    ai: { prompt: "code_review", reviewedFiles: 1, droppedFindings: { "evidence-missing": 1 } },
  });
  expect(spans.filter(({ name }) => name === "ai_call").map(({ step }) => step)).toEqual(["review"]);
  expectOutcomes(await run(workspace), { review: "replayed" });
  expectOutcomes(await run(workspace, ["--force"]), { review: "passed" });
  expect(server.questions()).toHaveLength(1);
  expectOutcomes(await run(workspace, ["--force", "--no-ai-cache"]), { review: "passed" });
  expect(server.questions()).toHaveLength(2);
  expectOutcomes(await run(workspace, [], { AI_MODEL: "model-b" }), { review: "passed" });
  expect(server.questions()).toHaveLength(3);
});

test("without a usable answer it does not pass, whatever it makes of that, and stays due when the change is committed", async () => {
  using workspace = createEdited(AI + REVIEW, "// case:prose\n");
  const first = await run(workspace);
  expectOutcomes(first, { review: "inconclusive" });
  expect(first.exitCode).toBe(3);
  expect(first.stdout).toContain("unanswered invalid-answer");
  workspace.commit();
  workspace.commit({ "README.md": "# Documents only\n" });
  server.forget();
  expectOutcomes(await run(workspace), { review: "inconclusive" });
  expect(JSON.stringify(server.questions()[0]?.messages)).toContain("case:prose");
  const unreachable = await run(workspace, [], { AI_BASE_URL: "http://127.0.0.1:9/v1" });
  expectOutcomes(unreachable, { review: "inconclusive" });
  const broke = await run(workspace, ["--force", "--no-ai-cache"], {});
  expectOutcomes(broke, { review: "inconclusive" });
});

test("with no model configured it is told so and decides itself; the budget is that of the run", async () => {
  using without = createEdited(REVIEW);
  const result = await run(without);
  expectOutcomes(result, { review: "passed" });
  expect(lastRecord(without).steps[0]?.message).toBe("unanswered no-model");
  using poor = createEdited(
    `ai: { provider: openai-compatible, model: m, budget: { max_input_tokens: 1 } }\n${REVIEW}`,
  );
  expectOutcomes(await run(poor), { review: "inconclusive" });
  expect(lastRecord(poor).steps[0]?.message).toContain("unanswered budget");
  expect(server.questions()).toEqual([]);
});

test("a schema of its own is kept, secrets in variables are replaced, and files that may not leave stay", async () => {
  using workspace = createEdited(
    `${AI}steps:\n  count: { module: count.mjs, asks: [count] }\n  review: { module: step.mjs, asks: [code_review], inputs: [src/**], needs: [count] }\n`,
    BAD,
    { "count.mjs": COUNT, ".ai-prompts/templates/count.yaml": PROMPT, ".aiignore": "src/private.js\n" },
  );
  workspace.write({ "src/private.js": "const hidden = 1;\n" });
  expectOutcomes(await run(workspace), { count: "passed", review: "passed" });
  const { steps } = lastRecord(workspace);
  expect(steps[0]?.message).toBe('[{"letters":9}]');
  expect(steps[0]?.ai?.redactions).toEqual({ "openai-key": 1 });
  expect(steps[1]?.ai?.notReviewed.map(({ file }) => file)).toEqual(["src/private.js"]);
  const sent = JSON.stringify(server.questions());
  expect(sent).not.toContain(SECRET);
  expect(sent).not.toContain("hidden");
  expect(sent).toContain("case:word");
});

test("a prompt that is not named or not there is a failure that says so; a dry run says who may ask", async () => {
  using workspace = createEdited(
    `${AI}steps:\n  review: { module: step.mjs, asks: [other] }\n  lost: { module: lost.mjs, asks: [nowhere] }\n`,
    BAD,
    { "lost.mjs": `export default ({ ask }) => ask({ prompt: "nowhere" });\n` },
  );
  const result = await run(workspace, ["--continue"]);
  expectOutcomes(result, { review: "failed", lost: "failed" });
  expect(result.stdout).toContain('does not name the prompt "code_review"');
  expect(result.stdout).toContain('"nowhere"');
  const dry = await runCli(workspace, ["run", "--dry-run", "--print-prompts"], { env: server.environment });
  expect(dry.stdout).toContain("review: may ask with other");
});
