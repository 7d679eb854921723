import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  MAX_ANSWER_DEPTH,
  MAX_ANSWER_LENGTH,
  MAX_ANSWER_VALUES,
  parseStructuredAnswer,
  type Validation,
} from "./parse-structured-answer.ts";

const accept = (value: unknown): Validation<unknown> => ({ ok: true, value });
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

test("parseStructuredAnswer() reads any JSON, bare or in one fenced block with words around it", () => {
  fc.assert(
    fc.property(json, fc.constantFrom("```json", "```", "```JSON "), (value, fence) => {
      const text = JSON.stringify(value, null, 2);
      expect(parseStructuredAnswer(`\n${text}\n`, accept)).toEqual({ ok: true, value });
      expect(parseStructuredAnswer(`Here it is:\n\n${fence}\n${text}\n\`\`\`\nBye.`, accept)).toEqual({
        ok: true,
        value,
      });
    }),
  );
});

test("parseStructuredAnswer() does not guess", () => {
  const problemOf = (text: string): unknown => parseStructuredAnswer(text, accept);
  expect(problemOf("```json\n1\n```\nor\n```json\n2\n```")).toMatchObject({
    problems: ["The answer holds more than one JSON block"],
  });
  for (const text of ["", "yes", '{"a":1', "The answer is {}", "```json\n{\n```"]) {
    expect(problemOf(text)).toEqual({ ok: false, problems: ["The answer is not JSON"] });
  }
});

test("parseStructuredAnswer() passes on what the check says, and takes a check that throws as a refusal", () => {
  const refuse = (): Validation<never> => ({ ok: false, problems: ["wrong"] });
  expect(parseStructuredAnswer("1", refuse)).toEqual({ ok: false, problems: ["wrong"] });
  const stumble = (value: unknown): Validation<number> => ({ ok: true, value: (value as { a: { b: number } }).a.b });
  expect(parseStructuredAnswer("{}", stumble).ok).toBe(false);
});

test("parseStructuredAnswer() refuses answers that are too long, too deep or of too many values, whatever the check", () => {
  const problemsOf = (text: string): Validation<unknown> => parseStructuredAnswer(text, accept);
  expect(problemsOf(`"${"x".repeat(MAX_ANSWER_LENGTH)}"`)).toMatchObject({
    problems: [expect.stringContaining("longer")],
  });
  const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  expect(problemsOf(deep(MAX_ANSWER_DEPTH))).toMatchObject({ ok: true });
  expect(problemsOf(deep(MAX_ANSWER_DEPTH + 2)).ok).toBe(false);
  expect(problemsOf(deep(1_000_000)).ok).toBe(false);
  expect(problemsOf(`[${"1,".repeat(MAX_ANSWER_VALUES)}1]`)).toMatchObject({
    problems: [expect.stringContaining("values")],
  });
});

test("parseStructuredAnswer() reads a hundred thousand fences that are never closed in one pass", () => {
  // Taken quadratically, they would exceed the time limit of the test many times over.
  expect(parseStructuredAnswer("```json\n".repeat(100_000), accept).ok).toBe(false);
});

test("parseStructuredAnswer() passes over blocks of another language", () => {
  expect(parseStructuredAnswer("```ts\nconst a = 1;\n```\nso\n```json\n1\n```\n", accept)).toEqual({
    ok: true,
    value: 1,
  });
});
