import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseStructuredAnswer, type Validation } from "./parse-structured-answer.ts";

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
