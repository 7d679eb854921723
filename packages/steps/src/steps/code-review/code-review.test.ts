import type { ModuleReply } from "@ai-workflow/engine";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createContext, createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import reviewChange from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({ "src/a.ts": "export const a = 1;\n" });
});
afterEach(() => repository.close());

const finding = { rule: "off-by-one", severity: "error", message: "past the end", file: "src/a.ts", line: 1 } as const;
const answered: ModuleReply = { status: "answered", findings: [finding], answers: [], notReviewed: [] };

test("findings are advice, and the question is that of a step with `ai`", async () => {
  const asked: unknown[] = [];
  const result = await repository.run("code_review", reviewChange, {
    with: { min_confidence: 0.7, max_findings: 3, persona: "quality_auditor", fail_on: "high" },
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answered);
    },
  });
  expect(linesOf(result.findings)).toEqual(["warning off-by-one src/a.ts:1 past the end"]);
  expect([result.outcome, result.message]).toEqual([undefined, "1 finding"]);
  expect(asked).toEqual([
    {
      prompt: "code_review",
      persona: "quality_auditor",
      changes: "due",
      failOn: "high",
      minConfidence: 0.7,
      maxFindings: 3,
    },
  ]);
});

test("a finding that reaches `fail_on` fails it; an answer that did not come leaves it open, with what was found", async () => {
  const failed = await repository.run("code_review", reviewChange, {
    ask: () => Promise.resolve({ ...answered, failure: "1 finding of at least high" }),
  });
  expect(failed).toMatchObject({ outcome: "failed", message: "1 finding of at least high" });
  expect(failed.findings[0]?.severity).toBe("error");
  const open = await repository.run("code_review", reviewChange, {
    ask: () => Promise.resolve({ ...answered, status: "unanswered", reason: "budget", message: "budget: used up" }),
  });
  expect(open).toMatchObject({ outcome: "inconclusive", message: "budget: used up" });
  expect(linesOf(open.findings)).toEqual(["warning off-by-one src/a.ts:1 past the end"]);
});

test("without a model it does not pass, where it is run at all", async () => {
  const result = await repository.run("code_review", reviewChange);
  expect(result.outcome).toBe("inconclusive");
  expect(result.message).toBe("nothing was reviewed: no model is configured (`ai.provider`)");
  expect(result.findings).toEqual([]);
});

test("where it is unknown what changed, nobody is asked about everything", async () => {
  const ask = (): Promise<ModuleReply> => Promise.reject(new Error("it asked"));
  const outside = { known: false, message: "no repository", isOutsideOfGit: true } as const;
  expect(await reviewChange(createContext({ ask, changes: outside }))).toEqual({
    message: "nothing was reviewed: what changed is known in a git repository only",
    provisional: true,
  });
  const result = await reviewChange(createContext({ ask, changes: { known: false, message: "no base" } }));
  expect(result).toMatchObject({ outcome: "inconclusive", message: expect.stringContaining("no base") as string });
});

test("a severity that is none is a mistake of the configuration", async () => {
  await expect(repository.run("code_review", reviewChange, { with: { fail_on: "fatal" } })).rejects.toThrow(
    "`fail_on` must be one of critical, high",
  );
});
