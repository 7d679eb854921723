import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { READ_INPUT, temporaryProgram } from "../../test/temporary-program.ts";
import { createBudget } from "../budget/create-budget.ts";
import { createAiClient } from "../create-ai-client.ts";
import { createPromptLibrary } from "../prompts/create-prompt-library.ts";
import { createExecProvider } from "../providers/create-exec-provider.ts";
import { createNoneProvider } from "../providers/create-none-provider.ts";
import { FINDINGS_SCHEMA } from "./findings-schema.ts";
import { composeReview, type ReviewClient, reviewFiles, type ReviewOptions } from "./review-files.ts";
import type { ReviewFile } from "./review-plan.ts";

const REVIEW = await createPromptLibrary().load("code_review");

/**
 * A model that reports every line with `BUG`, reading prompts as they are; with `LIE`, also what is not there; with `FAIL` it does not answer.
 * It quotes lines with their numbers, as models do.
 */
const MODEL = `${READ_INPUT}
import { appendFileSync } from "node:fs";
appendFileSync(process.argv[2], "x");
const findings = [];
const add = (file, line, evidence, more) => findings.push({ ruleId: "bug", severity: "high", confidence: 0.9, file, startLine: line, endLine: line,
  title: "t", message: "m", evidence, suggestion: null, ...more });
const word = /The word in the delimiters is ([0-9a-f]{32})/.exec(input)[1];
for (const [, name, body] of input.matchAll(new RegExp("<<<FILE " + word + ' ("(?:[^"\\\\\\\\]|\\\\\\\\.)*").*>>>\\\\n([^]*?)\\\\n<<<END ' + word, "g"))) {
  const file = JSON.parse(name);
  for (const row of body.split("\\n")) {
    const [, line, text = ""] = /^(\\d+)\\+?\\|(.*)/.exec(row) ?? [];
    if (text.includes("FAIL")) process.exit(1);
    if (text.includes("BUG")) add(file, Number(line), row);
    if (text.includes("TWICE")) add(file, Number(line), text, { severity: "critical", confidence: 1 });
    if (text.includes("UNSURE")) add(file, Number(line), text, { confidence: 0.2, ruleId: "guess" });
    if (text.includes("ASIDE")) add(file, Number(line) + 1, text, { ruleId: "aside" });
    if (text.includes("LIE")) {
      add(file, Number(line), "not there");
      add("other.ts", 1, "x");
      add(file, 9999, text);
    }
  }
}
console.log(JSON.stringify({ finishReason: "stop", text: JSON.stringify({ findings }), usage: { inputTokens: 100, outputTokens: 10 } }));
`;

interface Model {
  readonly client: ReviewClient;
  readonly callCount: () => number;
}

function createModel(maxCalls?: number): Model {
  const { command, args, folder } = temporaryProgram(MODEL);
  const log = join(folder, "calls");
  const provider = createExecProvider({ command, args: [...args, log], timeoutMs: 60_000 });
  const client = createAiClient({ provider, budget: createBudget({ maxCalls }), retry: { maxRetries: 0 } });
  return { client, callCount: () => readFileSync(log, "utf8").length };
}

async function review(files: readonly ReviewFile[], model: Model, options: Partial<ReviewOptions> = {}) {
  return reviewFiles({ ...REVIEW, files, client: model.client, ...options });
}

/** Room for one of the larger files below beside what every request takes. */
const SMALL = 2600;
const filler = (count: number): string => "const filler = 1;\n".repeat(count);

test("reviewFiles() keeps findings that are true, counts those that are not, and silences what comments silence", async () => {
  const content = `${filler(3)}BUG TWICE\nLIE\n// ai-ignore-next-line bug -- wanted\nBUG\nUNSURE\n`;
  const model = createModel();
  const result = await review([{ path: "a.ts", content }], model, { minConfidence: 0.3 });
  expect(result).toMatchObject({
    status: "complete",
    findings: [{ file: "a.ts", startLine: 4, severity: "critical", evidence: "BUG TWICE" }],
    droppedCounts: { "evidence-missing": 1, "file-not-in-prompt": 1, "lines-out-of-range": 1 },
    hiddenByConfidenceCount: 1,
    duplicateCount: 1,
    suppressed: [{ line: 6, reason: "wanted", finding: { startLine: 7 } }],
    notReviewed: [],
    inconclusive: [],
    usage: { inputTokens: 100, outputTokens: 10 },
    unknownUsageCount: 0,
    sources: { provider: 1, cache: 0 },
  });
  const { findings } = await review([{ path: "a.ts", content }], model);
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(["bug", "guess"]);
});

test("reviewFiles() counts findings that it had to move to their evidence", async () => {
  const content = `${filler(2)}ASIDE by one line\n${filler(2)}`;
  const { findings, movedCount } = await review([{ path: "a.ts", content }], createModel());
  expect(findings).toMatchObject([{ startLine: 3, endLine: 3 }]);
  expect(movedCount).toBe(1);
});

