import { expect, test } from "vitest";
import { chooseAnswer } from "./choose-answer.ts";

const ANSWERS = ["full", "docs-only", "docs", "ci", "clean"] as const;

test.each([
  ["", "full"],
  ["  ", "full"],
  ["docs", "docs"],
  ["DOCS-", "docs-only"],
  [" ci ", "ci"],
  ["cl", "clean"],
])("%j is the answer %s", (line, answer) => {
  expect(chooseAnswer(line, ANSWERS, "full")).toEqual({ answer });
});

test.each([
  ["perl", '"perl" is none of the answers: full, docs-only, docs, ci, clean'],
  ["do", '"do" may be docs-only or docs'],
  ["fullest", '"fullest" is none of the answers: full, docs-only, docs, ci, clean'],
  ["\u001B[2Jx", String.raw`"\u{1b}[2Jx" is none of the answers: full, docs-only, docs, ci, clean`],
])("%j is none, and why is said", (line, refusal) => {
  expect(chooseAnswer(line, ANSWERS, "full")).toEqual({ refusal });
});
