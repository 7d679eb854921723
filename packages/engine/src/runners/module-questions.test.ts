import { describe, expect, test, vi } from "vitest";
import type { AskedAboutFiles } from "../ai/ask-about-files.ts";
import { AiSettingError } from "../ai/ai-error.ts";
import { createModuleQuestions, type ModuleAsking, type ModuleQuestionsOptions } from "./module-questions.ts";
import { UNMETERED, type StepVerdict } from "./step-run.ts";

const ai = {
  prompt: "p",
  promptVersion: "1",
  reviewedFiles: 2,
  notReviewed: [],
  notReviewedTotal: 0,
  redactions: { key: 1 },
  droppedFindings: {},
};
const answered: AskedAboutFiles = {
  verdict: { outcome: "passed", findings: [], ai },
  answers: [{ files: ["a"], value: 1 }],
  incomplete: undefined,
};
const cut: AskedAboutFiles = {
  verdict: { outcome: "inconclusive", message: "truncated: cut", findings: [], ai },
  answers: [],
  incomplete: { reason: "truncated", message: "truncated: cut" },
};
const PASSED: StepVerdict = { outcome: "passed", findings: [] };
const open = new AbortController().signal;

function create(more: Partial<ModuleQuestionsOptions> = {}) {
  const askings: ModuleAsking[] = [];
  const closeOpen = vi.fn<() => void>();
  const questions = createModuleQuestions({
    stepId: "s",
    asks: ["p"],
    run: { directory: "/", target: "/", environment: {}, logFile: "/l", signal: open, meter: UNMETERED },
    hasModel: true,
    due: () =>
      new Map([
        ["due.ts", "base"],
        ["open.ts", null],
      ]),
    changed: { baseOid: "base", paths: ["changed.ts"], deleted: [] },
    ask: (asking) => {
      askings.push(asking);
      return Promise.resolve(answered);
    },
    closeOpen,
    ...more,
  });
  return { questions, askings, closeOpen };
}

describe("what a question is about", () => {
  test.each([
    [{ changes: "due" }, { "due.ts": "base", "open.ts": null }],
    [{ changes: ["changed.ts", "same.ts"] }, { "changed.ts": "base", "same.ts": null }],
    [
      { changes: ["changed.ts", "same.ts"], since: "a".repeat(40) },
      { "changed.ts": "a".repeat(40), "same.ts": "a".repeat(40) },
    ],
    [
      { files: ["a.md", "changed.ts"], changes: ["changed.ts"] },
      { "a.md": null, "changed.ts": null },
    ],
  ] as const)("%j", async (about, expected) => {
    const { questions, askings } = create();
    await questions.answer({ prompt: "p", ...about }, open);
    expect(Object.fromEntries(askings[0]?.due ?? [])).toEqual(expected);
    expect(askings[0]?.isAboutNoFile).toBe(false);
  });

  test("no file at all is asked about nothing, files that are none are not asked about", async () => {
    const { questions, askings } = create({ due: () => new Map() });
    expect(await questions.answer({ prompt: "p", changes: "due" }, open)).toMatchObject({ status: "answered" });
    expect(askings).toEqual([]);
    await questions.answer({ prompt: "p" }, open);
    expect(askings[0]?.isAboutNoFile).toBe(true);
  });

  test("a prompt that the step does not name is refused, and what is due without git is unknown", async () => {
    const { questions, askings } = create({ due: () => undefined });
    await expect(questions.answer({ prompt: "other" }, open)).rejects.toThrow('does not name the prompt "other"');
    expect(await questions.answer({ prompt: "p", changes: "due" }, open)).toMatchObject({ reason: "files-unknown" });
    expect(askings).toEqual([]);
  });
});

describe("what a pass comes to", () => {
  test("with answers it stays one, with the sums of all questions, and nothing is open any more", async () => {
    const { questions, closeOpen } = create();
    await questions.answer({ prompt: "p", files: ["a"] }, open);
    await questions.answer({ prompt: "p", files: ["b"] }, open);
    expect(questions.judge(PASSED)).toEqual({
      ...PASSED,
      ai: { ...ai, reviewedFiles: 4, redactions: { key: 2 } },
    });
    expect(closeOpen).toHaveBeenCalledTimes(1);
  });

  test("without a model configured it stays one, and what is open is left alone", async () => {
    const { questions, closeOpen, askings } = create({ hasModel: false });
    expect(await questions.answer({ prompt: "p" }, open)).toMatchObject({ status: "unanswered", reason: "no-model" });
    expect(questions.judge(PASSED)).toEqual(PASSED);
    expect([askings, closeOpen.mock.calls]).toEqual([[], []]);
  });

  test("without an answer it is none, whatever the module made of that; a failure stays one", async () => {
    const { questions, closeOpen } = create({ ask: () => Promise.resolve(cut) });
    expect(await questions.answer({ prompt: "p" }, open)).toMatchObject({ status: "unanswered", reason: "truncated" });
    expect(questions.judge({ ...PASSED, message: "looked" })).toMatchObject({
      outcome: "inconclusive",
      message: "looked; truncated: cut",
    });
    expect(questions.judge({ outcome: "failed", findings: [] })).toMatchObject({ outcome: "failed" });
    expect(closeOpen).not.toHaveBeenCalled();
  });

  test("without an answer that it can do without, it stays one", async () => {
    const { questions } = create({ ask: () => Promise.resolve(cut) });
    const question = { prompt: "p", isOptional: true };
    expect(await questions.answer(question, open)).toMatchObject({ status: "unanswered", reason: "truncated" });
    expect(questions.judge(PASSED)).toMatchObject({ outcome: "passed" });
    await questions.answer({ prompt: "p" }, open);
    expect(questions.judge(PASSED)).toMatchObject({ outcome: "inconclusive" });
  });

  test("with settings that make no sense, a question too large, or one that nobody waited for, it is none", async () => {
    const wrong = create({ ask: () => Promise.reject(new AiSettingError("no such prompt")) });
    await expect(wrong.questions.answer({ prompt: "p" }, open)).rejects.toThrow("no such prompt");
    expect(wrong.questions.judge(PASSED)).toMatchObject({ outcome: "inconclusive", message: "no such prompt" });
    const large = create({ ask: () => Promise.reject(new RangeError("too many tokens")) });
    expect(await large.questions.answer({ prompt: "p" }, open)).toMatchObject({ reason: "too-large" });
    expect(large.questions.judge(PASSED)).toMatchObject({ outcome: "inconclusive", message: "too many tokens" });
    const left = create({ ask: () => new Promise(() => undefined) });
    void left.questions.answer({ prompt: "p" }, open);
    expect(left.questions.judge(PASSED)).toMatchObject({ outcome: "inconclusive" });
  });

  test("a failure by `failOn` is told to the module", async () => {
    const failed: AskedAboutFiles = {
      ...answered,
      verdict: { outcome: "failed", message: "1 finding", findings: [], ai },
    };
    const { questions, askings } = create({
      ask: (asking) => {
        askings.push(asking);
        return Promise.resolve(failed);
      },
    });
    const reply = await questions.answer({ prompt: "p", failOn: "high" }, open);
    expect(reply).toMatchObject({ status: "answered", failure: "1 finding" });
    expect(askings[0]?.action).toMatchObject({ failOn: "high", minConfidence: 0.5, maxFindings: 50 });
  });
});