test("reviewFiles() finds the same in many requests as in one", async () => {
  const files = Array.from({ length: 4 }, (_, index): ReviewFile => {
    return { path: `src/${index}.ts`, content: `${filler(150)}BUG ${index}\n${filler(150)}` };
  });
  const model = createModel();
  const one = await review(files, model);
  expect(model.callCount()).toBe(1);
  const many = await review(files, model, { maxInputTokens: SMALL });
  expect(model.callCount()).toBeGreaterThan(4);
  expect(many.findings).toEqual(one.findings);
  expect(many.findings).toHaveLength(4);
  expect(many.coverage).toEqual({
    fileCount: 4,
    wholeFileCount: 4,
    lineCount: 1204,
    reviewedLineCount: 1204,
    share: 1,
  });
});

test("reviewFiles() is incomplete when a request has no answer, lists what was in it, and keeps the rest", async () => {
  const files: ReviewFile[] = [
    { path: "a.ts", content: `BUG\n${filler(200)}` },
    { path: "b.ts", content: `FAIL\n${filler(199)}` },
  ];
  const result = await review(files, createModel(), { maxInputTokens: SMALL });
  expect(result).toMatchObject({
    status: "incomplete",
    findings: [{ file: "a.ts", startLine: 1 }],
    notReviewed: [{ path: "b.ts", lines: [[1, 200]], removedLineCount: 0, reason: "no-answer" }],
    inconclusive: [{ files: ["b.ts"], reason: "unreachable" }],
    coverage: { fileCount: 2, wholeFileCount: 1, lineCount: 401, reviewedLineCount: 201 },
    sources: { provider: 1 },
  });
  expect(result.inconclusive[0]?.message).not.toBe("");
});

test("reviewFiles() is incomplete when there are too many requests, a line too large, a budget too small, an abort or no model", async () => {
  const files = ["a.ts", "b.ts"].map((path) => ({ path, content: filler(200) }));
  const limited = await review(files, createModel(), { maxInputTokens: SMALL, maxRequests: 1 });
  expect(limited).toMatchObject({ status: "incomplete", inconclusive: [], notReviewed: [{ reason: "limit" }] });
  const large = await review([{ path: "a.ts", content: `a\n${"x".repeat(40_000)}\n` }], createModel(), {
    maxInputTokens: SMALL,
  });
  expect(large).toMatchObject({ status: "incomplete", notReviewed: [{ lines: [[2, 2]], reason: "too-large" }] });
  const poor = await review(files, createModel(1), { maxInputTokens: SMALL });
  expect(poor).toMatchObject({ status: "incomplete", inconclusive: [{ reason: "budget" }], sources: { provider: 1 } });
  const nobody = { client: createAiClient({ provider: createNoneProvider() }), callCount: () => 0 };
  const none = await review(files, nobody);
  expect(none).toMatchObject({ status: "incomplete", findings: [], coverage: { share: 0, wholeFileCount: 0 } });
  const aborted = await review(files, nobody, { signal: AbortSignal.abort() });
  expect(aborted).toMatchObject({ status: "incomplete", inconclusive: [{ reason: "aborted" }] });
});

test("reviewFiles() asks nothing when there is nothing to review", async () => {
  const result = await review([{ path: "empty.ts", content: "" }], createModel());
  expect(result).toMatchObject({ status: "complete", findings: [], sources: { provider: 0 }, coverage: { share: 1 } });
});

test("reviewFiles() works with a client that has no askAll", async () => {
  const { client } = createModel();
  const files = ["a.ts", "b.ts"].map((path) => ({ path, content: `BUG\n${filler(200)}` }));
  const asked: unknown[] = [];
  const simple: ReviewClient = {
    ask: (request) => {
      asked.push(request);
      return client.ask(request);
    },
  };
  const options = { maxInputTokens: SMALL, model: "m", label: "code_review" };
  const result = await review(files, { client: simple, callCount: () => 0 }, options);
  const { maxOutputTokens } = REVIEW.template;
  const same = { model: "m", label: "code_review", maxOutputTokens, outputSchema: FINDINGS_SCHEMA };
  expect(asked).toMatchObject([same, same]);
  expect(result.findings.map(({ file }) => file)).toEqual(["a.ts", "b.ts"]);
});

test("composeReview() begins every request of a run alike, and asks the same in the next run", () => {
  const files = ["a.ts", "b.ts"].map((path) => ({ path, content: filler(200) }));
  const compose = () =>
    composeReview({ ...REVIEW, files, maxInputTokens: SMALL, context: [{ name: "tree", text: "src/" }] });
  const [first, second] = [compose(), compose()];
  expect(first.prompts).toHaveLength(2);
  const beginnings = first.prompts.map(({ prompt }) => prompt.slice(0, prompt.indexOf("<<<FILE ")));
  expect(beginnings[0]).toBe(beginnings[1]);
  expect(first.prompts[0]?.prompt).not.toBe(second.prompts[0]?.prompt);
  expect(first.prompts.map(({ identity }) => identity)).toEqual(second.prompts.map(({ identity }) => identity));
  for (const { estimatedInputTokens } of first.prompts) expect(estimatedInputTokens).toBeLessThanOrEqual(SMALL);
});

test("reviewFiles() refuses a template without findings, and limits out of range", async () => {
  const template = { ...REVIEW.template, answer: "text" as const };
  await expect(review([], createModel(), { template })).rejects.toThrow(TypeError);
  await expect(review([], createModel(), { minConfidence: 80 })).rejects.toThrow(RangeError);
  await expect(review([], createModel(), { maxInputTokens: 10 })).rejects.toThrow(RangeError);
});
